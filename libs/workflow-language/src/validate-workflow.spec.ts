// Each mistake that a workflow may hold, planted once in a valid one and named with its place.
import type { OperationSpec } from '@morrow/contract';
import { Ledger } from '@morrow/protocol-ledger';
import { Orders } from '@morrow/protocol-orders';
import { Stock } from '@morrow/protocol-stock';
import { describe, expect, it } from 'vitest';
import { readWorkflow, validateWorkflow } from './index.ts';
import { file, graph, inputs, names, reads, rules } from './planted-world.ts';
import { catalog } from './shop-world.ts';

function problemsOf(text: string) {
  const read = readWorkflow(text);
  if (!read.definition) throw new Error(JSON.stringify(read.problems));
  return validateWorkflow(read.definition, catalog, read.positionOf);
}
/** The file with one text in place of another that stands there once. */
function planted(from: string, to: string): string {
  expect(file.split(from), `${from} stands once`).toHaveLength(2);
  return file.replace(from, to);
}

it('a workflow without mistakes has no problems', () => expect(problemsOf(file)).toEqual([]));

const lineOf = (text: string) => file.slice(0, file.indexOf(text)).split('\n').length;

describe.each([
  ['a name that leads nowhere', names],
  ['a graph that cannot run', graph],
  ['a path that reads what is not there', reads],
  ['an input that does not fit', inputs],
  ['a rule that is broken', rules],
])('%s', (_, table) => {
  it.each(table)('%s → %s', (from, to, place, sentence) => {
    const found = problemsOf(planted(from, to)).find((problem) => problem.place === place);
    expect(found).toEqual({
      place,
      line: expect.any(Number) as number,
      column: expect.any(Number) as number,
      sentence,
    });
    expect(Math.abs((found?.line ?? 0) - lineOf(from))).toBeLessThanOrEqual(6);
  });
});

describe('without a problem', () => {
  it.each([
    ['a step that nothing after it may fail', '    compensate: { none: Returns undo it. }\n', ''],
    [
      'a field of an item',
      'show: steps.reserve.output',
      'show: trigger.data.lines[item = "A"].quantity',
    ],
    [
      'an optional field for one',
      '{ orderId: =trigger.data.orderId }\n    retry',
      '{ orderId: =trigger.data.orderId, at: =trigger.data.shippedAt }\n    retry',
    ],
    [
      'one item by its place',
      'number: =trigger.data.number',
      'number: =trigger.data.lines[0].item',
    ],
    [
      'a field that may be absent, where the condition asks for it',
      `when: steps.review.state = "skipped" or steps.review.output.decision = "approved"
    call: orders.ship
    input: { orderId: =trigger.data.orderId }`,
      `when: $exists(trigger.data.shippedAt)
    call: orders.ship
    input: { orderId: =trigger.data.shippedAt }`,
    ],
    [
      'a list in brackets',
      'lines: =trigger.data.lines',
      'lines: \'=[trigger.data.lines.{ "item": item, "quantity": quantity }]\'',
    ],
    [
      'a list that is kept',
      'lines: =trigger.data.lines',
      'lines: \'=trigger.data.lines.{ "item": item, "quantity": quantity }[]\'',
    ],
    [
      'a choice with a default',
      'warehouse: =trigger.data.warehouse',
      'warehouse: \'=trigger.data.warehouse ? trigger.data.warehouse : "MAIN"\'',
    ],
    [
      'a function of the whole',
      'show: steps.reserve.output',
      'show: $map($$.trigger.data.lines, function($l) { $l.anything })',
    ],
    ['a sorted list', 'show: steps.reserve.output', 'show: trigger.data.lines^(>price).item'],
  ])('is %s', (what, from, to) => {
    const text = planted(from, to);
    const safe = what.startsWith('a step')
      ? text.replace(/ +timeout: P1D\n +onTimeout: fail\n/, '')
      : text;
    expect(problemsOf(safe)).toEqual([]);
  });
});

it('a deadline makes each command before the last one count', () => {
  const step = 'steps: { a: { call: orders.cancel, input: { orderId: =trigger.data.orderId } }';
  const head = file.slice(0, file.indexOf('steps:'));
  const of = (more: string) => problemsOf(`${head}${more}`).map(({ sentence }) => sentence);
  expect(of(`${step}, b: { sleep: PT1S } }`)).toEqual([]);
  expect(of(`deadline: P1D\n${step} }`)).toEqual([]);
  expect(of(`deadline: P1D\n${step}, b: { sleep: PT1S } }`)).toEqual([
    'Where the deadline passes, what a did stays: name the call that undoes it, or none and why.',
  ]);
});

it('operations that a workflow may call are these', () => {
  const marked = [Orders, Stock, Ledger].flatMap(({ spec }) =>
    Object.entries<OperationSpec>(spec.operations)
      .filter(([, { workflow }]) => workflow)
      .map(([name]) => `${spec.name}.${name}`),
  );
  expect(marked).toEqual([
    ...['orders.place', 'orders.ship', 'orders.move', 'orders.cancel'],
    ...['orders.get', 'orders.getByNumber'],
    ...['stock.receive', 'stock.adjust', 'stock.reserve', 'stock.release'],
    ...['stock.getBalance', 'stock.availability', 'stock.getDocument', 'stock.getReservation'],
    ...['stock.listWaiting', 'ledger.post', 'ledger.postMany', 'ledger.reverse'],
  ]);
});
