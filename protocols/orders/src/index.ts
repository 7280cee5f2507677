/** Sales orders: what a customer ordered, and how far its fulfilment is. */
import {
  CalendarDate,
  Code,
  command,
  defineProtocol,
  idSchema,
  InstantSchema,
  MicroSchema,
  Minor,
  query,
  QuantitySchema,
  Text,
  type PortFor,
} from '@morrow/contract';
import { CurrencyText } from '@morrow/protocol-companies';
import { ItemCategory, ItemCode } from '@morrow/protocol-items';
import { PartyCode, PartySegment } from '@morrow/protocol-parties';
import { z } from 'zod';

export const OrderId = idSchema('order');
/** What people call an order; unique. */
export const OrderNumber = Code(32);
export const linesMax = 1500;
/** Together with its lines they fit into one message. */
export const allocationsMax = 1000;
export const batchOrdersMax = 150;
export const batchLinesMax = 2000;

/** placed, reserved, awaitingStock, shipped, cancelled, and what else a lifecycle has. */
export const OrderState = Code(60);
/** Where the goods of an order are taken from, where they are split or routed. */
export const Allocation = z.object({
  warehouse: Code(16),
  item: ItemCode,
  quantity: QuantitySchema,
});
const Allocations = z.array(Allocation).min(1).max(allocationsMax);
export type Allocation = z.output<typeof Allocation>;

/** Price of one unit in millionths of the order's currency. */
const asked = { item: ItemCode, quantity: QuantitySchema, price: MicroSchema };
const AskedLine = z.object(asked);
/** A line as placed; `category` says what its amount is booked as. */
export const OrderLine = z.object({ ...asked, category: ItemCategory });
export type OrderLine = z.output<typeof OrderLine>;

const header = {
  number: OrderNumber,
  customer: PartyCode,
  currency: CurrencyText,
  warehouse: Code(16),
  placedAt: InstantSchema,
  /** When the goods left, for a sale that is recorded after the fact: nothing is
   * reserved for it. */
  shippedAt: InstantSchema.optional(),
};
/** Day on which the customer was promised the goods; absent where none was named. Stock that
 * becomes available goes to the order with the earliest day first. */
const promisedOn = CalendarDate.optional();
const asking = { ...header, promisedOn };
/** That of the customer when the order was placed. */
const segment = PartySegment.optional();
const Lines = z.array(OrderLine).min(1).max(linesMax);
export const Order = z.object({
  orderId: OrderId,
  ...asking,
  segment,
  state: OrderState,
  total: Minor,
  lines: Lines,
  /** Absent: all goods are taken from the order's warehouse. */
  allocations: Allocations.optional(),
});
export type Order = z.output<typeof Order>;
/** Of a rule that a pack adds: `euNeedsSegment@1`. */
const RuleName = Code(40);
const RuleSentence = Text(300);
const placed = { orderId: OrderId, ...header, total: Minor, lines: Lines };
const Placed = z.object({
  number: OrderNumber,
  orderId: OrderId.optional(),
  /** Why it was refused: unknownItem ABC, numberTaken. */
  refused: z
    .object({ code: Code(32), subject: Code(40), sentence: RuleSentence.optional() })
    .optional(),
});
const OrderRef = z.object({ orderId: OrderId });
const shipment = { at: InstantSchema.optional() };
const move = {
  orderId: OrderId,
  /** State that the order's lifecycle leads to by `orderMoved.<state>`. */
  to: OrderState,
  note: Text(400).optional(),
  warehouse: Code(16).optional(),
  allocations: Allocations.optional(),
};
const shipped = {
  orderId: OrderId,
  number: OrderNumber,
  customer: PartyCode,
  currency: CurrencyText,
  warehouse: Code(16),
  shippedAt: InstantSchema,
  total: Minor,
  lines: Lines,
};

export const Orders = defineProtocol({
  name: 'orders',
  version: 2,
  domain: 'orders',
  summary: 'Orders by customers',
  errors: {
    unknownOrder: { fault: 'missing', data: OrderRef, sentence: 'There is no order {orderId}.' },
    unknownItem: {
      fault: 'invalid',
      data: z.object({ code: ItemCode }),
      sentence: 'There is no item {code}: create it first.',
    },
    numberTaken: {
      fault: 'conflict',
      data: z.object({ number: OrderNumber }),
      sentence: 'There is an order {number} already.',
    },
    notInState: {
      fault: 'conflict',
      data: z.object({ orderId: OrderId, state: OrderState }),
      sentence: 'The order is {state}: this cannot be done any more.',
    },
    noSuchMove: {
      fault: 'conflict',
      data: z.object({ orderId: OrderId, state: OrderState, to: OrderState }),
      sentence: 'The order is {state}: its flow does not lead to {to}.',
    },
    badAllocation: {
      fault: 'invalid',
      data: z.object({ item: ItemCode, ordered: QuantitySchema, allocated: QuantitySchema }),
      sentence: 'Of {item} {ordered} are ordered as goods, but {allocated} are allocated.',
    },
    notAtOnce: {
      fault: 'conflict',
      data: z.object({ number: OrderNumber }),
      sentence: 'The flow of order {number} does not let it be shipped as it is placed.',
    },
    refusedByRule: {
      fault: 'invalid',
      data: z.object({ number: OrderNumber, rule: RuleName, sentence: RuleSentence }),
      sentence: '{sentence} (rule {rule}, order {number})',
    },
  },
  operations: {
    place: command({
      summary: 'Places one order; stock is reserved for it by and by',
      input: z.object({ ...asking, lines: z.array(AskedLine).min(1).max(linesMax) }),
      output: z.object({ orderId: OrderId, number: OrderNumber, state: OrderState, total: Minor }),
      errors: ['unknownItem', 'numberTaken', 'notAtOnce', 'refusedByRule'],
      workflow: true,
    }),
    placeMany: command({
      summary: 'Places many orders in one commit; each line names its order by position',
      input: z.object({
        orders: z.array(z.object(asking)).min(1).max(batchOrdersMax),
        lines: z.array(z.object({ order: z.int().min(0), ...asked })).max(batchLinesMax),
      }),
      output: z.object({ results: z.array(Placed).max(batchOrdersMax) }),
      errors: [],
    }),
    ship: command({
      summary: 'Records that the goods were shipped',
      input: z.object({ orderId: OrderId, ...shipment }),
      output: z.object({ orderId: OrderId, state: OrderState }),
      errors: ['unknownOrder', 'notInState'],
      workflow: true,
    }),
    move: command({
      summary: 'Moves an order to another state of its lifecycle, such as allocated or split',
      input: z.object(move),
      output: z.object({ orderId: OrderId, state: OrderState }),
      errors: ['unknownOrder', 'noSuchMove', 'badAllocation'],
      workflow: true,
    }),
    cancel: command({
      summary: 'Cancels an order that has not been shipped',
      input: OrderRef,
      output: z.object({ orderId: OrderId, state: OrderState }),
      errors: ['unknownOrder', 'notInState'],
      workflow: true,
    }),
    get: query({
      summary: 'One order with its lines',
      input: OrderRef,
      output: Order,
      errors: ['unknownOrder'],
      workflow: true,
    }),
    list: query({
      summary: 'Orders in the order of their recording, without lines',
      input: z.object({
        after: OrderId.optional(),
        limit: z.int().min(1).max(200),
        state: OrderState.optional(),
      }),
      output: z.object({
        orders: z.array(Order.omit({ lines: true, allocations: true })).max(200),
        next: OrderId.optional(),
      }),
      errors: [],
    }),
    countByState: query({
      summary: 'How many orders stand in each state',
      input: z.object({}),
      output: z.object({
        states: z.array(z.object({ state: OrderState, orders: z.int() })).max(200),
      }),
      errors: [],
    }),
  },
  events: {
    orderPlaced: {
      version: 3,
      summary: 'A customer ordered',
      data: z.object({ ...placed, segment, promisedOn }),
      earlier: [
        { version: 1, data: z.object(placed), upcast: (data) => data },
        { version: 2, data: z.object({ ...placed, segment }), upcast: (data) => data },
      ],
    },
    orderReserved: { version: 1, summary: 'Stock was reserved', data: OrderRef },
    orderAwaitsStock: {
      version: 1,
      summary: 'Too little stock is available',
      data: z.object({ orderId: OrderId, item: ItemCode }),
    },
    orderShipped: {
      version: 2,
      summary: 'The goods were shipped from where they were allocated',
      data: z.object({ ...shipped, allocations: Allocations.optional() }),
      earlier: [{ version: 1, data: z.object(shipped), upcast: (data) => data }],
    },
    orderMoved: {
      version: 1,
      summary: 'The order moved to another state of its lifecycle',
      data: z.object(move),
    },
    orderCancelled: { version: 1, summary: 'The order was cancelled', data: OrderRef },
  },
});
export type Orders = PortFor<typeof Orders>;
