/** Placing orders: what is decided on the facts of items, and what lines amount to. */
import fc from 'fast-check';
import { formatDecimal, parseQuantity, quantityOf } from '@morrow/kernel';
import type { ItemCategory } from '@morrow/protocol-items';
import { describe, expect, it } from 'vitest';
import { groupLines, totalOf } from './order-lines.ts';
import { decidePlaced, type Asked, type PlacingFacts } from './place-orders.ts';
import { salesOrder } from './sales-order.document.ts';

const id = '01900000-0000-7000-8000-000000000001';
const line = (item: string, quantity: string, price: bigint) => ({
  item,
  quantity: parseQuantity(quantity),
  price,
});
const asked = (change: Partial<Asked> = {}): Asked => ({
  number: '536365',
  customer: '17850',
  currency: 'GBP',
  warehouse: 'MAIN',
  placedAt: new Date('2010-12-01T08:26:00Z'),
  lines: [line('85123A', '6', 2_550_000n), line('POST', '1', 18_000_000n)],
  ...change,
});
const items = new Map<string, ItemCategory>([
  ['85123A', 'goods'],
  ['POST', 'carriage'],
]);
const facts: PlacingFacts = { tenant: 'main', categories: items, customers: new Map() };

describe('placing an order', () => {
  it('keeps the category of each line and the total', () => {
    const decision = decidePlaced(salesOrder, asked(), facts, id);
    expect(decision).toMatchObject({
      total: 3330n,
      transition: {
        documentType: 'salesOrder',
        row: {
          id,
          version: 1,
          state: 'placed',
          fields: {
            number: '536365',
            total: '3330',
            shippedAt: null,
            lines: [
              { item: '85123A', quantity: '6', price: '2.55', category: 'goods' },
              { item: 'POST', quantity: '1', price: '18', category: 'carriage' },
            ],
          },
        },
      },
    });
  });
  it('ships at once what had left before, at that moment', () => {
    const shippedAt = new Date('2010-12-01T09:00:00Z');
    const decision = decidePlaced(salesOrder, asked({ shippedAt }), facts, id);
    if (!('transition' in decision)) throw new Error('Its items are known');
    const { row, events } = decision.transition;
    expect(events.map(({ type }) => type)).toEqual(['orderPlaced', 'orderShipped']);
    expect(row).toMatchObject({ state: 'shipped', version: 2 });
    expect(row.fields['shippedAt']).toBe('2010-12-01T09:00:00.000Z');
  });
  it('keeps the segment that its customer has', () => {
    const firm = { code: '17850', segment: 'b2b', country: 'France' };
    const known = { ...facts, customers: new Map([[firm.code, firm]]) };
    const [ofFirm, ofOther] = [asked(), asked({ customer: '1' })].map((order) => {
      const decision = decidePlaced(salesOrder, order, known, id);
      return 'transition' in decision ? decision.transition.row.fields['segment'] : decision;
    });
    expect([ofFirm, ofOther]).toEqual(['b2b', null]);
  });
  it('names the item or currency that nobody knows', () => {
    expect(decidePlaced(salesOrder, asked({ lines: [line('X', '1', 1n)] }), facts, id)).toEqual({
      unknown: 'X',
    });
    expect(decidePlaced(salesOrder, asked({ currency: 'ABC' }), facts, id)).toEqual({
      unknown: 'ABC',
    });
  });
});

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
const lines = fc.array(
  fc.record({
    quantity: fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }).map(quantityOf),
    price: fc.bigInt({ min: 0n, max: 10n ** 9n }),
  }),
  { maxLength: 8 },
);
const decimals = { JPY: 0, GBP: 2, KWD: 3 } as const;

describe(`the total, seed ${seed}`, () => {
  it('rounds the sum once, not each line', () => {
    const third = { quantity: parseQuantity('1'), price: 3_333n };
    expect(totalOf([third, third, third], 'GBP')).toBe(1n);
    expect(totalOf([third], 'GBP')).toBe(0n);
  });
  it('is within half a minor unit of the exact sum, in currencies of 0, 2 and 3 decimals', () => {
    fc.assert(
      fc.property(lines, fc.constantFrom('JPY', 'GBP', 'KWD'), (sold, currency) => {
        const exact = sold.reduce((sum, { quantity, price }) => sum + quantity * price, 0n);
        const unit = 10n ** BigInt(12 - decimals[currency as 'JPY']);
        const off = totalOf(sold, currency) * unit - exact;
        expect((off < 0n ? -off : off) * 2n <= unit, formatDecimal(exact, 12)).toBe(true);
      }),
      { seed },
    );
  });
  it('is the same for any order of the lines, and its contrary for what is given back', () => {
    fc.assert(
      fc.property(lines, (sold) => {
        const back = sold.map((each) => ({ ...each, quantity: quantityOf(-each.quantity) }));
        expect(totalOf([...sold].reverse(), 'GBP')).toBe(totalOf(sold, 'GBP'));
        expect(totalOf(back, 'GBP')).toBe(-totalOf(sold, 'GBP'));
      }),
      { seed },
    );
  });
});

describe('lines of a batch', () => {
  it('are grouped by the position of their order, without it', () => {
    const batch = [
      { order: 1, item: 'B' },
      { order: 0, item: 'A' },
      { order: 1, item: 'C' },
      { order: 9, item: 'of no order' },
    ];
    expect(groupLines(batch, 'order', 3)).toEqual([
      [{ item: 'A' }],
      [{ item: 'B' }, { item: 'C' }],
      [],
    ]);
  });
});
