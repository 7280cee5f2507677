/** Help is one page; what was typed wrong is one sentence, ends with 2 and opens no data. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const program = resolve(import.meta.dirname, 'main.ts');
const folder = join(tmpdir(), `morrow-misuse-${process.pid}`);
function morrow(...args: readonly string[]) {
  const env = { ...process.env, M_DATA: folder };
  const node = ['--conditions=@morrow/source', program, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, node, { encoding: 'utf8', env });
  return { code: status, out: stdout, problem: stderr.trim() };
}
const pageOf = (...command: readonly string[]) =>
  expect.stringMatching(new RegExp(`^Usage: ${['morrow', ...command].join(' ')}[ \\n]`));

describe('the page of', () => {
  it.each([
    ['all', [], [['--help'], ['-h'], ['help']]],
    [
      'report',
      ['report'],
      [
        ['report', '--help'],
        ['help', 'report'],
      ],
    ],
    [
      'import',
      ['import'],
      [
        ['import', '-h'],
        ['help', 'import'],
      ],
    ],
    [
      'import retail',
      ['import', 'retail'],
      [
        ['import', 'retail', '-h'],
        ['help', 'import', 'retail'],
      ],
    ],
  ])('%s is printed however it is asked for', (_what, command, ways) => {
    const pages = ways.map((args) => morrow(...args));
    for (const page of pages)
      expect(page).toEqual({ code: 0, out: pageOf(...command), problem: '' });
    expect(new Set(pages.map(({ out }) => out)).size).toBe(1);
  });

  it.each([[['--version']], [['-V']], [['version']]])('%s is the release', (args) => {
    const out = expect.stringMatching(/^morrow \d+\.\d+\.\d+\n$/) as string;
    expect(morrow(...args)).toEqual({ code: 0, out, problem: '' });
  });

  it.each([
    ['nothing', [], []],
    ['a group of commands alone', ['import'], ['import']],
  ])('%s is the answer to misuse', (_what, args, command) => {
    expect(morrow(...args)).toEqual({ code: 2, out: '', problem: pageOf(...command) });
  });
});

const see = (page: string) => `See \`morrow help${page}\`.`;
const choices = (what: string, from: string) => `${what}. Allowed choices are ${from}.`;
const share = ['import', 'retail', 'sample', '--cost-share', 'most'];
const id = '00000000-0000-7000-8000-000000000000';
const output = ['workflow', 'resolve', id, 'ship', '--output', 'shipped'];
const says = {
  share:
    "Option '--cost-share <share>' argument 'most' is invalid. " +
    'A share is a number from 0 to 1 with at most six decimals.',
  id: "Value 'x' is invalid for argument 'id'. " + 'Give the whole id, as listed.',
  approval: "Value 'x' is invalid for argument 'approval'. " + 'Give the whole id, as listed.',
  step:
    "Value 'a b' is invalid for argument 'step'. " +
    'Give the name of a step, as listed by `workflow instance`.',
  state: choices(
    "Option '--state <state>' argument 'x' is invalid",
    'running, undoing, stuck, parked, done, undone',
  ),
  json:
    "Option '--output <json>' argument 'shipped' is invalid. " +
    'This is not JSON. Write, for example, {"state":"shipped"}.',
  tooMuch: "Too many arguments for 'digest'. Expected 0 arguments but got 1: x.",
  report: choices(
    "Value 'stars' is invalid for argument 'name'",
    'trial-balance, general-ledger, periods, stock, orders',
  ),
  form: choices("Value 'sage' is invalid for argument 'form'", 'beancount, hledger'),
  format: choices("Option '--format <format>' argument 'xml' is invalid", 'table, csv, json'),
};
describe('misuse is said in one sentence:', () => {
  it.each([
    ['an unknown command', ['conquer'], "Unknown command 'conquer'.", ''],
    ['a command with a slip', ['reprot'], "Unknown command 'reprot' (Did you mean report?).", ''],
    ['help for an unknown one', ['help', 'conquer'], "Unknown command 'conquer'.", ''],
    ['an unknown one in a group', ['import', 'x'], "Unknown command 'x'.", ' import'],
    ['an unknown flag', ['verify', '--fast'], "Unknown option '--fast'.", ' verify'],
    ['a flag before the command', ['--fast'], "Unknown option '--fast'.", ''],
    ['a flag without its value', ['--tenant'], "Option '--tenant <name>' argument missing.", ''],
    ['no file', ['import', 'retail'], "Missing required argument 'file'.", ' import retail'],
    ['too much to work on', ['digest', 'x'], says.tooMuch, ' digest'],
    ['an unknown report', ['report', 'stars'], says.report, ' report'],
    ['an unknown export', ['export', 'sage'], says.form, ' export'],
    ['an unknown format', ['report', 'stock', '--format', 'xml'], says.format, ' report'],
    ['a share that is no number', share, says.share, ' import retail'],
    ['an id that is none', ['workflow', 'instance', 'x'], says.id, ' workflow instance'],
    [
      'a state that is none',
      ['workflow', 'instances', '--state', 'x'],
      says.state,
      ' workflow instances',
    ],
    ['a step that is none', ['workflow', 'retry', id, 'a b'], says.step, ' workflow retry'],
    ['an output that is no JSON', output, says.json, ' workflow resolve'],
    ['an approval that is none', ['approve', 'x'], says.approval, ' approve'],
  ])('%s', (_what, args, sentence, page) => {
    expect(morrow(...args)).toEqual({ code: 2, out: '', problem: `${sentence}\n${see(page)}` });
  });

  const [file, journal] = ['/nowhere/file.csv', '/nowhere/journal.txt'];
  it.each([
    ['a file that is not there', ['import', 'retail', file], `There is no file ${file}.`],
    [
      'no place for a journal',
      ['export', 'hledger', '--out', journal],
      `The journal cannot be written to ${journal}: name another file.`,
    ],
  ])('%s, which ends with 1', (_what, args, problem) => {
    expect(morrow(...args)).toEqual({ code: 1, out: '', problem });
  });

  it.each([
    [['report', 'trial-balance']],
    [['find', 'SO-1']],
    [['tenant', 'add', 'year']],
    [['workflow', 'list']],
  ])('%s on a folder without a business, which ends with 1', (args) => {
    const problem =
      `There is no business in ${folder}, which M_DATA names. Check the name of the folder, ` +
      'or start a new business there with `npm start`.';
    expect(morrow(...args)).toEqual({ code: 1, out: '', problem });
  });

  it('none of this opened the data', () => {
    expect(existsSync(folder)).toBe(false);
  });
});
