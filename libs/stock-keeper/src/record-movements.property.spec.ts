/** Value is a function of the set of movements, never of their arrival: checked on random sets in
 * random orders. */
import fc from 'fast-check';
import { amountMax, isWithin, lineAmountMax } from '@morrow/kernel';
import { describe, expect, it } from 'vitest';
import { OutOfBounds, type NewMovement } from './record-movements.ts';
import { stockInMemory } from './stock-world.ts';

const movement = (at: number): fc.Arbitrary<NewMovement> =>
  fc
    .record({
      item: fc.constantFrom('A', 'B'),
      quantity: fc.integer({ min: -20, max: 20 }).filter((count) => count !== 0),
      cost: fc.option(fc.integer({ min: 0, max: 5_000_000 }), { nil: undefined }),
    })
    .map(({ item, quantity, cost }) => ({
      item,
      warehouse: 'MAIN',
      place: `2026-01-${String((at % 28) + 1).padStart(2, '0')}T00:00:00.000Z|${at}|00000`,
      documentId: String(at),
      kind: quantity < 0 ? 'issue' : cost === undefined ? 'return' : 'receipt',
      quantity: BigInt(quantity) * 1_000_000n,
      cost: quantity < 0 || cost === undefined ? undefined : BigInt(cost),
    }));
const huge = fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n });
const hugeMovement = (at: number): fc.Arbitrary<NewMovement> =>
  fc
    .record({
      quantity: fc.oneof(huge, fc.bigInt({ min: -9n, max: 9n })).filter((count) => count !== 0n),
      cost: fc.option(
        huge.filter((cost) => cost >= 0n),
        { nil: undefined },
      ),
    })
    .map(({ quantity, cost }) => ({
      item: 'A',
      warehouse: 'MAIN',
      place: `2026-01-${String((at * 7) % 28).padStart(2, '0')}T00:00:00.000Z|${at}|00000`,
      documentId: String(at),
      kind: quantity < 0n ? 'issue' : 'receipt',
      quantity,
      cost: quantity < 0n ? undefined : cost,
    }));
const hugeHistory = fc
  .integer({ min: 1, max: 8 })
  .chain((length) => fc.tuple(...Array.from({ length }, (_, at) => hugeMovement(at))));
const history = fc
  .integer({ min: 1, max: 25 })
  .chain((length) => fc.tuple(...Array.from({ length }, (_, at) => movement(at))));

async function recordAll(batches: readonly (readonly NewMovement[])[]) {
  const { record, figures } = stockInMemory();
  const posted = new Map<string, bigint>();
  const post = (key: string, value: bigint) => posted.set(key, (posted.get(key) ?? 0n) + value);
  for (const batch of batches) {
    const { values, differences } = await record(batch);
    for (const [at, { place, kind }] of batch.entries())
      post(`${place.slice(0, 10)} ${kind}`, values[at] ?? 0n);
    for (const { date, kind, value } of differences) post(`${date} ${kind}`, value);
  }
  const worth = [...posted].filter(([, value]) => value !== 0n).sort();
  return { ...(await figures()), posted: worth };
}

describe('recording movements', () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
  it(`gives the same stock and postings by day in any order of arrival, seed ${seed}`, () =>
    fc.assert(
      fc.asyncProperty(history, fc.infiniteStream(fc.nat()), async (moves, luck) => {
        const shuffled = moves
          .map((move) => ({ move, key: luck.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ move }) => move);
        const inOrder = await recordAll(moves.map((move) => [move]));
        const outOfOrder = await recordAll(shuffled.map((move) => [move]));
        const atOnce = await recordAll([shuffled]);
        expect(outOfOrder).toEqual(inOrder);
        expect(atOnce).toEqual(inOrder);
      }),
      { seed, numRuns: 300 },
    ));
  it('keeps every figure within what can be stored, and else stores nothing', () =>
    fc.assert(
      fc.asyncProperty(hugeHistory, async (moves) => {
        const { record, figures } = stockInMemory();
        for (const move of moves) {
          const before = await figures();
          try {
            await record([move]);
          } catch (error) {
            expect(error).toBeInstanceOf(OutOfBounds);
            expect(await figures()).toEqual(before);
          }
        }
        const { balances, movements } = await figures();
        for (const { quantity, place, documentId, kind, item, warehouse, ...row } of movements) {
          expect([place, documentId, kind, item, warehouse].every(Boolean)).toBe(true);
          for (const figure of Object.values({ quantity, ...row }))
            expect(isWithin(figure ?? 0n, amountMax)).toBe(true);
        }
        for (const { value } of balances) expect(isWithin(value, lineAmountMax)).toBe(true);
      }),
      { seed, numRuns: 300 },
    ));
});
