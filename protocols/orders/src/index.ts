/** Sales orders: what a customer ordered, and how far its fulfilment is. */
import {
  CalendarDate,
  Code,
  command,
  countOperation,
  defineProtocol,
  idSchema,
  InstantSchema,
  listInput,
  listOutput,
  MicroSchema,
  Minor,
  QuantitySchema,
  query,
  shapeOf,
  Text,
  type PortFor,
} from '@morrow/contract';
import { CurrencyText } from '@morrow/protocol-companies';
import { ItemCode } from '@morrow/protocol-items';
import { PartyCode } from '@morrow/protocol-parties';
import { z } from 'zod';
import {
  Allocation,
  allocationsMax,
  AskedLine,
  orderLinesMax,
  OrderLine,
  SalesOrder,
} from './sales-order.record.ts';

export {
  Allocation,
  allocationsMax,
  orderLinesMax,
  OrderLine,
  SalesOrder,
} from './sales-order.record.ts';

export const OrderId = idSchema('order');
/** What people call an order; unique. */
export const OrderNumber = SalesOrder.fields.number.schema;
export const batchOrdersMax = 150;
export const batchOrderLinesMax = 2000;

/** placed, reserved, awaitingStock, shipped, cancelled, and what else a lifecycle has. */
export const OrderState = Code(60);
const Allocations = z.array(Allocation).min(1).max(allocationsMax);
const Lines = z.array(OrderLine).min(1).max(orderLinesMax);

const header = shapeOf(SalesOrder, [
  'number', 'customer', 'currency', 'warehouse', 'placedAt', 'shippedAt',
]); // prettier-ignore
const { promisedOn, segment, total } = shapeOf(SalesOrder, ['promisedOn', 'segment', 'total']);
const asking = { ...header, promisedOn };
export const Order = z.object({
  orderId: OrderId,
  ...asking,
  segment,
  state: OrderState,
  total,
  lines: Lines,
  allocations: Allocations.optional(),
});
export type Order = z.output<typeof Order>;
/** Of a rule that a pack adds: `euNeedsSegment@1`. */
const RuleName = Code(40);
const RuleSentence = Text(300);
const placed = { orderId: OrderId, ...header, total, lines: Lines };
const Placed = z.object({
  number: OrderNumber,
  orderId: OrderId.optional(),
  /** Why it was refused: an error of `place`, or noLines, tooManyLines. */
  refused: z
    .object({
      code: Code(32),
      subject: Code(40),
      sentence: RuleSentence.optional(),
      /** Position of the order in the batch. */
      order: z.int().optional(),
      /** Position among the lines of the batch, where one line is at fault. */
      line: z.int().optional(),
    })
    .optional(),
});
/** A line that names no order of the batch: it is refused alone. */
const StrayLine = z.object({ line: z.int(), order: z.int() });
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

/** What every order must hold. */
const placingErrors = [
  'noCompany', 'wrongCurrency', 'unknownCustomer', 'notACustomer', 'unknownWarehouse',
  'unknownItem', 'impossibleDate', 'notPositive', 'negativePrice', 'amountTooLarge',
  'outerSpace',
] as const; // prettier-ignore

export const Orders = defineProtocol({
  name: 'orders',
  version: 2,
  domain: 'orders',
  summary: 'Orders by customers',
  errors: {
    unknownOrder: { fault: 'missing', data: OrderRef, sentence: 'There is no order {orderId}.' },
    unknownNumber: {
      fault: 'missing',
      data: z.object({ number: OrderNumber }),
      sentence: 'There is no order {number}.',
    },
    unknownItem: {
      fault: 'invalid',
      data: z.object({ code: ItemCode }),
      sentence: 'There is no item {code}. Create it first.',
    },
    outerSpace: {
      fault: 'invalid',
      data: z.object({ number: OrderNumber }),
      sentence: 'The number “{number}” begins or ends with a space.',
    },
    noCompany: { fault: 'conflict', data: z.object({}), sentence: 'Set up the company first.' },
    wrongCurrency: {
      fault: 'invalid',
      data: z.object({ currency: CurrencyText, company: CurrencyText }),
      sentence: 'The books are kept in {company}, not in {currency}.',
    },
    unknownCustomer: {
      fault: 'invalid',
      data: z.object({ code: PartyCode }),
      sentence: 'There is no customer {code}. Create it first.',
    },
    notACustomer: {
      fault: 'invalid',
      data: z.object({ code: PartyCode }),
      sentence: 'Party {code} is not a customer.',
    },
    unknownWarehouse: {
      fault: 'invalid',
      data: z.object({ code: Code(16) }),
      sentence: 'There is no warehouse {code}. Open it first.',
    },
    impossibleDate: {
      fault: 'invalid',
      data: z.object({ field: Code(20), at: InstantSchema }),
      sentence: '{field} must be between the year 1900 and now, not {at}.',
    },
    shippedBeforePlaced: {
      fault: 'invalid',
      data: z.object({ placedAt: InstantSchema, shippedAt: InstantSchema }),
      sentence: 'An order placed at {placedAt} cannot be shipped at {shippedAt}.',
    },
    promisedBeforePlaced: {
      fault: 'invalid',
      data: z.object({ placedAt: InstantSchema, promisedOn: CalendarDate }),
      sentence: 'An order placed at {placedAt} cannot be promised for {promisedOn}.',
    },
    notPositive: {
      fault: 'invalid',
      data: z.object({ item: ItemCode, quantity: QuantitySchema }),
      sentence: 'The quantity of {item} must be above zero, not {quantity}.',
    },
    negativePrice: {
      fault: 'invalid',
      data: z.object({ item: ItemCode, price: MicroSchema }),
      sentence: 'The price of {item} must not be below zero, but it is {price}.',
    },
    amountTooLarge: {
      fault: 'invalid',
      data: z.object({ number: OrderNumber }),
      sentence: 'The amount of {number} is too large to be booked.',
    },
    insufficientStock: {
      fault: 'conflict',
      data: z.object({
        item: ItemCode,
        warehouse: Code(16),
        requested: QuantitySchema,
        available: QuantitySchema,
      }),
      sentence: 'Only {available} of {item} are available in {warehouse}, not {requested}.',
    },
    numberTaken: {
      fault: 'conflict',
      data: z.object({ number: OrderNumber }),
      sentence: 'There is already an order {number}.',
    },
    notInState: {
      fault: 'conflict',
      data: z.object({ orderId: OrderId, state: OrderState }),
      sentence: 'The order is {state}; that is not possible in this state.',
    },
    noSuchMove: {
      fault: 'conflict',
      data: z.object({ orderId: OrderId, state: OrderState, to: OrderState }),
      sentence: 'The order is {state}; its flow does not lead to {to}.',
    },
    badAllocation: {
      fault: 'invalid',
      data: z.object({ item: ItemCode, ordered: QuantitySchema, allocated: QuantitySchema }),
      sentence: '{ordered} of {item} were ordered, but {allocated} are allocated.',
    },
    notAtOnce: {
      fault: 'conflict',
      data: z.object({ number: OrderNumber }),
      sentence: 'Order {number} cannot be shipped as it is placed: its flow has steps in between.',
    },
    refusedByRule: {
      fault: 'invalid',
      data: z.object({ number: OrderNumber, rule: RuleName, sentence: RuleSentence }),
      sentence: '{sentence} (rule {rule}, order {number})',
    },
  },
  operations: {
    place: command({
      summary: 'Places one order. Stock is reserved asynchronously.',
      input: z.object({ ...asking, lines: z.array(AskedLine).min(1).max(orderLinesMax) }),
      output: z.object({ orderId: OrderId, number: OrderNumber, state: OrderState, total: Minor }),
      errors: [
        ...placingErrors,
        'shippedBeforePlaced',
        'promisedBeforePlaced',
        'numberTaken',
        'notAtOnce',
        'refusedByRule',
      ],
      workflow: true,
    }),
    placeMany: command({
      summary:
        'Places many orders in one commit. Each line names its order by position; an order ' +
        'that is refused is named, and the others are placed.',
      input: z.object({
        orders: z.array(z.object(asking)).min(1).max(batchOrdersMax),
        lines: z.array(AskedLine.extend({ order: z.int() })).max(batchOrderLinesMax),
      }),
      output: z.object({
        results: z.array(Placed).max(batchOrdersMax),
        /** Lines that refer to no order of the batch: they were not placed. */
        strayLines: z.array(StrayLine).max(batchOrderLinesMax).optional(),
      }),
      errors: [],
    }),
    ship: command({
      summary: 'Records that the goods were shipped',
      input: z.object({ orderId: OrderId, ...shipment }),
      output: z.object({ orderId: OrderId, state: OrderState }),
      errors: [
        'unknownOrder',
        'notInState',
        'impossibleDate',
        'shippedBeforePlaced',
        'insufficientStock',
      ],
      workflow: true,
    }),
    move: command({
      summary: 'Moves an order to another state of its lifecycle, such as allocated or split',
      input: z.object(move),
      output: z.object({ orderId: OrderId, state: OrderState }),
      errors: ['unknownOrder', 'noSuchMove', 'badAllocation', 'unknownWarehouse'],
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
    getByNumber: query({
      summary: 'One order, found by its number, with its lines',
      input: z.object({ number: OrderNumber }),
      output: Order,
      errors: ['unknownNumber'],
      workflow: true,
    }),
    list: query({
      summary:
        'Orders without lines, a page at a time: in the order they were recorded, or in another',
      input: z.object({
        after: OrderId.optional(),
        ...listInput,
        state: OrderState.optional(),
        number: OrderNumber.optional(),
      }),
      output: z.object({
        orders: z.array(Order.omit({ lines: true, allocations: true })).max(200),
        next: OrderId.optional(),
        ...listOutput,
      }),
      errors: [],
    }),
    count: countOperation('orders'),
    countByState: query({
      summary: 'The number of orders in each state',
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
