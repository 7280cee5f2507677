/** `npm run bench [-- --json] [section…]`: every figure and ratio, measured side by side in one
 * run. */
import { cpus } from 'node:os';
import { tableOf, type SectionResult } from './figures.ts';
import { sections } from './sections.ts';

const args = process.argv.slice(2);
const wanted = args.filter((arg) => !arg.startsWith('-'));
const unknown = wanted.filter((name) => !sections.some((section) => section.name === name));
if (unknown.length) {
  const known = sections.map(({ name }) => name).join(', ');
  process.stderr.write(`\n  There is no section ${unknown.join(', ')}: choose among ${known}.\n\n`);
  process.exit(2);
}
const isQuick = args.includes('--quick');
const results: SectionResult[] = [];
for (const { name, title, run } of sections) {
  if (wanted.length && !wanted.includes(name)) continue;
  process.stderr.write(`${title} …\n`);
  try {
    results.push({ section: name, title, figures: await run({ isQuick }) });
  } catch (error) {
    results.push({ section: name, title, figures: [], problem: (error as Error).message });
  }
}
const machine = { cores: cpus().length, cpu: cpus()[0]?.model ?? '', node: process.version };
if (args.includes('--json')) console.log(JSON.stringify({ machine, sections: results }, null, 2));
else console.log(tableOf(results));
process.exit(results.some(({ problem }) => problem) ? 1 : 0);
