/** The sales order: what a customer ordered, and how far its fulfilment is. */
import { codecOf, defineDocument } from '@morrow/contract';
import type { DocumentRow } from '@morrow/document-keeper';
import { defineLifecycle, type JsonObject } from '@morrow/kernel';
import { Order, Orders, type Order as ShownOrder } from '@morrow/protocol-orders';

/** Quantities, prices and amounts in their wire forms, as the events hold them. */
export interface SalesOrderFields extends JsonObject {
  readonly number: string;
  readonly customer: string;
  /** Of the customer, when the order was placed. */
  readonly segment: string | null;
  readonly currency: string;
  readonly warehouse: string;
  readonly placedAt: string;
  /** Day on which the customer was promised the goods. */
  readonly promisedOn: string | null;
  readonly shippedAt: string | null;
  readonly total: string;
  readonly lines: readonly JsonObject[];
  readonly allocations: readonly JsonObject[] | null;
}

export const salesOrderLifecycle = defineLifecycle({
  id: 'salesOrder',
  version: 1,
  states: ['placed', 'reserved', 'awaitingStock', 'shipped', 'cancelled'],
  transitions: [
    { on: 'orderPlaced', from: [], to: 'placed' },
    { on: 'orderReserved', from: ['placed', 'awaitingStock'], to: 'reserved' },
    { on: 'orderAwaitsStock', from: ['placed'], to: 'awaitingStock' },
    { on: 'orderShipped', from: ['placed', 'reserved', 'awaitingStock'], to: 'shipped' },
    { on: 'orderCancelled', from: ['placed', 'reserved', 'awaitingStock'], to: 'cancelled' },
  ],
});

export const salesOrder = defineDocument<SalesOrderFields>({
  name: 'salesOrder',
  label: 'Sales order',
  scope: 'organization',
  numberField: 'number',
  lifecycles: [salesOrderLifecycle],
  fields: {
    number: { kind: 'text', label: 'Number', unique: true },
    customer: { kind: 'text', label: 'Customer', indexed: true },
    segment: { kind: 'text', label: 'Segment', optional: true },
    currency: { kind: 'text', label: 'Currency' },
    warehouse: { kind: 'text', label: 'Warehouse' },
    placedAt: { kind: 'instant', label: 'Placed at' },
    promisedOn: { kind: 'date', label: 'Promised on', optional: true },
    shippedAt: { kind: 'instant', label: 'Shipped at', optional: true },
    total: { kind: 'money', label: 'Total' },
    lines: { kind: 'table', label: 'Lines' },
    allocations: { kind: 'table', label: 'Allocations', optional: true },
  },
  ruled: {
    orderPlaced: {
      sets: ['warehouse', 'lines'],
      reads: {
        order: Orders.spec.operations.place.input,
        customer: ['code', 'segment', 'country'],
      },
    },
  },
  moveOf: ({ type, data }) => (type === 'orderMoved' ? `${type}.${String(data['to'])}` : type),
  evolve(fields, { type, data }) {
    if (type === 'orderPlaced') {
      const { orderId: _, shippedAt = null, segment = null, promisedOn = null, ...placed } = data;
      const unknown = { segment, promisedOn, shippedAt, allocations: null };
      return { ...placed, ...unknown } as unknown as SalesOrderFields;
    }
    const held = fields as SalesOrderFields;
    if (type === 'orderShipped') return { ...held, shippedAt: String(data['shippedAt']) };
    if (type !== 'orderMoved') return held;
    const kept = data['warehouse'] === undefined ? held.allocations : null;
    const { warehouse = held.warehouse, allocations = kept } = data;
    return { ...held, warehouse, allocations } as SalesOrderFields;
  },
});

/** An order as its protocol shows it; the row holds the wire forms. */
export const shownOrder = ({ id, state, fields }: DocumentRow): ShownOrder => {
  const held = Object.entries(fields as SalesOrderFields).filter(([, value]) => value !== null);
  return codecOf(Order).decode({ orderId: id, state, ...Object.fromEntries(held) });
};
