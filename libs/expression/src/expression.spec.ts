// What an expression may say, and that a hostile one ends in a sentence.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { evaluateExpression, type Outcome } from './evaluate-expression.ts';
import { allowedFunctions, parseExpression, refusedFunctions } from './expression.ts';

const scope = {
  trigger: {
    data: {
      number: '536365',
      lines: [{ item: 'A', quantity: '2' }],
      placedAt: '2010-12-01T08:26:00.000Z',
      text: 'x'.repeat(1000),
    },
  },
  steps: {},
  instance: { id: 'i1', startedAt: '2010-12-01T08:26:00.000Z' },
};
async function outcomeOf(text: string, given: object = scope): Promise<Outcome> {
  const expression = parseExpression(text);
  return typeof expression === 'string'
    ? { isOk: false, sentence: expression }
    : evaluateExpression(expression, given);
}
const sentenceOf = async (text: string, given?: object) => {
  const outcome = await outcomeOf(text, given);
  return outcome.isOk ? `gave ${JSON.stringify(outcome.value)}` : outcome.sentence;
};
const noValue = (reason: string) => `The expression gives no value: ${reason}.`;

describe('an expression', () => {
  it.each([
    ['trigger.data.number', '536365'],
    ['trigger.data.lines', [{ item: 'A', quantity: '2' }]],
    ['[trigger.data.lines.{ "item": item }]', [{ item: 'A' }]],
    ['$sum(trigger.data.lines.$number(quantity))', 2],
    ['"order:" & trigger.data.number', 'order:536365'],
    ['trigger.data.nothing', undefined],
    ['trigger.data.nothing = 1', false],
    ['$map(trigger.data.lines, function($line) { $line.item })', 'A'],
    ['$toMillis(trigger.data.placedAt)', 1291191960000],
    ['$fromMillis(0)', '1970-01-01T00:00:00.000Z'],
    ['$fromMillis($toMillis(trigger.data.placedAt) + 60000)', '2010-12-01T08:27:00.000Z'],
    ['$toMillis(trigger.data.nothing)', undefined],
    ['{ "a": trigger.data.nothing, "b": null }', { b: null }],
  ])('%s gives JSON', async (text, value) => {
    expect(await outcomeOf(text)).toEqual({ isOk: true, value });
  });

  it('changes nothing of what it reads, and gives a copy', async () => {
    const before = structuredClone(scope);
    const outcome = await outcomeOf('trigger.data.lines');
    expect(scope).toEqual(before);
    expect(outcome.isOk && outcome.value).not.toBe(scope.trigger.data.lines);
  });

  it.each(['$()', '$$()', 'trigger.$()', '($x := trigger; $x(1))', 'trigger.data.lines.$(1)'])(
    'that calls what is no function, %s, changes nothing either',
    async (text) => {
      const before = structuredClone(scope);
      expect(await sentenceOf(text)).toBe(noValue('Attempted to invoke a non-function'));
      expect(scope).toEqual(before);
    },
  );

  it('that runs twice at once counts for itself', async () => {
    const expression = parseExpression('[1..9000].($ + 1)');
    if (typeof expression === 'string') throw new Error(expression);
    const both = await Promise.all([1, 2].map(() => evaluateExpression(expression, scope)));
    expect(both.map(({ isOk }) => isOk)).toEqual([true, true]);
  });

  it.each([
    ['trigger.', /^This is no expression: .* \(at character 8\)\.$/],
    ['(((', /^This is no expression: /],
    ['"a" "b"', /^This is no expression: /],
    ['$foo(1)', /^There is no \$foo \(at character 4\)\.$/],
    ['/a+/', /^Patterns are refused/],
    ['$contains("a", /(a+)+$/)', /^Patterns are refused/],
    ['| trigger | { "a": 1 } |', /^The operator \| \| is refused/],
    ['trigger.data.lines@$l.item', /^The operators @ and # are refused/],
    ['trigger.data.lines#$i', /^The operators @ and # are refused/],
    ['trigger.data.(%.data)', /^The operator % is refused/],
    ['('.repeat(2000) + '1' + ')'.repeat(2000), /nested too deeply|gives no value/],
    ['1'.repeat(4097), /^An expression has at most 4096 characters\.$/],
  ])('is refused: %s', async (text, sentence) => {
    expect(await sentenceOf(text)).toMatch(sentence);
  });
});

describe('functions', () => {
  it('of JSONata are each judged, so that a new release brings in none unseen', () => {
    const source = readFileSync(createRequire(import.meta.url).resolve('jsonata'), 'utf8');
    const frames = /\b(?:staticFrame|environment)\.bind\('(\w+)', defineFunction/g;
    const known = new Set([...source.matchAll(frames)].map(([, name]) => name));
    expect(known).toEqual(new Set([...allowedFunctions, ...refusedFunctions.keys()]));
    expect([...allowedFunctions].filter((name) => refusedFunctions.has(name))).toEqual([]);
  });

  it.each([...refusedFunctions.keys()])(
    '$%s is refused by name, however it is named',
    async (name) => {
      const refused = new RegExp(`^\\$${name} is refused: .+ \\(at character \\d+\\)\\.$`);
      expect(await sentenceOf(`$${name}()`)).toMatch(refused);
      expect(await sentenceOf(`$map([1], $${name})`)).toMatch(refused);
      expect(await sentenceOf(`1 ~> $${name}`)).toMatch(refused);
      const own = new RegExp(`^\\$${name} is a function of JSONata: `);
      expect(await sentenceOf(`($${name} := 1; $${name})`)).toMatch(own);
      expect(await sentenceOf(`function($${name}) { 1 }`)).toMatch(own);
    },
  );

  it('of instants read no clock', async () => {
    expect(await sentenceOf('"10:00" ~> $toMillis("[H]:[m]")')).toMatch(/^The expression gives no/);
    expect(await sentenceOf('$toMillis("10:00")')).toMatch(/no instant with its offset/);
    expect(await sentenceOf('$toMillis("2010-12-01T08:26:00")')).toMatch(/no instant with its/);
  });
});

const grow = (how: string, start: string, rounds: number) =>
  `($f := function($s, $n) { $n = 0 ? $s : $f(${how}, $n - 1) }; $f(${start}, ${rounds}))`;

describe('a hostile expression', () => {
  it.each([
    [
      'an endless loop',
      '($f := function($x) { $f($x) }; $f(1))',
      'it takes more than 100000 steps',
    ],
    ['deep recursion', '($f := function($x) { 1 + $f($x) }; $f(1))', 'it calls itself too deeply'],
    [
      'a text that doubles',
      grow('$s & $s', '"aaaaaaaaaa"', 20),
      'it makes more than 1000000 characters',
    ],
    ['a list that doubles', grow('[$s, $s]', '1', 40), 'it makes a list that is too long'],
    ['a tree that doubles', grow('[[$s], [$s]]', '1', 40), 'it makes more than 1000000 characters'],
    [
      'an object that doubles',
      grow('{ "a": $s, "b": $s }', '1', 40),
      'it makes more than 1000000 characters',
    ],
    ['a long range', '[1..10000000]', 'it makes a list that is too long'],
    ['everything below everything', '[1..20000].[1..20000]', 'it makes more than 2000000 items'],
    ['a search of all in all', '[1..20000][$ in [1..20000]]', 'it makes more than 2000000 items'],
    ['a function', '$sum', 'it gives a function'],
    ['a function within', '{ "then": $sum }', 'it gives a function'],
    ['no number', '1 / 0', 'it gives no number'],
    ['an own error', '$error("no such luck")', 'no such luck'],
    ['a prototype', '{ "__proto__": { "isPolluted": 1 } }', 'no field may be called __proto__'],
    [
      'a merged prototype',
      '$merge([{ "__proto__": { "isPolluted": 1 } }])',
      'no field may be called __proto__',
    ],
  ])('with %s ends', async (_, text, reason) => {
    expect(await sentenceOf(text)).toBe(noValue(reason));
    expect(({} as { isPolluted?: 1 }).isPolluted).toBeUndefined();
  });

  it.each([
    'trigger.constructor',
    'trigger.__proto__',
    '$lookup(trigger, "constructor")',
    'trigger.data.lines.constructor',
    '"a".constructor',
    'trigger.toString',
    '{ "__proto__": { "a": 1 } }.a',
  ])('reaches nothing by %s', async (text) => {
    expect(await outcomeOf(text)).toEqual({ isOk: true, value: undefined });
  });

  it('may read a text of 10 MB, and not give it', async () => {
    const large = { trigger: { data: { text: 'x'.repeat(10_000_000) } } };
    expect(await outcomeOf('$length(trigger.data.text)', large)).toEqual({
      isOk: true,
      value: 10_000_000,
    });
    expect(await sentenceOf('trigger.data.text', large)).toBe(
      noValue('it gives more than a message may hold'),
    );
    expect(await sentenceOf('trigger.data.text & trigger.data.text', large)).toBe(
      noValue('it makes more than 1000000 characters'),
    );
  });
});
