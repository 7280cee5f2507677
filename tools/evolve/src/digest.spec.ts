/** What two runs of the story are compared by leaves aside what is decided anew in each of them. */
import { expect, it } from 'vitest';
import { goodsLines, orderLine } from './digest.ts';

const order = (number: string, more: object) =>
  `document salesOrder shipped ${JSON.stringify({ number, segment: null, ...more })}`;

it('takes an order without its moment and the warehouse that it left from', () => {
  const near = order('7', { warehouse: 'MAIN', allocations: null, shippedAt: '2026-01-01' });
  const far = order('7', { warehouse: 'NORTH', allocations: [{ item: 'A' }], shippedAt: '2027' });
  expect(orderLine(near)).toBe('document salesOrder shipped {"number":"7","segment":null}');
  expect(orderLine(far)).toBe(orderLine(near));
  expect(orderLine(order('8', {}))).not.toBe(orderLine(near));
});

it('counts the goods of an item in all warehouses together', () => {
  const lines = [
    'stock MAIN A 5 0 10',
    'stock NORTH A -2 0 -4',
    'stock MAIN B 1 0 2',
    'document x',
  ];
  expect(goodsLines(lines)).toEqual(['A 3', 'B 1']);
});
