/** Laws of the documents of orders, and the ways that a sales order takes. */
import { documentSuite } from '@morrow/contract/suite';
import { allows, eventOf, NotInState, transitionOf } from '@morrow/document-keeper';
import { parseQuantity, type Id } from '@morrow/kernel';
import { Orders } from '@morrow/protocol-orders';
import { Returns } from '@morrow/protocol-returns';
import { describe, expect, it } from 'vitest';
import { decidePlaced } from './place-orders.ts';
import { salesOrder } from './sales-order.document.ts';
import { salesReturn } from './sales-return.document.ts';

documentSuite(salesOrder, Orders.spec);
documentSuite(salesReturn, Returns.spec);

const id = '01900000-0000-7000-8000-000000000001';
const orderId = id as Id<'order'>;
const asked = {
  number: '536365',
  customer: '17850',
  currency: 'GBP',
  warehouse: 'MAIN',
  placedAt: new Date('2010-12-01T08:26:00Z'),
  lines: [{ item: '85123A', quantity: parseQuantity('6'), price: 2_550_000n }],
};
const decision = decidePlaced(
  salesOrder,
  asked,
  { tenant: 'main', categories: new Map([['85123A', 'goods']]), customers: new Map() },
  id,
);
if (!('transition' in decision)) throw new Error('Its item is known');
const placed = decision.transition.row;
const events = {
  reserved: eventOf(Orders, 'orderReserved', { orderId }),
  awaits: eventOf(Orders, 'orderAwaitsStock', { orderId, item: '85123A' }),
  cancelled: eventOf(Orders, 'orderCancelled', { orderId }),
};
const after = (...names: readonly (keyof typeof events)[]) =>
  names.length
    ? transitionOf(salesOrder, placed, id, names.map((name) => events[name])).row // prettier-ignore
    : placed;

describe('a sales order', () => {
  it('waits for stock and is reserved later, its fields unchanged', () => {
    const row = after('awaits', 'reserved');
    expect(row).toMatchObject({ state: 'reserved', version: 3, fields: placed.fields });
  });
  it.each([[[]], [['reserved']], [['awaits']]] as const)(
    'can be shipped or cancelled once it is placed and %j',
    (names) => {
      const row = after(...names);
      expect(allows(salesOrder, row, { type: 'orderShipped', data: {} })).toBe(true);
      expect(allows(salesOrder, row, { type: 'orderCancelled', data: {} })).toBe(true);
    },
  );
  it('is neither reserved nor shipped after it was cancelled', () => {
    const row = after('cancelled');
    expect(allows(salesOrder, row, { type: 'orderShipped', data: {} })).toBe(false);
    expect(() => transitionOf(salesOrder, row, id, [events.reserved])).toThrow(NotInState);
  });
});
