/** Returns as their domain keeps them, and how much of an order has come back so far. */
import {
  codecOf,
  defineRecord,
  documentOf,
  fields,
  presentIn,
  type FieldsOf,
} from '@morrow/contract';
import type { DocumentRow } from '@morrow/document-keeper';
import { orderLinesMax, SalesOrder } from '@morrow/protocol-orders';
import {
  Return,
  ReturnedSoFar,
  SalesReturn,
  type Return as ShownReturn,
} from '@morrow/protocol-returns';

export const salesReturn = documentOf(SalesReturn);
export type SalesReturnRow = DocumentRow<FieldsOf<typeof salesReturn>>;

export const orderReturns = documentOf(
  defineRecord({
    name: 'orderReturns',
    owner: 'orders',
    title: { one: 'Returns of an order', many: 'Returns of orders' },
    known: { by: 'order' },
    scope: 'organization',
    fields: {
      /** Unique, so that returns of one order are decided one after the other. */
      order: { ...SalesOrder.fields.number, label: 'Order' },
      returned: fields.table({ of: ReturnedSoFar, max: orderLinesMax, label: 'Returned' }),
    },
    states: { open: 'Open' },
    moves: {
      count: { on: 'orderReturned', begins: true, from: ['open'], to: 'open', takes: 'all' },
    },
  }),
);
export type OrderReturnsRow = DocumentRow<FieldsOf<typeof orderReturns>>;

/** A return as its protocol shows it; the row holds the wire forms. */
export const shownReturn = ({ id, state, fields: held }: SalesReturnRow): ShownReturn =>
  codecOf(Return).decode({ returnId: id, state, ...presentIn(held) });
