/** `npm run record-promises`, at a release: what operations, events and lifecycles are on the wire
 * and in databases from now on. Refuses to write where an older promise is broken, or a guard has
 * no cases. */
import { lifecycleBreaks, protocolBreaks } from './broken-promises.ts';
import { guardFaults } from './guard-cases.ts';
import { lifecyclePromises, protocolPromises, recordPromises } from './promises.ts';

const breaks = [
  ...protocolPromises().flatMap(({ now, promise }) =>
    promise ? protocolBreaks(promise, now) : [],
  ),
  ...(await lifecyclePromises()).flatMap(({ now, promise = [] }) => [
    ...lifecycleBreaks(promise, now),
    ...guardFaults(now),
  ]),
];
for (const sentence of breaks) console.error(`  ${sentence}`);
if (breaks.length) {
  console.error('\n  Nothing was written: these promises are broken, or cannot be made.\n');
  process.exit(1);
}
const changed = await recordPromises();
for (const file of changed) console.log(file);
console.log(changed.length ? `${changed.length} files written` : 'Every promise stands already.');
