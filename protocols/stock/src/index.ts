/** Stock: how much of each item lies where, what it is worth, and every movement
 * that made it so. */
import {
  Code,
  command,
  defineProtocol,
  idSchema,
  InstantSchema,
  MicroSchema,
  Minor,
  query,
  QuantitySchema,
  type PortFor,
} from '@morrow/contract';
import { CurrencyText } from '@morrow/protocol-companies';
import { ItemCode } from '@morrow/protocol-items';
import { WarehouseCode } from '@morrow/protocol-warehouses';
import { z } from 'zod';

export const StockDocumentId = idSchema('stockDocument');
export const ReservationId = idSchema('reservation');
export const linesMax = 1500;
/** Places that one answer about availability names. */
export const availableMax = 2500;
const Key = { item: ItemCode, warehouse: WarehouseCode };
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
  lines: z.array(ValuedLine).max(linesMax),
};
/** What the order or return was that moved the goods. */
const Cause = Code(48);
const Shortage = z.object({ ...Key, requested: QuantitySchema, available: QuantitySchema });

export const Stock = defineProtocol({
  name: 'stock',
  version: 1,
  domain: 'wms',
  summary: 'How much lies where, and what it is worth',
  errors: {
    numberTaken: {
      fault: 'conflict',
      data: z.object({ number: Code(48) }),
      sentence: 'There is a document {number} already.',
    },
    insufficientStock: {
      fault: 'conflict',
      data: Shortage,
      sentence: 'Of {item} only {available} are available in {warehouse}.',
    },
    unknownReservation: {
      fault: 'missing',
      data: z.object({ reservationId: ReservationId }),
      sentence: 'There is no open reservation {reservationId}.',
    },
    notPositive: {
      fault: 'invalid',
      data: z.object({ item: ItemCode }),
      sentence: 'The quantity of {item} must be above zero.',
    },
  },
  operations: {
    receive: command({
      summary: 'Takes goods in at a cost',
      input: z.object({
        ...header,
        lines: z
          .array(z.object({ item: ItemCode, quantity: QuantitySchema, cost: MicroSchema }))
          .min(1)
          .max(linesMax),
      }),
      output: Moved,
      errors: ['numberTaken', 'notPositive'],
      workflow: true,
    }),
    adjust: command({
      summary: 'Corrects what lies there: losses below zero, finds above',
      input: z.object({
        ...header,
        reason: Code(60),
        lines: z
          .array(z.object({ item: ItemCode, quantity: QuantitySchema }))
          .min(1)
          .max(linesMax),
      }),
      output: Moved,
      errors: ['numberTaken'],
      workflow: true,
    }),
    reserve: command({
      summary: 'Sets goods aside, all lines or none',
      input: z.object({
        number: Code(48),
        warehouse: WarehouseCode,
        lines: z
          .array(z.object({ item: ItemCode, quantity: QuantitySchema }))
          .min(1)
          .max(linesMax),
      }),
      output: z.object({ reservationId: ReservationId }),
      errors: ['insufficientStock', 'numberTaken', 'notPositive'],
      workflow: true,
    }),
    release: command({
      summary: 'Gives back what was set aside',
      input: z.object({ reservationId: ReservationId }),
      output: z.object({ reservationId: ReservationId }),
      errors: ['unknownReservation'],
      workflow: true,
    }),
    getBalance: query({
      summary: 'What lies of one item in one warehouse; zero for what never moved',
      input: z.object(Key),
      output: z.object({
        ...Key, onHand: QuantitySchema, reserved: QuantitySchema, value: Minor, lastCost: MicroSchema,
      }), // prettier-ignore
      errors: [],
      workflow: true,
    }),
    availability: query({
      summary: 'What is available of items in all warehouses, most first; nothing where none is',
      input: z.object({ items: z.array(ItemCode).min(1).max(linesMax) }),
      output: z.object({
        available: z.array(z.object({ ...Key, available: QuantitySchema })).max(availableMax),
        /** Whether no more places have some of them than are told. */
        isWhole: z.boolean(),
      }),
      errors: [],
      workflow: true,
    }),
    listBalances: query({
      summary: 'All balances by item and warehouse, a page at a time',
      input: z.object({ after: z.object(Key).optional(), limit: z.int().min(1).max(400) }),
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
              kind: z.enum(['receipt', 'issue', 'return', 'adjustment']),
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
    totals: query({
      summary: 'Value of all stock, and how many movements made it',
      input: z.object({}),
      output: z.object({ value: Minor, movements: z.int() }),
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
          .max(linesMax),
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
      summary: 'What lies there was corrected',
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
              kind: z.enum(['receipt', 'issue', 'return', 'adjustment']),
              value: Minor,
            }),
          )
          .max(2000),
      }),
    },
    stockReserved: {
      version: 1,
      summary: 'Goods were set aside',
      data: z.object({
        reservationId: ReservationId,
        number: Code(48),
        warehouse: WarehouseCode,
        lines: z.array(z.object({ item: ItemCode, quantity: QuantitySchema })).max(linesMax),
      }),
    },
    stockRefused: {
      version: 1,
      summary: 'Too little was available to set aside',
      data: z.object({ reservationId: ReservationId, number: Code(48), ...Shortage.shape }),
    },
    reservationReleased: {
      version: 1,
      summary: 'What was set aside is free again',
      data: z.object({ reservationId: ReservationId, number: Code(48) }),
    },
    reservationFulfilled: {
      version: 1,
      summary: 'What was set aside has left',
      data: z.object({ reservationId: ReservationId, number: Code(48) }),
    },
  },
});
export type Stock = PortFor<typeof Stock>;
