/** `npm run bench [-- --json] [--quick] [section…]`: every figure and ratio, measured side by side
 * in one run. Exits 0 where bars are missed, 1 where a section could not run. */
import { cpus } from 'node:os';
import { documentOf, tableOf, type SectionResult } from './figures.ts';
import { sections } from './sections.ts';
import { baseProblem } from './side-by-side.ts';

const args = process.argv.slice(2);
const wanted = args.filter((arg) => !arg.startsWith('-'));
const unknown = wanted.filter((name) => !sections.some((section) => section.name === name));
if (unknown.length) {
  const known = sections.map(({ name }) => name).join(', ');
  process.stderr.write(`\n  There is no section ${unknown.join(', ')}: choose among ${known}.\n\n`);
  process.exit(2);
}
const isQuick = args.includes('--quick');
const missing = baseProblem();
if (missing && !wanted.length)
  process.stderr.write(`Only what needs no base is measured: ${missing}\n`);
const results: SectionResult[] = [];
for (const { name, title, isBased, run } of sections) {
  if (wanted.length ? !wanted.includes(name) : isBased && missing) continue;
  process.stderr.write(`${title} …\n`);
  try {
    if (isBased && missing) throw new Error(missing);
    results.push({ name, title, figures: await run({ isQuick }) });
  } catch (error) {
    results.push({ name, title, figures: [], problem: (error as Error).message });
  }
}
const machine = { cores: cpus().length, cpu: cpus()[0]?.model ?? '', node: process.version };
console.log(args.includes('--json') ? documentOf(machine, results) : tableOf(results));
process.exit(results.some(({ problem }) => problem) ? 1 : 0);
