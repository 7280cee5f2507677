/** `npm run record-promises`, at a release: what operations, events and lifecycles are on the wire
 * and in databases from now on. Refuses to write where an older promise is broken. */
import { lifecycleBreaks, protocolBreaks } from './broken-promises.ts';
import { lifecyclePromises, protocolPromises, recordPromises } from './promises.ts';

const breaks = [
  ...protocolPromises().flatMap(({ now, promise }) =>
    promise ? protocolBreaks(promise, now) : [],
  ),
  ...(await lifecyclePromises()).flatMap(({ now, promise }) =>
    promise ? lifecycleBreaks(promise, now) : [],
  ),
];
for (const sentence of breaks) console.error(`  ${sentence}`);
if (breaks.length) {
  console.error('\n  Nothing was written: these promises were made by an earlier release.\n');
  process.exit(1);
}
const changed = await recordPromises();
for (const file of changed) console.log(file);
console.log(changed.length ? `${changed.length} files written` : 'Every promise stands already.');
