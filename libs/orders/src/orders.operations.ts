/** Orders: place, ship, cancel, and the lists that people work from. */
import { codecOf, type CallContext } from '@morrow/contract';
import {
  commitChange,
  eventOf,
  NotInState,
  transitionOf,
  type DocumentRow,
  type NewEvent,
} from '@morrow/document-keeper';
import type { Id } from '@morrow/kernel';
import { Order, Orders, type Order as ShownOrder } from '@morrow/protocol-orders';
import { misallocated } from './order-lines.ts';
import { placing, type OrderState, type OrderTools } from './placing.operations.ts';
import type { SalesOrderFields } from './sales-order.document.ts';

/** An order as its protocol shows it; the row holds the wire forms. */
export const shownOrder = ({ id, state, fields }: DocumentRow): ShownOrder => {
  const held = Object.entries(fields as SalesOrderFields).filter(([, value]) => value !== null);
  return codecOf(Order).decode({ orderId: id, state, ...Object.fromEntries(held) });
};

export const ordersOperations = (tools: OrderTools): Orders => {
  const { engines, clock, type } = tools;
  const storeOf = (context: CallContext) => engines.stores.of(context.tenant);
  const find = async (orderId: Id<'order'>, context: CallContext) => {
    const row = await storeOf(context).load('salesOrder', orderId);
    if (!row) throw Orders.fail('unknownOrder', { orderId });
    return row;
  };
  const move = (
    orderId: Id<'order'>,
    context: CallContext,
    eventFor: (row: DocumentRow) => NewEvent,
    refused = (state: string) => Orders.fail('notInState', { orderId, state }) as Error,
  ) =>
    commitChange(engines, clock, context, async () => {
      const row = await find(orderId, context);
      try {
        const transition = transitionOf(type, row, row.id, [eventFor(row)]);
        const { state }: { state: OrderState } = transition.row;
        return { transitions: [transition], output: { orderId, state } };
      } catch (error) {
        if (!(error instanceof NotInState)) throw error;
        throw refused(row.state);
      }
    });
  return {
    ...placing(tools),
    ship: ({ orderId, at }, context) =>
      move(orderId, context, (row) => {
        const { number, customer, currency, warehouse, ...order } = shownOrder(row);
        const { total, lines, allocations } = order;
        const shippedAt = at ?? clock.now();
        const header = { orderId, number, customer, currency, warehouse, shippedAt };
        return eventOf(Orders, 'orderShipped', { ...header, total, lines, allocations });
      }),
    move: (asked, context) => {
      const { orderId, to, allocations } = asked;
      const eventFor = (row: DocumentRow) => {
        const wrong = allocations && misallocated(shownOrder(row).lines, allocations);
        if (wrong) throw Orders.fail('badAllocation', wrong);
        return eventOf(Orders, 'orderMoved', asked);
      };
      return move(orderId, context, eventFor, (state) =>
        Orders.fail('noSuchMove', { orderId, state, to }),
      );
    },
    cancel: ({ orderId }, context) =>
      move(orderId, context, () => eventOf(Orders, 'orderCancelled', { orderId })),
    async get({ orderId }, context) {
      return shownOrder(await find(orderId, context));
    },
    ...listing(tools),
  };
};

const listing = ({ engines, type }: OrderTools): Pick<Orders, 'list' | 'countByState'> => {
  const storeOf = (context: CallContext) => engines.stores.of(context.tenant);
  return {
    async list({ after, limit, state }, context) {
      const where = state === undefined ? undefined : { state };
      const rows = await storeOf(context).list('salesOrder', { after, limit, where });
      const next = rows.length === limit ? (rows.at(-1)?.id as Id<'order'>) : undefined;
      return { orders: rows.map(shownOrder), next };
    },
    async countByState(_input, context) {
      const orders = new Map<string, number>();
      for (const { documentType, state, documents } of await storeOf(context).upkeep.lifecycles())
        if (documentType === type.name) orders.set(state, (orders.get(state) ?? 0) + documents);
      const states = [...orders].map(([state, count]) => ({ state, orders: count }));
      return { states: states.sort((a, z) => (a.state < z.state ? -1 : 1)) };
    },
  };
};
