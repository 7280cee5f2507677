// What a file must be to be a workflow, and where each problem is said to stand.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { definitionOf, durationFault, durationMs, readWorkflow } from './index.ts';
import { fileBytesMax } from './read-yaml.ts';
import { stepKindOf, stepKinds, workflowJsonSchema } from './workflow.schemas.ts';

const head = `form: morrow.workflow/1
name: fulfil
version: 1
summary: Fulfils
trigger: { event: orders.orderPlaced }
steps:
`;
const problemsOf = (text: string) =>
  readWorkflow(text).problems.map(({ place, line, column, sentence }) => [
    `${line}:${column}`,
    place,
    sentence,
  ]);
/** One step below the head, which has six lines. */
const ofStep = (step: string) => problemsOf(`${head}  a: ${step}\n`);
const json = JSON.stringify({
  form: 'morrow.workflow/1',
  name: 'fulfil',
  version: 1,
  summary: 'Fulfils',
  trigger: { event: 'orders.orderPlaced' },
  steps: { a: { sleep: 'PT1S' } },
});

describe('a file', () => {
  it('is YAML or JSON, with the same outcome', () => {
    const fromYaml = readWorkflow(`${head}  a: { sleep: PT1S }\n`);
    expect(fromYaml.problems).toEqual([]);
    expect(fromYaml.definition).toEqual(JSON.parse(json));
    expect(readWorkflow(json).definition).toEqual(fromYaml.definition);
  });

  it('may be 256 KiB and no more', () => {
    const filled = (bytes: number) => json + ' '.repeat(bytes - json.length);
    expect(problemsOf(filled(fileBytesMax))).toEqual([]);
    expect(problemsOf(filled(fileBytesMax + 1))).toEqual([
      ['1:1', '', 'The file has 262145 bytes; a workflow has at most 262144.'],
    ]);
    expect(problemsOf('é'.repeat(fileBytesMax / 2 + 1))).toHaveLength(1);
  });

  it.each([
    ['form: [', '1:8', /no YAML that can be read/],
    ['a: 1\na: 2', '2:1', /keys must be unique/],
    ['a: &x [1]\nb: *x', '2:4', /^Aliases are refused: write out what \*x stands for/],
    ['a: !!binary abc', '1:13', /^Tags are refused/],
    ['a: !foreign abc', '1:4', /no YAML that can be read/],
    ['1: x', '1:1', /^A key is text/],
    ['a: { __proto__: { b: 1 } }', '1:6', /^No field may be called __proto__/],
    ['{"a": {"__proto__": 1}}', '1:8', /^No field may be called __proto__/],
    ['--- 1\n--- 2', '2:1', /no YAML that can be read/],
    ['['.repeat(100_000), '1:1', /^This is nested too deeply/],
    ['', '1:1', /^This should be a map, and it is null/],
    ['word', '1:1', /^This should be a map, and it is text/],
  ])('%# is refused with its place', (text, place, sentence) => {
    const [first] = problemsOf(text);
    expect(first).toEqual([place, '', expect.stringMatching(sentence)]);
  });

  it('of doubling aliases is refused before anything is doubled', () => {
    const lines = ['a0: &a0 [1, 1]'];
    for (let at = 1; at < 40; at++) lines.push(`a${at}: &a${at} [*a${at - 1}, *a${at - 1}]`);
    expect(problemsOf(lines.join('\n'))[0]?.[2]).toMatch(/^Aliases are refused/);
  });

  it('is no deeper in memory than in a file', () => {
    let input: unknown = 1;
    for (let at = 0; at < 20_000; at++) input = [input];
    const steps = { a: { call: 'a.b', input: { input } } };
    expect(definitionOf({ ...JSON.parse(json), steps })).toEqual({
      problems: [{ place: '', sentence: 'This is nested too deeply to be read.' }],
    });
  });

  it('of another form is refused in one sentence', () => {
    expect(problemsOf('name: x\nform: morrow.workflow/2')).toEqual([
      ['2:1', 'form', 'The form is morrow.workflow/2, and this release reads morrow.workflow/1.'],
    ]);
  });
});

const oneOf = 'A step has exactly one of call, await, sleep, approval; this one has';
const noDuration = 'This is no duration of ISO 8601, such as P2D, PT1H30M or PT10S.';

describe('a step', () => {
  it.each([
    ['{ slep: PT1S }', '7:3', 'steps.a', `${oneOf} none.`],
    ['{ sleep: PT1S, call: a.b, input: {} }', '7:3', 'steps.a', `${oneOf} call and sleep.`],
    ['{ call: a.b }', '7:3', 'steps.a.input', 'This field is missing.'],
    [
      '{ call: a.b, input: {}, inpt: 1 }',
      '7:30',
      'steps.a.inpt',
      'The form has no field inpt here.',
    ],
    ['{ sleep: { untl: x } }', '7:8', 'steps.a.sleep.until', 'This field is missing.'],
    ['{ sleep: soon }', '7:8', 'steps.a.sleep', noDuration],
    [
      '{ sleep: PT1S, when: true }',
      '7:21',
      'steps.a.when',
      'This should be text, and it is true or false.',
    ],
    [
      '{ sleep: PT1S, after: b }',
      '7:21',
      'steps.a.after',
      'This should be a list, and it is text.',
    ],
    [
      '{ sleep: PT1S, after: [b, 7] }',
      '7:32',
      'steps.a.after[1]',
      'This should be text, and it is a number.',
    ],
    [
      '{ approval: { role: r, title: "" } }',
      '7:29',
      'steps.a.approval.title',
      'This text is empty.',
    ],
    [
      '{ approval: { role: r, title: t, onTimeout: x } }',
      '7:39',
      'steps.a.approval.onTimeout',
      'This is one of reject, approve.',
    ],
    [
      '{ call: a.b, input: {}, compensate: { none: "" } }',
      '7:44',
      'steps.a.compensate.none',
      'This text is empty.',
    ],
    [
      '{ call: a.b, input: {}, retry: { times: 101, wait: PT1S } }',
      '7:39',
      'steps.a.retry.times',
      'This is 100 or less.',
    ],
    [
      '{ call: reserve, input: {} }',
      '7:8',
      'steps.a.call',
      'Write the protocol, a dot and the name: stock.reserve.',
    ],
  ])('%s', (step, at, place, sentence) => {
    expect(ofStep(step)).toContainEqual([at, place, sentence]);
  });

  it.each(['toString', 'constructor', 'Reserve', 'a-b', '7'])('is not called %s', (name) => {
    expect(problemsOf(`${head}  "${name}": { sleep: PT1S }\n`)).toHaveLength(1);
  });

  it('is of the kind that its key says', () => {
    const steps = {
      call: { call: 'a.b', input: {} },
      await: { await: { event: 'a.b', when: 'true' } },
      sleep: { sleep: 'PT1S' },
      approval: { approval: { role: 'r', title: 't' } },
    };
    expect(definitionOf({ ...JSON.parse(json), steps })).toHaveProperty('definition');
    expect(Object.values(steps).map(stepKindOf)).toEqual(stepKinds);
  });
});

describe('a duration', () => {
  it.each([
    ['P2D', 172_800_000],
    ['P1W', 604_800_000],
    ['PT1H30M', 5_400_000],
    ['PT0.25S', 250],
    ['P1DT1S', 86_401_000],
  ])('%s is %i ms', (text, ms) => expect(durationMs(text)).toBe(ms));

  it.each(['P1Y', 'P1M', 'P1Y2M', 'P1MT1S'])('%s has no fixed length', (text) => {
    expect(durationFault(text)).toMatch(/^Months and years differ/);
    expect(() => durationMs(text)).toThrow(RangeError);
  });

  it.each(['', 'P', 'PT', '2D', 'P-1D', 'PT1', ' P1D', 'P1D ', 'PT1.5H', 'PT0S', 'P3651D'])(
    '%j is none',
    (text) => expect(durationFault(text)).toBeTypeOf('string'),
  );
});

describe('the JSON Schema', () => {
  it('that is published is the one of the form', () => {
    const url = new URL('../../../docs/schemas/workflow-1.json', import.meta.url);
    expect(JSON.parse(readFileSync(url, 'utf8'))).toEqual(workflowJsonSchema());
  });
});
