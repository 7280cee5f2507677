/** `npm run evolve [-- --mode MODE --file PATH --orders N --data FOLDER]`: four phases of a
 * business on one database. Exits 1 where anything is not as it must be. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { modes } from './running-copy.ts';
import { checkout, playStory } from './story.ts';
import { lastLineOf, linesOf } from './told.ts';

const sample = join(checkout, 'deploy/samples/online-retail-2010-12.csv.gz');
const ordersUsual = 400;

function refuse(sentence: string): never {
  process.stderr.write(`\n  ${sentence}\n\n`);
  process.exit(2);
}
const text = { type: 'string' } as const;
function settings() {
  try {
    const { values } = parseArgs({
      options: { mode: text, file: text, orders: text, data: text },
    });
    return values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}
const { mode: named = 'indie', file = sample, orders = String(ordersUsual), data } = settings();
const mode =
  modes.find((each) => each === named) ??
  refuse(`--mode is ${named}: choose ${modes.join(' or ')}.`);
const path = resolve(process.env['INIT_CWD'] ?? '.', file);
if (!existsSync(path)) refuse(`There is no file ${file}.`);
const ordersMax = Number(orders);
if (!Number.isInteger(ordersMax) || ordersMax < 40)
  refuse('--orders takes a whole number from 40: some of them meet every turn of the story.');
if (data && existsSync(data) && readdirSync(data).length)
  refuse(`${data} is not empty: the story begins with an empty folder.`);
const folder = data ? resolve(data) : mkdtempSync(join(tmpdir(), 'morrow-evolve-'));
mkdirSync(folder, { recursive: true });
const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ending.abort());
try {
  const say = (line: string) => console.log(line);
  const report = (told: Parameters<typeof linesOf>[0]) => [...linesOf(told), ''].forEach(say);
  const asked = { file: path, data: folder, ordersMax, mode, report, ending: ending.signal };
  const reports = await playStory(asked);
  say(lastLineOf(reports));
  if (reports.some(({ faults }) => faults.length)) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`\n  ${(error as Error).message}\n\n`);
  process.exitCode = 1;
} finally {
  if (!data) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
