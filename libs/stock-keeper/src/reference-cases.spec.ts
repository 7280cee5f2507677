/** Published figures that stock and its value must come to, by the name of their section. */
import { currencyCode, minorUnitsOf } from '@morrow/kernel';
import { describe, expect, it } from 'vitest';
import { movementPlace, type NewMovement } from './record-movements.ts';
import { HeldBalances } from './reserve.ts';
import { stockInMemory } from './stock-world.ts';
import { emptyStanding, valueMove, worth, type Move } from './valuation.ts';

const pieces = (count: number) => BigInt(count) * 1_000_000n;
/** A price of whole pence in millionths. */
const priced = (pence: number) => BigInt(pence) * 10_000n;

describe('Moving average', () => {
  it('is 15.35 of 60 at 15 and 140 at 15.50, then 15.91875 of 10 left and 70 at 16', () => {
    const moves: readonly Move[] = [
      { quantity: pieces(60), cost: priced(1500) },
      { quantity: pieces(140), cost: priced(1550) },
      { quantity: pieces(-190) },
      { quantity: pieces(70), cost: priced(1600) },
      { quantity: pieces(-30) },
      { quantity: pieces(-50) },
    ];
    let standing = emptyStanding;
    const told = moves.map((move) => {
      const { value, after } = valueMove(standing, move, 2);
      standing = after;
      return { value, cost: after.cost };
    });
    expect(told.map(({ value }) => value).filter((value) => value < 0n)).toEqual([
      -291650n,
      -47756n,
      -79594n,
    ]);
    expect(told[1]?.cost).toBe(15_350_000n);
    expect(told[3]?.cost).toBe(15_918_750n);
    expect(standing).toMatchObject({ onHand: 0n, value: 0n });
  });
});

describe('Back-dated chain', () => {
  const on = (day: string) => new Date(`2020-${day}T12:00:00Z`);
  let documents = 0;
  const move = (warehouse: string, day: string, count: number, pence?: number): NewMovement => ({
    item: 'RAW',
    warehouse,
    place: movementPlace(on(day), String(++documents).padStart(3, '0'), 0),
    documentId: String(documents),
    kind: count < 0 ? 'issue' : 'receipt',
    quantity: pieces(count),
    ...(pence === undefined ? {} : { cost: priced(pence) }),
  });
  /** Finished goods take 10 in on 30 April at what they were worth in the stores. */
  const finished = async (pence: number) => {
    const { record, figures } = stockInMemory();
    const moves = [move('FINISHED', '04-20', 10, 20_000), move('FINISHED', '04-30', 10, pence)];
    for (const each of moves) await record([each]);
    return (await figures()).balances[0]?.lastCost;
  };

  it('re-values what left the stores after a count that is entered late', async () => {
    const { record, figures } = stockInMemory();
    const valueOf = async (each: NewMovement) => (await record([each])).values[0];
    await valueOf(move('STORES', '04-10', 50, 10_000));
    // the move to finished goods, and 5 for a repack that costs 40 besides
    expect(await valueOf(move('STORES', '04-30', -10))).toBe(-100_000n);
    const repack = 4_000n - ((await valueOf(move('STORES', '05-05', -5))) ?? 0n);
    expect([await finished(10_000), repack]).toEqual([priced(15_000), 54_000n]);

    const counted = [move('STORES', '04-12', -50), move('STORES', '04-12', 50, 15_000)];
    const { differences } = await record(counted);
    expect(differences).toEqual([
      { date: '2020-04-30', kind: 'issue', value: -50_000n },
      { date: '2020-05-05', kind: 'issue', value: -25_000n },
    ]);
    expect([await finished(15_000), repack + 25_000n]).toEqual([priced(17_500), 79_000n]);
    expect((await figures()).balances).toMatchObject([{ onHand: pieces(35), value: 525_000n }]);
  });
});

describe('Currency', () => {
  it.each([
    ['JPY', 1n],
    ['GBP', 123n],
    ['HUF', 123n],
    ['IDR', 123n],
    ['KWD', 1235n],
    ['IQD', 1235n],
    ['CLF', 12345n],
  ])('values a piece at 1.2345 in whole minor units of %s', (currency, value) => {
    const decimals = minorUnitsOf(currencyCode(currency));
    expect(worth(pieces(1), 1_234_500n, decimals)).toBe(value);
    expect(worth(pieces(-1), 1_234_500n, decimals)).toBe(-value);
  });
});

describe('Reservations', () => {
  it('of one each, twenty of them, get ten where ten lie there', () => {
    const balance = { reserved: 0n, value: 0n, lastCost: 0n, lastPlace: '' };
    const held = new HeldBalances([
      { item: 'A', warehouse: 'MAIN', onHand: pieces(10), ...balance },
    ]);
    const wish = [{ item: 'A', warehouse: 'MAIN', quantity: pieces(1) }];
    const answers = Array.from({ length: 20 }, () => held.reserve(wish));
    const short = { item: 'A', warehouse: 'MAIN', requested: pieces(1), available: 0n };
    expect(answers).toEqual([...Array(10).fill(undefined), ...Array(10).fill(short)]);
    expect(held.changed()).toMatchObject([{ reserved: pieces(10) }]);
  });
});
