/** Value is a function of the set of movements, never of their arrival: checked on random sets in
 * random orders. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordMovements, type NewMovement } from './record-movements.ts';
import { tablesInMemory } from './stock-world.ts';

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
const history = fc
  .integer({ min: 1, max: 25 })
  .chain((length) => fc.tuple(...Array.from({ length }, (_, at) => movement(at))));

async function record(batches: readonly (readonly NewMovement[])[]) {
  const { tables, figures } = tablesInMemory();
  const posted = new Map<string, bigint>();
  const post = (key: string, value: bigint) => posted.set(key, (posted.get(key) ?? 0n) + value);
  for (const batch of batches) {
    const { values, differences } = await recordMovements(tables, batch, 2);
    for (const [at, { place, kind }] of batch.entries())
      post(`${place.slice(0, 10)} ${kind}`, values[at] ?? 0n);
    for (const { date, kind, value } of differences) post(`${date} ${kind}`, value);
  }
  const worth = [...posted].filter(([, value]) => value !== 0n).sort();
  return { ...figures(), posted: worth };
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
        const inOrder = await record(moves.map((move) => [move]));
        const outOfOrder = await record(shuffled.map((move) => [move]));
        const atOnce = await record([shuffled]);
        expect(outOfOrder).toEqual(inOrder);
        expect(atOnce).toEqual(inOrder);
      }),
      { seed, numRuns: 300 },
    ));
});
