/** What is stated and what is booked, in any order: each mismatch is found, and little is held. */
import { expect, it } from 'vitest';
import { mismatches, type Mismatch, type Stated } from './matching-sums.ts';

const stated = (source: string, amount: bigint): Stated => ({
  ...{ source, amount },
  id: source,
  what: `order ${source}`,
});
async function* streamOf<T>(items: readonly T[], seen?: (n: number) => void): AsyncIterable<T> {
  for (const [at, item] of items.entries()) {
    seen?.(at);
    yield item;
  }
}
async function found(sales: readonly Stated[], booked: readonly (readonly [string, bigint])[]) {
  const entries = booked.map(([source, amount]) => ({ kind: 'sale', source, amount }));
  const all: Mismatch[] = [];
  for await (const one of mismatches({ sale: streamOf(sales) }, streamOf(entries))) all.push(one);
  return all;
}

it('nothing is found where everything is booked, whatever the order', async () => {
  const sales = ['a', 'b', 'c'].map((source, at) => stated(source, BigInt(at + 1)));
  expect(await found(sales, [['c', 3n], ['a', 1n], ['b', 2n]])).toEqual([]); // prettier-ignore
  expect(await found([stated('a', 0n)], [])).toEqual([]);
});

it('names what is not booked, what nobody stated, and where the amounts differ', async () => {
  const sales = [stated('a', 1n), stated('b', 2n)];
  expect(await found(sales, [['b', 3n], ['x', 9n]])).toEqual([
    { source: 'b', stated: sales[1], booked: 3n },
    { source: 'a', stated: sales[0] },
    { source: 'x', booked: 9n },
  ]); // prettier-ignore
});

it('streams of one order run side by side: neither is read far ahead of the other', async () => {
  const count = 5000;
  let stated1 = 0;
  let furthest = 0;
  const sales = Array.from({ length: count }, (_, at) => stated(`s${at}`, 1n));
  const entries = sales.flatMap(({ source }) => [
    { kind: 'wms', source: `w${source}`, amount: 5n },
    { kind: 'sale', source, amount: 1n },
  ]);
  const play = mismatches(
    { sale: streamOf(sales, (n) => (stated1 = n)) },
    streamOf(entries, (n) => (furthest = Math.max(furthest, Math.abs(n / 2 - stated1)))),
  );
  for await (const one of play) expect(one).toBeUndefined();
  expect(furthest).toBeLessThan(3);
});
