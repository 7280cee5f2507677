/** A path that is read without JSONata gives what JSONata gives. */
import fc from 'fast-check';
import jsonata from 'jsonata';
import { expect, it } from 'vitest';
import { evaluateExpression } from './evaluate-expression.ts';
import { parseExpression, type Expression } from './expression.ts';
import { valueAt } from './plain-path.ts';

const seed = Number(process.env['SEED'] ?? fc.sample(fc.nat(), 1)[0]);
process.stdout.write(`SEED=${seed}\n`);
const names = ['a', 'b', 'c', 'length', 'sequence', 'constructor'];
const { tree: value } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(null, true, false, 0, -1.5, '', 'text'),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie('tree'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const scope = fc.dictionary(fc.constantFrom(...names), value, { noNullPrototype: true });
const path = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 4 });
const parsed = (text: string) => parseExpression(text) as Expression;

it('a path gives the same with and without JSONata', async () => {
  let read = 0;
  const agrees = fc.asyncProperty(scope, path, async (given, steps) => {
    const expression = parsed(steps.join('.'));
    expect(expression.path).toEqual(steps);
    const outcome = await evaluateExpression(expression, given);
    const said: unknown = await jsonata(steps.join('.')).evaluate(structuredClone(given));
    expect(outcome).toMatchObject({ isOk: true });
    expect(JSON.stringify(outcome.isOk && outcome.value)).toBe(JSON.stringify(said));
    if (valueAt(steps, given) !== undefined) read++;
  });
  await fc.assert(agrees, { seed, numRuns: 2000 });
  expect(read).toBeGreaterThan(100);
});

it('an expression that does more is left to JSONata', () => {
  const others = ['a[0]', 'a.b[]', 'a.$sum(b)', 'a.b{c: d}', '$.a', '"a"', 'a.b + 1', 'a.(b)', '*'];
  expect(others.map((text) => parsed(text).path)).toEqual(others.map(() => undefined));
  expect(parsed('trigger.`two words`.b').path).toEqual(['trigger', 'two words', 'b']);
});
