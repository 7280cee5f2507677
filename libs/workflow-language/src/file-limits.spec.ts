// Small files that are expensive to read: their content decides whether they are refused or read
// to the end, not how long that takes.
import { describe, expect, it } from 'vitest';
import { readWorkflow } from './index.ts';
import { marksMax } from './read-yaml.ts';

const head = `form: morrow.workflow/1
name: fulfil
version: 1
summary: Fulfils
trigger: { event: orders.orderPlaced }
steps:
`;
const repeated = (times: number, line: (at: number) => string) =>
  Array.from({ length: times }, (_, at) => line(at)).join('');
const sentencesOf = (text: string) => readWorkflow(text).problems.map(({ sentence }) => sentence);
const tooMany =
  `The file has more than ${marksMax} lines, items and fields; ` +
  'that is too many for a workflow.';
const tooDeep = 'This is nested too deeply to be read.';

describe('a file', () => {
  it.each([
    ['items', `a: [${'1,'.repeat(60_000)}]`],
    ['lines', '\n'.repeat(130_000)],
    ['fields', repeated(16_000, (at) => `a${at}: 1\n`)],
    ['anchors', repeated(9_000, (at) => `a${at}: &a${at} 1\n`)],
    ['comments', '# x\n'.repeat(32_000)],
  ])('of too many %s is refused before it is parsed', (_, text) => {
    expect(sentencesOf(text)).toEqual([tooMany]);
  });

  it.each(['[', '{', '- ', '? '])('of ever deeper %s is refused before it is parsed', (mark) => {
    expect(sentencesOf(mark.repeat(60_000))).toEqual([tooDeep]);
  });

  it('of too many steps is told that alone, whatever else is wrong with them', () => {
    const steps = repeated(1_500, (at) => `  a${at}: { slep: 1 }\n`);
    expect(sentencesOf(head + steps)).toEqual(['A workflow has at most 200 steps.']);
  });

  it('of many faults names each with its place', () => {
    const steps = repeated(200, (at) => `  a${at}: { slep: 1 }\n`);
    const { problems } = readWorkflow(head + steps);
    expect(problems).toHaveLength(200);
    expect(problems[199]).toMatchObject({ place: 'steps.a199', line: 206, column: 3 });
    const keys = repeated(3_000, (at) => `x${at}: 1\n`);
    const [first, ...others] = readWorkflow(`${head}  a: { sleep: PT1S }\n${keys}`).problems;
    expect(first).toMatchObject({
      place: 'x0',
      line: 8,
      sentence: 'The form has no field x0 here.',
    });
    expect(others).toHaveLength(2_999);
  });

  it('names a key that comes again, in maps of either form', () => {
    expect(readWorkflow('a: 1\nb: { c: 1, c: 2 }\na: 2').problems).toEqual([
      ...[[3, 1], [2, 12]].map(([line, column]) => ({
        ...{ place: '', line, column },
        sentence: 'This is no YAML that can be read: Map keys must be unique.',
      })), // prettier-ignore
    ]);
  });
});
