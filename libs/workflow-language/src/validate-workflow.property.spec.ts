// Whatever stands in an expression: it is judged, evaluated within limits, and never throws.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { definitionOf, evaluatorOf, validateWorkflow, type WorkflowScope } from './index.ts';
import { catalog } from './shop-world.ts';

const words = [
  ...['trigger', 'data', 'lines', 'number', 'total', 'steps', 'before', 'output', 'state', 'item'],
  ...['.', '.', '.', '(', ')', '[', ']', '{', '}', ',', ':', ';', '?', '=', '!=', '>', '&', '+'],
  ...['*', '**', '-', '/', '%', '..', '^', '<', '~>', ':=', '@', '#', '|', '"', '`', '$', '$$'],
  ...['$x', '$sum', '$map', '$string', '$now', '$eval', 'function', '0', '1', '-1', '20000'],
  ...['"text"', 'true', 'null', 'and', 'or', 'in', '__proto__', 'constructor', '/a/', '\\', '\n'],
];
const texts = fc.oneof(
  fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 12 }).map((all) => all.join(' ')),
  fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 8 }).map((all) => all.join('')),
  fc.string({ minLength: 1, maxLength: 30, unit: 'binary' }),
);

const at = '2010-12-01T08:26:00.000Z';
const lines = [{ item: 'A', quantity: '2', price: '1', category: 'goods' }];
const data = { number: '536365', total: '13912', lines };
const scope: WorkflowScope = {
  trigger: { type: 'orders.orderPlaced', data, streamId: 's1', at, actor: 'person:ada' },
  steps: { before: { state: 'done', output: null } },
  instance: { id: 'i1', startedAt: at },
};
const head = { form: 'morrow.workflow/1', name: 'w', version: 1, summary: 'S' };

it('any text in any field ends in problems, in a value or in an error', async () => {
  const kept = structuredClone(scope);
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const { definition } = definitionOf({
        ...head,
        trigger: { event: 'orders.orderPlaced', key: text },
        steps: {
          before: { sleep: 'PT1S' },
          a: { after: ['before'], when: text, call: 'orders.ship', input: { orderId: `=${text}` } },
        },
      });
      if (!definition) throw new Error(`the form refuses ${text}`);
      for (const { sentence } of validateWorkflow(definition, catalog))
        expect(sentence).toMatch(/^[\s\S]+\.$/);
      const evaluator = evaluatorOf(definition);
      const outcomes = [
        await evaluator.key(scope),
        await evaluator.runs('a', scope),
        await evaluator.input('a', scope),
      ];
      for (const outcome of outcomes) {
        const told = outcome.isOk ? outcome.value : outcome.error;
        expect(JSON.parse(JSON.stringify(told))).toEqual(told);
      }
      expect(scope).toEqual(kept);
      expect(Object.keys(Object.prototype)).toEqual([]);
    }),
    { numRuns: 1500 },
  );
});
