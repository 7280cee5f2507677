/** A cancellation takes back the latest earlier sale of the same customer, code and price. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SalesMemory } from './sales-memory.ts';

const counts = (matched: number, partMatched: number, unmatched: number) => ({
  matched,
  partMatched,
  unmatched,
});

describe('what a customer gives back', () => {
  it('belongs to the latest sale, then to the one before it', () => {
    const memory = new SalesMemory();
    memory.sold('17850', 'A', 100n, 4n, 'first');
    memory.sold('17850', 'A', 100n, 2n, 'second');
    expect(memory.takeBack('17850', 'A', 100n, 3n)).toEqual([
      { order: 'second', quantity: 2n },
      { order: 'first', quantity: 1n },
    ]);
    expect(memory.takeBack('17850', 'A', 100n, 3n)).toEqual([{ order: 'first', quantity: 3n }]);
    expect(memory.counts).toEqual(counts(2, 0, 0));
  });

  it('is matched in part where less was sold', () => {
    const memory = new SalesMemory();
    memory.sold('17850', 'A', 100n, 2n, 'first');
    expect(memory.takeBack('17850', 'A', 100n, 5n)).toEqual([
      { order: 'first', quantity: 2n },
      { order: undefined, quantity: 3n },
    ]);
    expect(memory.counts).toEqual(counts(0, 1, 0));
  });

  it.each([
    ['another customer', '13047', 'A', 100n],
    ['another code', '17850', 'B', 100n],
    ['another price', '17850', 'A', 101n],
    ['nobody', '', 'A', 100n],
  ])('has no sale where %s bought', (_who, customer, code, price) => {
    const memory = new SalesMemory();
    memory.sold('17850', 'A', 100n, 2n, 'first');
    memory.sold('', 'A', 100n, 2n, 'walk-in');
    expect(memory.takeBack(customer, code, price, 1n)).toEqual([
      { order: undefined, quantity: 1n },
    ]);
    expect(memory.counts).toEqual(counts(0, 0, 1));
  });
});

it('No sale is taken back beyond its quantity, and nothing that was given back is lost', () => {
  const step = fc.record({ isSale: fc.boolean(), quantity: fc.bigInt({ min: 1n, max: 9n }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const memory = new SalesMemory();
      const left = new Map<string, bigint>();
      for (const [at, { isSale, quantity }] of steps.entries()) {
        if (isSale) {
          memory.sold('1', 'A', 1n, quantity, `${at}`);
          left.set(`${at}`, quantity);
          continue;
        }
        const matches = memory.takeBack('1', 'A', 1n, quantity);
        expect(matches.reduce((sum, match) => sum + match.quantity, 0n)).toBe(quantity);
        for (const { order, quantity: taken } of matches)
          if (order !== undefined) left.set(order, (left.get(order) ?? 0n) - taken);
        if (matches.some(({ order }) => order === undefined))
          expect([...left.values()].every((open) => open === 0n)).toBe(true);
      }
      expect([...left.values()].every((open) => open >= 0n)).toBe(true);
    }),
  );
});
