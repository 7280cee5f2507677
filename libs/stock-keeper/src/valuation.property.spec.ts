/** Laws of valuation and of setting aside, on random movements and wishes. */
import fc from 'fast-check';
import type { MovementFact } from '@morrow/engines';
import { describe, expect, it } from 'vitest';
import { HeldBalances, type Wanted } from './reserve.ts';
import { newValuer } from './value-movements.ts';
import { emptyStanding, valueMove, type Move, type Standing } from './valuation.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
const quantities = fc.bigInt({ min: -(10n ** 8n), max: 10n ** 8n }).filter((count) => count !== 0n);
const costs = fc.option(fc.bigInt({ min: 0n, max: 10n ** 9n }), { nil: undefined });
const anyMove: fc.Arbitrary<Move> = fc
  .record({ quantity: quantities, cost: costs })
  .map(({ quantity, cost }) => (quantity < 0n ? { quantity } : { quantity, cost }));
const minorUnits = fc.constantFrom(0, 2, 3);

describe(`the moving average, seed ${seed}`, () => {
  it('keeps the value equal to the sum of its movements, and none where nothing lies', () => {
    fc.assert(
      fc.property(fc.array(anyMove, { maxLength: 30 }), minorUnits, (moves, decimals) => {
        let standing: Standing = emptyStanding;
        let value = 0n;
        let onHand = 0n;
        for (const move of moves) {
          const valued = valueMove(standing, move, decimals);
          standing = valued.after;
          value += valued.value + valued.correction;
          onHand += move.quantity;
          expect(standing).toMatchObject({ value, onHand });
          if (onHand === 0n) expect(value).toBe(0n);
        }
      }),
      { seed, numRuns: 1000 },
    );
  });
  it('values what is bought and issued above zero, and what is owed below it', () => {
    const bought = anyMove.map(({ quantity, cost = 0n }) => ({
      quantity,
      cost: quantity < 0n ? undefined : cost,
    }));
    fc.assert(
      fc.property(fc.array(bought, { maxLength: 30 }), minorUnits, (moves, decimals) => {
        let standing: Standing = emptyStanding;
        for (const move of moves) {
          standing = valueMove(standing, move, decimals).after;
          const { onHand, value } = standing;
          expect(onHand < 0n ? value <= 0n : value >= 0n).toBe(true);
        }
      }),
      { seed, numRuns: 1000 },
    );
  });
});

/** Movements of some items in the order of valuation, as a replay reads them. */
const facts = fc
  .array(fc.tuple(fc.constantFrom('A', 'B', 'C'), anyMove), { maxLength: 30 })
  .map((moves) =>
    moves
      .map(([item, move], at): MovementFact => {
        const place = `2026-01-01T00:00:00.000Z|${String(at).padStart(3, '0')}|00000`;
        const kind = move.quantity < 0n ? 'issue' : 'receipt';
        const key = { item, warehouse: 'MAIN', documentId: String(at) };
        return { fact: 'movement', minorUnits: 2, ...key, place, kind, ...move };
      })
      .sort((a, b) => (`${a.item} ${a.place}` < `${b.item} ${b.place}` ? -1 : 1)),
  );

describe(`valuing for a replay, seed ${seed}`, () => {
  it('gives the same rows however the movements are cut into pages', () => {
    fc.assert(
      fc.property(facts, fc.nat(30), fc.nat(30), (all, one, two) => {
        const cuts = [0, one, two, all.length].sort((a, b) => a - b);
        const value = newValuer();
        const paged = cuts.flatMap((from, at) => value(all.slice(from, cuts[at + 1] ?? from)));
        expect(paged).toEqual(newValuer()(all));
      }),
      { seed },
    );
  });
});

const wishes = fc.array(
  fc.array(
    fc.record({
      item: fc.constantFrom('A', 'B', 'C'),
      warehouse: fc.constant('MAIN'),
      quantity: fc.bigInt({ min: 1n, max: 20n }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  { maxLength: 12 },
);
const row = (item: string, onHand: bigint) => ({
  ...{ item, warehouse: 'MAIN', onHand, reserved: 0n, value: 0n, lastCost: 0n, lastPlace: '' },
});

describe(`setting aside, seed ${seed}`, () => {
  it('gives all lines of a wish or none, never more than lies there, and takes all back', () => {
    fc.assert(
      fc.property(wishes, fc.bigInt({ min: -5n, max: 60n }), (asked, onHand) => {
        const held = new HeldBalances([row('A', onHand), row('B', 30n)]);
        const granted: Wanted[] = [];
        for (const wish of asked) {
          const before = held.changed();
          if (held.reserve(wish)) expect(held.changed()).toEqual(before);
          else granted.push(...wish);
        }
        for (const { item, onHand: lies, reserved } of held.changed()) {
          const own = granted.filter((line) => line.item === item);
          expect(reserved).toBe(own.reduce((sum, { quantity }) => sum + quantity, 0n));
          expect(reserved <= lies).toBe(true);
        }
        held.release(granted);
        expect(held.changed().every(({ reserved }) => reserved === 0n)).toBe(true);
      }),
      { seed, numRuns: 500 },
    );
  });
});
