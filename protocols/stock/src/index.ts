/** Stock: how much of each item lies where, what it is worth, and every movement
 * that made it so. */
import {
  CalendarDate,
  Code,
  command,
  defineProtocol,
  idSchema,
  InstantSchema,
  MicroSchema,
  Minor,
  MinorSum,
  query,
  QuantitySchema,
  Text,
  type PortFor,
} from '@morrow/contract';
import { CurrencyText } from '@morrow/protocol-companies';
import { ItemCode } from '@morrow/protocol-items';
import { WarehouseCode } from '@morrow/protocol-warehouses';
import { z } from 'zod';
import { ReservationId, Shortage, stockErrors, StockKey as Key } from './stock-errors.ts';

export { ReservationId } from './stock-errors.ts';

export const StockDocumentId = idSchema('stockDocument');
export const stockLinesMax = 1500;
/** Places that one answer about availability names. */
export const availableMax = 2500;
/** Differences that one correction of values names. */
export const differencesMax = 2000;
const header = {
  /** What people call the document; unique among its kind. */
  number: Code(48),
  warehouse: WarehouseCode,
  currency: CurrencyText,
  /** When the goods moved; movements are valued in this order, not in that of arrival. */
  effectiveAt: InstantSchema,
};
const Moved = z.object({ documentId: StockDocumentId, number: Code(48), value: Minor });
/** Change of value in minor units: above zero for what came in. */
const ValuedLine = z.object({ item: ItemCode, quantity: QuantitySchema, value: Minor });
const valued = {
  documentId: StockDocumentId,
  ...header,
  value: Minor,
  lines: z.array(ValuedLine).max(stockLinesMax),
};
/** What decides who is served first: the day by which the goods were promised, none being the last,
 * then the moment at which the order was placed. */
const service = { promisedOn: CalendarDate.optional(), since: InstantSchema };
/** A line of a reservation that waits for stock. */
const WaitingLine = z.object({
  reservationId: ReservationId,
  number: Code(48),
  ...Key,
  wanted: QuantitySchema,
  ...service,
});
/** Where the next page of waiting lines begins: after this one. */
const WaitingPlace = z.object({ reservationId: ReservationId, ...Key, rank: Text(100) });
/** What the order or return was that moved the goods. */
const Cause = Code(48);
const kinds = ['receipt', 'issue', 'return', 'adjustment'] as const;

/** What documents that a person records may be refused for. */
const ofDocuments = [
  'outOfBounds', 'noCompany', 'wrongCurrency', 'inFuture', 'unknownItem', 'notGoods',
  'unknownWarehouse', 'outerSpace',
] as const; // prettier-ignore
/** How much of an item. */
export const StockLine = z.object({ item: ItemCode, quantity: QuantitySchema });
const plainLines = z.array(StockLine).max(stockLinesMax);

export const Stock = defineProtocol({
  name: 'stock',
  version: 2,
  domain: 'wms',
  summary: 'Stock quantities by warehouse, and their value',
  errors: stockErrors,
  operations: {
    receive: command({
      summary: 'Records goods received at a cost',
      input: z.object({
        ...header,
        lines: z
          .array(z.object({ item: ItemCode, quantity: QuantitySchema, cost: MicroSchema }))
          .min(1)
          .max(stockLinesMax),
      }),
      output: Moved,
      errors: ['numberTaken', 'notPositive', 'negativeCost', ...ofDocuments],
      workflow: true,
    }),
    adjust: command({
      summary: 'Corrects stock: a negative quantity is a loss, a positive one a find',
      input: z.object({
        ...header,
        reason: Code(60),
        /** What is counted, or imported after the fact, is recorded even where it takes stock below
         * zero. Absent: a person takes the goods. */
        origin: z.enum(['count', 'import']).optional(),
        lines: z.array(StockLine).min(1).max(stockLinesMax),
      }),
      output: Moved,
      errors: ['numberTaken', 'zeroQuantity', 'insufficientStock', ...ofDocuments],
      workflow: true,
    }),
    reserve: command({
      summary: 'Reserves stock, all lines or none',
      input: z.object({
        number: Code(48),
        warehouse: WarehouseCode,
        lines: z.array(StockLine).min(1).max(stockLinesMax),
      }),
      output: z.object({ reservationId: ReservationId }),
      errors: [
        ...(['insufficientStock', 'numberTaken', 'notPositive', 'numberOfOrder'] as const),
        ...(['unknownItem', 'notGoods', 'unknownWarehouse', 'outerSpace'] as const),
      ],
      workflow: true,
    }),
    release: command({
      summary: 'Releases a reservation; releasing it again changes nothing',
      input: z.object({ reservationId: ReservationId }),
      output: z.object({ reservationId: ReservationId }),
      errors: ['unknownReservation', 'notReserved'],
      workflow: true,
    }),
    getBalance: query({
      summary: 'Stock of one item in one warehouse; zero where none has moved',
      input: z.object(Key),
      output: z.object({
        ...Key, onHand: QuantitySchema, reserved: QuantitySchema, value: Minor,
        lastCost: MicroSchema,
      }), // prettier-ignore
      errors: [],
      workflow: true,
    }),
    availability: query({
      summary:
        'Available stock of items by warehouse, largest first; warehouses without any are left out',
      input: z.object({ items: z.array(ItemCode).min(1).max(stockLinesMax) }),
      output: z.object({
        available: z.array(z.object({ ...Key, available: QuantitySchema })).max(availableMax),
        /** Whether no more places have some of them than are told. */
        isWhole: z.boolean(),
      }),
      errors: [],
      workflow: true,
    }),
    getDocument: query({
      summary: 'One stock document by its kind and number',
      input: z.object({ kind: z.enum(kinds), number: Code(48) }),
      output: z.object({
        documentId: StockDocumentId,
        kind: z.enum(kinds),
        ...header,
        lines: plainLines,
      }),
      errors: ['unknownNumber'],
      workflow: true,
    }),
    getReservation: query({
      summary:
        'One reservation by its number; that of an order is order: followed by the id of the order',
      input: z.object({ number: Code(48) }),
      output: z.object({
        reservationId: ReservationId,
        number: Code(48),
        state: Code(16),
        /** Absent where an order was cancelled before stock heard of it. */
        warehouse: WarehouseCode.optional(),
        lines: plainLines,
        promisedOn: CalendarDate.optional(),
        since: InstantSchema.optional(),
      }),
      errors: ['unknownNumber'],
      workflow: true,
    }),
    listBalances: query({
      summary: 'Balances by warehouse and item, a page at a time',
      input: z.object({
        after: z.object(Key).optional(),
        limit: z.int().min(1).max(400),
        /** Only those with less on hand than is reserved, or less than nothing. */
        isNegative: z.boolean().optional(),
      }),
      output: z.object({
        balances: z
          .array(
            z.object({ ...Key, onHand: QuantitySchema, reserved: QuantitySchema, value: Minor }),
          )
          .max(400),
        next: z.object(Key).optional(),
      }),
      errors: [],
    }),
    listMovements: query({
      summary: 'Movements of one item in one warehouse in the order of valuation',
      input: z.object({ ...Key, after: Code(120).optional(), limit: z.int().min(1).max(200) }),
      output: z.object({
        movements: z
          .array(
            z.object({
              place: Code(120),
              kind: z.enum(kinds),
              quantity: QuantitySchema,
              value: Minor,
              onHandAfter: QuantitySchema,
              valueAfter: Minor,
            }),
          )
          .max(200),
        next: Code(120).optional(),
      }),
      errors: [],
    }),
    listWaiting: query({
      summary: 'Lines of orders that wait for stock, in the order in which they will be served',
      input: z.object({
        item: ItemCode.optional(),
        warehouse: WarehouseCode.optional(),
        after: WaitingPlace.optional(),
        limit: z.int().min(1).max(200),
      }),
      output: z.object({
        waiting: z.array(WaitingLine).max(200),
        next: WaitingPlace.optional(),
      }),
      errors: [],
      workflow: true,
    }),
    totals: query({
      summary: 'Value of all stock, and how many movements made it',
      input: z.object({}),
      output: z.object({ value: MinorSum, movements: z.int() }),
      errors: [],
    }),
  },
  events: {
    goodsReceived: {
      version: 1,
      summary: 'Goods came in at a cost',
      data: z.object({
        ...valued,
        lines: z
          .array(
            z.object({ item: ItemCode, quantity: QuantitySchema, cost: MicroSchema, value: Minor }),
          )
          .max(stockLinesMax),
      }),
    },
    stockIssued: {
      version: 1,
      summary: 'Goods left for an order',
      data: z.object({ ...valued, cause: Cause }),
    },
    goodsReturned: {
      version: 1,
      summary: 'Goods came back from a customer',
      data: z.object({ ...valued, cause: Cause }),
    },
    stockAdjusted: {
      version: 1,
      summary: 'Stock was corrected',
      data: z.object({ ...valued, reason: Code(60) }),
    },
    valuationCorrected: {
      version: 1,
      summary: 'A movement that arrived late changed the value of later ones',
      data: z.object({
        documentId: StockDocumentId,
        currency: CurrencyText,
        /** By day and by what moved, so that each period gets its own difference. */
        differences: z
          .array(
            z.object({
              date: Code(10),
              kind: z.enum(kinds),
              value: Minor,
            }),
          )
          .max(differencesMax),
      }),
    },
    stockReserved: {
      version: 1,
      summary: 'Stock was reserved',
      data: z.object({
        reservationId: ReservationId,
        number: Code(48),
        warehouse: WarehouseCode,
        lines: plainLines,
      }),
    },
    stockRefused: {
      version: 1,
      summary: 'A reservation was refused for lack of stock',
      data: z.object({ reservationId: ReservationId, number: Code(48), ...Shortage.shape }),
    },
    reservationWanted: {
      version: 1,
      summary: 'An order waits for stock',
      data: z.object({
        reservationId: ReservationId,
        number: Code(48),
        warehouse: WarehouseCode,
        ...service,
        lines: plainLines,
      }),
    },
    reservationWithdrawn: {
      version: 1,
      summary: 'An order no longer waits for stock',
      data: z.object({ reservationId: ReservationId, number: Code(48) }),
    },
    reservationReleased: {
      version: 1,
      summary: 'A reservation was released',
      data: z.object({ reservationId: ReservationId, number: Code(48) }),
    },
    reservationFulfilled: {
      version: 1,
      summary: 'Reserved stock was shipped',
      data: z.object({ reservationId: ReservationId, number: Code(48) }),
    },
  },
});
export type Stock = PortFor<typeof Stock>;
