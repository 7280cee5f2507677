/** The sales order as its domain keeps it, in the wire forms of its events. */
import { codecOf, documentOf, presentIn, type FieldsOf } from '@morrow/contract';
import type { DocumentRow } from '@morrow/document-keeper';
import { present } from '@morrow/kernel';
import { Order, Orders, SalesOrder, type Order as ShownOrder } from '@morrow/protocol-orders';

export const salesOrder = documentOf(SalesOrder, {
  events: Orders,
  ruled: {
    orderPlaced: {
      sets: ['warehouse', 'lines'],
      reads: {
        order: Orders.spec.operations.place.input,
        customer: ['code', 'segment', 'country'],
      },
    },
  },
  moveOf: ({ type, data }) => (type === 'orderMoved' ? `${type}.${data.to}` : type),
  evolve(before, { type, data }) {
    if (type === 'orderPlaced') {
      const { orderId: _, shippedAt = null, segment = null, promisedOn = null, ...placed } = data;
      return { ...placed, segment, promisedOn, shippedAt, allocations: null };
    }
    const held = present(before, `${type} begins no order`);
    if (type === 'orderShipped') return { ...held, shippedAt: data.shippedAt };
    if (type !== 'orderMoved') return held;
    const kept = data.warehouse === undefined ? held.allocations : null;
    const { warehouse = held.warehouse, allocations = kept } = data;
    return { ...held, warehouse, allocations };
  },
});
export type SalesOrderType = typeof salesOrder;
export type SalesOrderRow = DocumentRow<FieldsOf<SalesOrderType>>;

/** An order as its protocol shows it; the row holds the wire forms. */
export const shownOrder = ({ id, state, fields }: SalesOrderRow): ShownOrder =>
  codecOf(Order).decode({ orderId: id, state, ...presentIn(fields) });
