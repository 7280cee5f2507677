/** Laws of the documents of orders, and the ways that a sales order takes. */
import { documentSuite } from '@morrow/contract/suite';
import { allows, eventOf, NotInState, transitionOf } from '@morrow/document-keeper';
import { defineLifecycle, parseQuantity, units, type Id } from '@morrow/kernel';
import { rulesWith } from '@morrow/protocol-companies';
import { Orders } from '@morrow/protocol-orders';
import { Returns } from '@morrow/protocol-returns';
import { describe, expect, it } from 'vitest';
import { misallocated } from './order-lines.ts';
import { decidePlaced } from './place-orders.ts';
import { salesOrder } from './sales-order.document.ts';
import { orderReturns, salesReturn } from './sales-return.document.ts';

documentSuite(salesOrder, Orders.spec);
/** The sales order on a flow that a pack adds. */
const routed = {
  ...salesOrder,
  lifecycles: [
    defineLifecycle({
      id: 'salesOrder',
      version: 2,
      states: ['created', 'split', 'shipped'],
      transitions: [
        { on: 'orderPlaced', from: [], to: 'created' },
        { on: 'orderMoved.split', from: ['created'], to: 'split' },
        { on: 'orderShipped', from: ['split'], to: 'shipped' },
      ],
    }),
  ],
};
documentSuite(routed, Orders.spec);
documentSuite(salesReturn, Returns.spec);
documentSuite(orderReturns, Returns.spec);

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
  {
    tenant: 'main',
    now: new Date('2010-12-02T00:00:00Z'),
    company: { currency: 'GBP', rules: rulesWith() },
    categories: new Map([['85123A', 'goods']]),
    parties: new Map([['17850', { code: '17850', role: 'customer' }]]),
    warehouses: new Map([['MAIN', true]]),
  },
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

describe('a sales order on a flow with moves', () => {
  const moved = (to: string, more: object = {}) =>
    eventOf(Orders, 'orderMoved', { orderId, to, ...more });
  const created = transitionOf(routed, undefined, id, decision.transition.events).row;
  const allocations = [{ warehouse: 'NORTH', item: '85123A', quantity: units(6) }];

  it('goes where a move names the state, and nowhere else', () => {
    const { row } = transitionOf(routed, created, id, [moved('split', { allocations })]);
    expect(row).toMatchObject({ state: 'split', lifecycle: { version: 2 } });
    expect(row.fields['allocations']).toEqual([{ ...allocations[0], quantity: '6' }]);
    expect(() => transitionOf(routed, created, id, [moved('allocated')])).toThrow(
      'salesOrder in state created does not allow orderMoved.allocated',
    );
    expect(allows(routed, row, moved('split'))).toBe(false);
  });
  it('is taken whole from another warehouse, whatever was allocated before', () => {
    const again = {
      ...created.fields,
      allocations: [{ warehouse: 'NORTH', item: 'A', quantity: '1' }],
    };
    const row = { ...created, fields: again };
    const { fields } = transitionOf(routed, row, id, [moved('split', { warehouse: 'SOUTH' })]).row;
    expect(fields).toMatchObject({ warehouse: 'SOUTH', allocations: null });
  });
});

describe('allocations', () => {
  const line = (item: string, count: number, category: 'goods' | 'carriage') => ({
    ...{ item, quantity: units(count), price: 1n, category },
  });
  const lines = [line('A', 2, 'goods'), line('A', 3, 'goods'), line('POST', 1, 'carriage')];
  const from = (warehouse: string, item: string, count: number) => ({
    ...{ warehouse, item, quantity: units(count) },
  });
  it.each([
    [[from('N', 'A', 4), from('S', 'A', 1)], undefined],
    [[from('N', 'A', 4)], { item: 'A', ordered: units(5), allocated: units(4) }],
    [
      [from('N', 'A', 6), from('S', 'A', -1)],
      { item: 'A', ordered: units(5), allocated: units(5) },
    ],
    [
      [from('N', 'A', 5), from('N', 'POST', 1)],
      { item: 'POST', ordered: units(0), allocated: units(1) },
    ],
  ] as const)('take all goods and nothing else', (allocations, wrong) => {
    expect(misallocated(lines, allocations)).toEqual(wrong);
  });
});
