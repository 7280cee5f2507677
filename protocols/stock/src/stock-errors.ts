/** What stock refuses, each with its sentence, and the keys that its messages share. */
import { Code, idSchema, InstantSchema, QuantitySchema } from '@morrow/contract';
import { CurrencyText } from '@morrow/protocol-companies';
import { ItemCode } from '@morrow/protocol-items';
import { WarehouseCode } from '@morrow/protocol-warehouses';
import { z } from 'zod';

export const ReservationId = idSchema('reservation');
/** An item in a warehouse. */
export const StockKey = { item: ItemCode, warehouse: WarehouseCode };
export const Shortage = z.object({
  ...StockKey,
  requested: QuantitySchema,
  available: QuantitySchema,
});

export const stockErrors = {
  numberTaken: {
    fault: 'conflict',
    data: z.object({ number: Code(48) }),
    sentence: 'There is already a document with the number {number}.',
  },
  outerSpace: {
    fault: 'invalid',
    data: z.object({ number: Code(48) }),
    sentence: 'The number “{number}” begins or ends with a space.',
  },
  insufficientStock: {
    fault: 'conflict',
    data: Shortage.extend({ onHand: QuantitySchema.optional() }),
    sentence:
      'Only {available} of {item} are available in {warehouse}; {requested} were requested.',
  },
  unknownReservation: {
    fault: 'missing',
    data: z.object({ reservationId: ReservationId }),
    sentence: 'There is no open reservation {reservationId}.',
  },
  notReserved: {
    fault: 'conflict',
    data: z.object({ reservationId: ReservationId, state: Code(16) }),
    sentence: 'Reservation {reservationId} is {state}; only reserved stock can be released.',
  },
  notPositive: {
    fault: 'invalid',
    data: z.object({ item: ItemCode }),
    sentence: 'The quantity of {item} must be greater than zero.',
  },
  zeroQuantity: {
    fault: 'invalid',
    data: z.object({ item: ItemCode }),
    sentence: 'The quantity of {item} must not be zero.',
  },
  negativeCost: {
    fault: 'invalid',
    data: z.object({ item: ItemCode }),
    sentence: 'The cost of {item} must not be negative.',
  },
  outOfBounds: {
    fault: 'invalid',
    data: z.object({ item: ItemCode }),
    sentence: 'The quantity, cost or value of {item} would be too large to record.',
  },
  noCompany: {
    fault: 'missing',
    data: z.object({}),
    sentence: 'Set up the company first.',
  },
  wrongCurrency: {
    fault: 'invalid',
    data: z.object({ currency: CurrencyText, expected: CurrencyText }),
    sentence: 'The books are kept in {expected}, not in {currency}.',
  },
  inFuture: {
    fault: 'invalid',
    data: z.object({ effectiveAt: InstantSchema }),
    sentence: '{effectiveAt} is in the future; stock cannot have moved then.',
  },
  unknownItem: {
    fault: 'invalid',
    data: z.object({ code: ItemCode }),
    sentence: 'There is no item {code}; create it first.',
  },
  notGoods: {
    fault: 'invalid',
    data: z.object({ code: ItemCode, category: Code(32) }),
    sentence: 'Item {code} has the category {category}; only goods have stock.',
  },
  unknownWarehouse: {
    fault: 'invalid',
    data: z.object({ warehouse: WarehouseCode }),
    sentence: 'There is no warehouse {warehouse}; open it first.',
  },
  numberOfOrder: {
    fault: 'invalid',
    data: z.object({ number: Code(48) }),
    sentence:
      'Numbers that begin with order: are reserved for orders; choose one other than {number}.',
  },
  unknownNumber: {
    fault: 'missing',
    data: z.object({ kind: Code(16), number: Code(48) }),
    sentence: 'There is no {kind} with the number {number}.',
  },
} as const;
