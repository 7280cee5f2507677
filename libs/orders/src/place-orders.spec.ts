/** Placing orders: what is decided on the facts of items, and what lines amount to. */
import fc from 'fast-check';
import {
  amountMax,
  calendarDate,
  formatDecimal,
  isWithin,
  parseQuantity,
  quantityOf,
} from '@morrow/kernel';
import { rulesWith } from '@morrow/protocol-companies';
import type { ItemCategory } from '@morrow/protocol-items';
import { describe, expect, it } from 'vitest';
import { groupLines, totalOf } from './order-lines.ts';
import { isRefusal } from './business-rules.ts';
import type { KnownFacts, KnownParty } from './known-facts.ts';
import { decidePlaced, type Asked } from './place-orders.ts';
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
const customer = (code: string, more: object = {}): [string, KnownParty] => [
  code,
  { code, role: 'customer', country: 'France', ...more },
];
const facts: KnownFacts = {
  tenant: 'main',
  now: new Date('2010-12-02T00:00:00Z'),
  company: { currency: 'GBP', rules: rulesWith() },
  categories: items,
  parties: new Map([customer('17850'), customer('SUP', { role: 'supplier' })]),
  warehouses: new Map([['MAIN', true]]),
};

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
    const known = {
      ...facts,
      parties: new Map([customer('17850', { segment: 'b2b' }), customer('1')]),
    };
    const [ofFirm, ofOther] = [asked(), asked({ customer: '1' })].map((order) => {
      const decision = decidePlaced(salesOrder, order, known, id);
      return 'transition' in decision ? decision.transition.row.fields['segment'] : decision;
    });
    expect([ofFirm, ofOther]).toEqual(['b2b', null]);
  });
  const changed = (change: Partial<Asked>, known: Partial<KnownFacts> = {}) => {
    const decision = decidePlaced(salesOrder, asked(change), { ...facts, ...known }, id);
    return isRefusal(decision) ? `${decision.code} ${decision.subject}: ${decision.sentence}` : '';
  };
  const allowing = { currency: 'GBP', rules: rulesWith({ unknownCustomers: 'allow' }) };
  it.each<[Partial<Asked>, Partial<KnownFacts>, string]>([
    [{}, { company: undefined }, 'noCompany company: Set up the company first.'],
    [{ currency: 'JPY' }, {}, 'wrongCurrency JPY: The books are kept in GBP, not in JPY.'],
    [
      { customer: 'NOBODY' },
      {},
      'unknownCustomer NOBODY: There is no customer NOBODY. Create it first.',
    ],
    [{ customer: 'NOBODY' }, { company: allowing }, ''],
    [{ customer: 'SUP' }, { company: allowing }, 'notACustomer SUP: Party SUP is not a customer.'],
    [
      { warehouse: 'LAGER2' },
      {},
      'unknownWarehouse LAGER2: There is no warehouse LAGER2. Open it first.',
    ],
    [{ lines: [line('X', '1', 1n)] }, {}, 'unknownItem X: There is no item X. Create it first.'],
    [
      { lines: [line('POST', '1', 1n), line('85123A', '-5', 1n)] },
      {},
      'notPositive 85123A: The quantity of 85123A must be above zero, not -5.',
    ],
    [
      { lines: [line('85123A', '1', -10_000n)] },
      {},
      'negativePrice 85123A: The price of 85123A must not be below zero, but it is -0.01.',
    ],
    [{ lines: [line('POST', '1', -10_000n)] }, {}, ''],
    [{ lines: [] }, {}, 'noLines 536365: 536365 has no lines.'],
    [
      { lines: [line('85123A', '1000000000', 10n ** 15n)] },
      {},
      'amountTooLarge 536365: The amount of 536365 is too large to be booked.',
    ],
    [
      { placedAt: new Date('2010-12-02T00:06:00Z') },
      {},
      'impossibleDate 2010-12-02T00:06:00.000Z: ' +
        'placedAt must be between the year 1900 and now, not 2010-12-02T00:06:00.000Z.',
    ],
    [{ placedAt: new Date('2010-12-02T00:04:00Z') }, {}, ''],
    [
      { shippedAt: new Date('2010-12-01T08:25:00Z') },
      {},
      'shippedBeforePlaced 2010-12-01T08:25:00.000Z: ' +
        'An order placed at 2010-12-01T08:26:00.000Z cannot be shipped at ' +
        '2010-12-01T08:25:00.000Z.',
    ],
    [
      { promisedOn: calendarDate('2010-11-29') },
      {},
      'promisedBeforePlaced 2010-11-29: ' +
        'An order placed at 2010-12-01T08:26:00.000Z cannot be promised for 2010-11-29.',
    ],
  ])('that does not hold is refused by name (case %#)', (change, known, sentence) => {
    expect(changed(change, known)).toBe(sentence);
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
  it('are grouped by the position of their order; those of no order are named', () => {
    const batch = [
      { order: 1, item: 'B' },
      { order: 0, item: 'A' },
      { order: 1, item: 'C' },
      { order: 9, item: 'of no order' },
    ];
    expect(groupLines(batch, 'order', 3)).toEqual({
      groups: [
        { lines: [{ item: 'A' }], positions: [1] },
        { lines: [{ item: 'B' }, { item: 'C' }], positions: [0, 2] },
        { lines: [], positions: [] },
      ],
      stray: [3],
    });
  });
});

const scaledMax = 10n ** 18n - 1n;
const anyLines = fc.array(
  fc.record({
    item: fc.constantFrom('85123A', 'POST'),
    quantity: fc.bigInt({ min: 1n, max: scaledMax }).map(quantityOf),
    price: fc.bigInt({ min: 0n, max: scaledMax }),
  }),
  { minLength: 1, maxLength: 30 },
);
describe(`an order of any quantities and prices, seed ${seed}`, () => {
  it('is refused, or each of its lines and all of them are amounts that can be booked', () => {
    fc.assert(
      fc.property(anyLines, (sold) => {
        const decision = decidePlaced(salesOrder, asked({ lines: sold }), facts, id);
        if (isRefusal(decision)) {
          expect(decision.code).toBe('amountTooLarge');
          return;
        }
        const amounts = sold.map((each) => totalOf([each], 'GBP'));
        for (const amount of [decision.total, ...amounts])
          expect(isWithin(amount, amountMax)).toBe(true);
      }),
      { seed },
    );
  });
});
