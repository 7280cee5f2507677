/** Returns against the orders that they refer to: never more than was sold, at the price that it
 * was sold at. */
import fc from 'fast-check';
import { units } from '@morrow/kernel';
import { describe, expect, it } from 'vitest';
import {
  countedAnew,
  countReturned,
  type AskedReturn,
  type AskedReturnLine,
  type Returned,
  type SoldOrder,
} from './check-returned.ts';

const pound = 1_000_000n;
const sold = (item: string, count: number, price: bigint) => ({
  ...{ item, quantity: units(count), price, category: 'goods' as const },
});
const order: SoldOrder = {
  number: 'SO-1',
  customer: 'C1',
  currency: 'GBP',
  shippedAt: new Date('2026-03-03T10:00:00.000Z'),
  lines: [sold('A', 5, 2n * pound), sold('A', 5, 3n * pound), sold('B', 1, pound)],
};
const asked: AskedReturn = {
  number: 'R-1',
  customer: 'C1',
  currency: 'GBP',
  receivedAt: new Date('2026-03-04T10:00:00.000Z'),
};
const back = (
  item: string,
  count: number,
  price: bigint,
  more: Partial<AskedReturnLine> = {},
): AskedReturnLine => ({ item, quantity: units(count), price, order: 'SO-1', ...more });

interface Change {
  readonly order?: Partial<SoldOrder>;
  readonly asked?: Partial<AskedReturn>;
  readonly soFar?: Returned;
}
function decided(lines: readonly AskedReturnLine[], change: Change = {}) {
  const orders = new Map([['SO-1', { ...order, ...change.order }]]);
  const returned = new Map(change.soFar ? [['SO-1', change.soFar]] : []);
  const outcome = countReturned({ ...asked, ...change.asked }, lines, { orders, returned });
  return 'code' in outcome ? `${outcome.code} ${outcome.subject} ${outcome.line}` : outcome;
}
const counted = (...all: [number, number][]) =>
  new Map([['SO-1', all.map(([line, count]) => ({ line, quantity: units(count) }))]]);

describe('a return', () => {
  it('is counted by the lines that it was sold by', () => {
    const lines = [back('A', 2, 2n * pound), back('A', 5, 3n * pound), back('B', 1, pound)];
    expect(decided(lines)).toEqual(counted([0, 2], [1, 5], [2, 1]));
  });
  it('is counted in the order of the lines sold, whichever came back first', () => {
    const soFar = [{ line: 2, quantity: units(1) }];
    expect(decided([back('A', 2, 2n * pound)], { soFar })).toEqual(counted([0, 2], [2, 1]));
  });
  it('may take the rest, and nothing more', () => {
    const soFar = [{ line: 0, quantity: units(3) }];
    expect(decided([back('A', 2, 2n * pound)], { soFar })).toEqual(counted([0, 5]));
    expect(decided([back('A', 3, 2n * pound)], { soFar })).toBe('tooMuch A 0');
    const twice = [back('A', 2, 2n * pound), back('A', 1, 2n * pound)];
    expect(decided(twice, { soFar })).toBe('tooMuch A 1');
  });
  it('has another price only with a reason, and then takes from all that was sold', () => {
    expect(decided([back('A', 1, 4n * pound)])).toBe('wrongPrice A 0');
    const blank = { asked: { reason: '  ' } };
    expect(decided([back('A', 1, 4n * pound)], blank)).toBe('wrongPrice A 0');
    const damaged = { asked: { reason: 'Damaged' } };
    expect(decided([back('A', 7, pound)], damaged)).toEqual(counted([0, 5], [1, 2]));
    expect(decided([back('A', 11, pound)], damaged)).toBe('tooMuch A 0');
  });
  it.each<[string, AskedReturnLine, Change]>([
    ['noOrder A 0', back('A', 1, 2n * pound, { order: undefined }), {}],
    ['unknownOrder SO-9 0', back('A', 1, 2n * pound, { order: 'SO-9' }), {}],
    ['notOnOrder Z 0', back('Z', 1, 2n * pound), {}],
    ['notShipped SO-1 0', back('A', 1, 2n * pound), { order: { shippedAt: undefined } }],
    ['wrongCustomer SO-1 0', back('A', 1, 2n * pound), { asked: { customer: 'C2' } }],
    ['wrongCurrency SO-1 0', back('A', 1, 2n * pound), { asked: { currency: 'EUR' } }],
    [
      'returnedBeforeShipped SO-1 0',
      back('A', 1, 2n * pound),
      { asked: { receivedAt: new Date('2026-03-03T09:59:59.999Z') } },
    ],
  ])('is refused: %s', (sentence, line, change) => {
    expect(decided([line], change)).toBe(sentence);
  });
  it('without an order names none; what names one is checked all the same', () => {
    const kind = { asked: { kind: 'withoutOrder' as const } };
    const without = back('A', 99, 7n * pound, { order: undefined });
    expect(decided([without], kind)).toEqual(new Map());
    expect(decided([without, back('A', 6, 2n * pound)], kind)).toBe('tooMuch A 1');
  });
});

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
const anyBack = fc.record({
  item: fc.constantFrom('A', 'B'),
  count: fc.integer({ min: 1, max: 4 }),
  price: fc.constantFrom(pound, 2n * pound, 3n * pound),
  hasReason: fc.boolean(),
});

describe(`returns of one order, seed ${seed}`, () => {
  it('never take back more of a line than was sold', () => {
    fc.assert(
      fc.property(fc.array(anyBack, { maxLength: 30 }), (returns) => {
        let soFar: Returned = [];
        let taken = 0n;
        for (const { item, count, price, hasReason } of returns) {
          const line = back(item, count, price);
          const facts = {
            orders: new Map([['SO-1', order]]),
            returned: new Map([['SO-1', soFar]]),
          };
          const outcome = countReturned(
            hasReason ? { ...asked, reason: 'Damaged' } : asked,
            [line],
            facts,
          );
          if ('code' in outcome) continue;
          soFar = outcome.get('SO-1') ?? [];
          taken += units(count);
        }
        expect(soFar.reduce((sum, { quantity }) => sum + quantity, 0n)).toBe(taken);
        for (const { line, quantity } of soFar)
          expect(quantity <= (order.lines[line]?.quantity ?? 0n)).toBe(true);
      }),
      { seed },
    );
  });
  it('that nobody counted are counted anew, as far as they fit', () => {
    const earlier = [back('A', 6, 3n * pound), back('B', 3, pound), back('Z', 1, pound)];
    const fitting = [
      { line: 0, quantity: units(1) },
      { line: 1, quantity: units(5) },
      { line: 2, quantity: units(1) },
    ];
    expect(countedAnew(order, earlier)).toEqual(fitting);
  });
});
