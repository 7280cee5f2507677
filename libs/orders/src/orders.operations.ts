/** Orders: place, ship, cancel, and the lists that people work from. */
import type { CallContext } from '@morrow/contract';
import {
  allows,
  commitChange,
  counted,
  eventOf,
  listed,
  NotInState,
  transitionOf,
  type NewEvent,
} from '@morrow/document-keeper';
import type { Id } from '@morrow/kernel';
import { Orders } from '@morrow/protocol-orders';
import { warehouseRefusal } from './business-rules.ts';
import { misallocated } from './order-lines.ts';
import { placing, type OrderState, type OrderTools } from './placing.operations.ts';
import { shownOrder, type SalesOrderRow } from './sales-order.document.ts';
import { checkReserved, checkShippedAt, type ShippingTools } from './shipping.ts';

type Tools = OrderTools & ShippingTools;

export const ordersOperations = (tools: Tools): Orders => ({
  ...placing(tools),
  ...moving(tools),
  ...listing(tools),
});

async function find({ engines, type }: Tools, orderId: Id<'order'>, context: CallContext) {
  const row = await engines.documents(context).load(type, orderId);
  if (!row) throw Orders.fail('unknownOrder', { orderId });
  return row;
}

/** Moves an order by the event that is made of it as it stands. */
const moved = (
  tools: Tools,
  orderId: Id<'order'>,
  context: CallContext,
  eventFor: (row: SalesOrderRow) => NewEvent,
  refused = (state: string) => Orders.fail('notInState', { orderId, state }) as Error,
) =>
  commitChange(tools.engines, tools.clock, context, async () => {
    const row = await find(tools, orderId, context);
    try {
      const transition = transitionOf(tools.type, row, row.id, [eventFor(row)]);
      const { state }: { state: OrderState } = transition.row;
      return { transitions: [transition], output: { orderId, state } };
    } catch (error) {
      if (!(error instanceof NotInState)) throw error;
      throw refused(row.state);
    }
  });

const moving = (tools: Tools): Pick<Orders, 'ship' | 'move' | 'cancel'> => ({
  async ship({ orderId, at }, context) {
    const shipment = (row: SalesOrderRow) => {
      const { number, customer, currency, warehouse, placedAt, ...order } = shownOrder(row);
      const { total, lines, allocations } = order;
      const now = tools.clock.now();
      // the clock that placed it may be a little ahead
      const shippedAt = at ?? (now < placedAt ? placedAt : now);
      checkShippedAt(placedAt, shippedAt, now);
      const header = { orderId, number, customer, currency, warehouse, shippedAt };
      return eventOf(Orders, 'orderShipped', { ...header, total, lines, allocations });
    };
    const shippable = async () => {
      const row = await find(tools, orderId, context);
      if (allows(tools.type, row, shipment(row))) return row;
      throw Orders.fail('notInState', { orderId, state: row.state });
    };
    await checkReserved(tools, shippable, context);
    return moved(tools, orderId, context, shipment);
  },
  async move(asked, context) {
    const { orderId, to, allocations = [], warehouse } = asked;
    const named = [...allocations.map((each) => each.warehouse), warehouse ?? []].flat();
    const codes = { items: [], parties: [], warehouses: named };
    const { warehouses } = await tools.facts.of(codes, context);
    const eventFor = (row: SalesOrderRow) => {
      const unknown = warehouseRefusal(named, warehouses);
      if (unknown?.error) throw unknown.error;
      const wrong = asked.allocations && misallocated(shownOrder(row).lines, allocations);
      if (wrong) throw Orders.fail('badAllocation', wrong);
      return eventOf(Orders, 'orderMoved', asked);
    };
    return moved(tools, orderId, context, eventFor, (state) =>
      Orders.fail('noSuchMove', { orderId, state, to }),
    );
  },
  cancel: ({ orderId }, context) =>
    moved(tools, orderId, context, () => eventOf(Orders, 'orderCancelled', { orderId })),
});

const listing = (
  tools: Tools,
): Pick<Orders, 'get' | 'getByNumber' | 'list' | 'count' | 'countByState'> => {
  const { engines, type } = tools;
  return {
    async get({ orderId }, context) {
      return shownOrder(await find(tools, orderId, context));
    },
    async getByNumber({ number }, context) {
      const row = await engines.documents(context).find(type, 'number', number);
      if (!row) throw Orders.fail('unknownNumber', { number });
      return shownOrder(row);
    },
    async list({ state, number, ...asked }, context) {
      const only = [
        ...(state === undefined ? [] : [{ field: 'state', is: state }]),
        ...(number === undefined ? [] : [{ field: 'number', is: number }]),
      ];
      const found = await listed<SalesOrderRow['fields'], 'order'>(
        engines.documents(context),
        type,
        asked,
        only,
      );
      const { rows, ...more } = found;
      return { orders: rows.map(shownOrder), ...more };
    },
    count: (asked, context) => counted(engines.documents(context), type, asked),
    async countByState(_input, context) {
      const orders = new Map<string, number>();
      const { upkeep } = engines.kept(context);
      for (const { documentType, state, documents } of await upkeep.lifecycles())
        if (documentType === type.name) orders.set(state, (orders.get(state) ?? 0) + documents);
      const states = [...orders].map(([state, count]) => ({ state, orders: count }));
      return { states: states.sort((a, z) => (a.state < z.state ? -1 : 1)) };
    },
  };
};
