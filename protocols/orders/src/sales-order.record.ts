/** What a sales order is: what a customer ordered, and how far its fulfilment is. */
import { Code, defineRecord, fields, MicroSchema, QuantitySchema } from '@morrow/contract';
import { Company } from '@morrow/protocol-companies';
import { ItemCategory, ItemCode } from '@morrow/protocol-items';
import { Party } from '@morrow/protocol-parties';
import { z } from 'zod';

export const orderLinesMax = 1500;
/** Together with its lines they fit into one message. */
export const allocationsMax = 1000;

/** Where the goods of an order are taken from, where they are split or routed. */
export const Allocation = z.object({
  warehouse: Code(16),
  item: ItemCode,
  quantity: QuantitySchema,
});
export type Allocation = z.output<typeof Allocation>;

/** A line as it is asked for: price of one unit in millionths of the order's currency. */
export const AskedLine = z.object({ item: ItemCode, quantity: QuantitySchema, price: MicroSchema });
/** A line as placed; `category` says what its amount is booked as. */
export const OrderLine = AskedLine.extend({ category: ItemCategory });
export type OrderLine = z.output<typeof OrderLine>;

export const SalesOrder = defineRecord({
  name: 'salesOrder',
  owner: 'orders',
  title: { one: 'Sales order', many: 'Sales orders' },
  known: { by: 'number' },
  scope: 'organization',
  fields: {
    number: fields.code({ max: 32, label: 'Number', unique: true, once: true }),
    customer: fields.code({ max: 32, label: 'Customer', indexed: true }),
    /** That of the customer when the order was placed. */
    segment: { ...Party.fields.segment, indexed: false },
    currency: Company.fields.currency,
    warehouse: fields.code({ max: 16, label: 'Warehouse' }),
    placedAt: fields.instant({ label: 'Placed at', indexed: true }),
    promisedOn: fields.date({
      label: 'Promised on',
      help:
        'Day on which the customer was promised the goods. Stock that becomes available goes to ' +
        'the order with the earliest day first.',
      optional: true,
    }),
    shippedAt: fields.instant({
      label: 'Shipped at',
      help: 'When the goods left; nothing is reserved for a sale that is recorded after the fact.',
      optional: true,
    }),
    total: fields.money({ label: 'Total' }),
    lines: fields.table({ of: OrderLine, max: orderLinesMax, label: 'Lines' }),
    allocations: fields.table({
      of: Allocation,
      max: allocationsMax,
      label: 'Allocations',
      help: 'Absent: all goods are taken from the order’s warehouse.',
      optional: true,
    }),
  },
  states: {
    placed: 'Placed',
    reserved: 'Reserved',
    awaitingStock: 'Awaiting stock',
    shipped: 'Shipped',
    cancelled: 'Cancelled',
  },
  moves: {
    place: { on: 'orderPlaced', to: 'placed', takes: 'all' },
    reserve: {
      on: 'orderReserved',
      from: ['placed', 'awaitingStock'],
      to: 'reserved',
      takes: [],
    },
    awaitStock: { on: 'orderAwaitsStock', from: ['placed'], to: 'awaitingStock', takes: [] },
    ship: {
      on: 'orderShipped',
      from: ['placed', 'reserved', 'awaitingStock'],
      to: 'shipped',
      takes: ['shippedAt'],
    },
    cancel: {
      on: 'orderCancelled',
      from: ['placed', 'reserved', 'awaitingStock'],
      to: 'cancelled',
      takes: [],
    },
  },
});
