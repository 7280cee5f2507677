/** Orders: place, ship, cancel, and the lists that people work from. */
import { codecOf, type CallContext } from '@morrow/contract';
import {
  commitChange,
  eventOf,
  isDuplicate,
  NotInState,
  transitionOf,
  type DocumentRow,
  type Engines,
  type NewEvent,
} from '@morrow/document-keeper';
import type { Clock, Id, Ids } from '@morrow/kernel';
import { Order, Orders, orderStates, type Order as ShownOrder } from '@morrow/protocol-orders';
import type { CustomerFacts } from './customer-facts.ts';
import type { ItemFacts } from './item-facts.ts';
import { groupLines } from './order-lines.ts';
import { decidePlaced, type Asked, type PlacingFacts } from './place-orders.ts';
import { salesOrder, type SalesOrderFields } from './sales-order.document.ts';

export type OrderFacts = ItemFacts & CustomerFacts;
type OrderState = ShownOrder['state'];
/** An order as its protocol shows it; the row holds the wire forms. */
export const shownOrder = ({ id, state, fields }: DocumentRow): ShownOrder => {
  const { shippedAt, segment, ...rest } = fields as SalesOrderFields;
  const shipped = shippedAt === null ? {} : { shippedAt };
  const known = segment === null ? {} : { segment };
  return codecOf(Order).decode({ orderId: id, state, ...rest, ...known, ...shipped });
};

export const ordersOperations = (
  engines: Engines,
  clock: Clock,
  ids: Ids,
  facts: OrderFacts,
): Orders => {
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
  ) =>
    commitChange(engines, clock, context, async () => {
      const row = await find(orderId, context);
      try {
        const transition = transitionOf(salesOrder, row, row.id, [eventFor(row)]);
        const state = transition.row.state as OrderState;
        return { transitions: [transition], output: { orderId, state } };
      } catch (error) {
        if (!(error instanceof NotInState)) throw error;
        throw Orders.fail('notInState', { orderId, state: row.state as OrderState });
      }
    });
  return {
    ...placing(engines, clock, ids, facts),
    ship: ({ orderId, at }, context) =>
      move(orderId, context, (row) => {
        const { total, lines, number, customer, currency, warehouse } = shownOrder(row);
        const shippedAt = at ?? clock.now();
        const shipped = { orderId, number, customer, currency, warehouse, shippedAt, total, lines };
        return eventOf(Orders, 'orderShipped', shipped);
      }),
    cancel: ({ orderId }, context) =>
      move(orderId, context, () => eventOf(Orders, 'orderCancelled', { orderId })),
    async get({ orderId }, context) {
      return shownOrder(await find(orderId, context));
    },
    async list({ after, limit, state }, context) {
      const where = state === undefined ? undefined : { state };
      const rows = await storeOf(context).list('salesOrder', { after, limit, where });
      const next = rows.length === limit ? (rows.at(-1)?.id as Id<'order'>) : undefined;
      return { orders: rows.map(shownOrder), next };
    },
    async countByState(_input, context) {
      const store = storeOf(context);
      const counted = await Promise.all(
        orderStates.map(async (state) => ({
          state,
          orders: await store.count('salesOrder', { state }),
        })),
      );
      return { states: counted.filter(({ orders }) => orders > 0) };
    },
  };
};

async function factsFor(
  facts: OrderFacts,
  lines: readonly { readonly item: string }[],
  customerCodes: readonly string[],
  context: CallContext,
): Promise<PlacingFacts> {
  const items = lines.map(({ item }) => item);
  const [categories, customers] = await Promise.all([
    facts.categories(items, context),
    facts.customers(customerCodes, context),
  ]);
  return { tenant: context.tenant, categories, customers };
}

const placing = (
  engines: Engines,
  clock: Clock,
  ids: Ids,
  facts: OrderFacts,
): Pick<Orders, 'place' | 'placeMany'> => ({
  async place(asked, context) {
    const known = await factsFor(facts, asked.lines, [asked.customer], context);
    try {
      return await commitChange(engines, clock, context, async () => {
        const decision = decidePlaced(asked as Asked, known, ids.next());
        if ('unknown' in decision) throw Orders.fail('unknownItem', { code: decision.unknown });
        const { transition, total } = decision;
        const orderId = transition.row.id as Id<'order'>;
        const state = transition.row.state as OrderState;
        const output = { orderId, number: asked.number, state, total };
        return { transitions: [transition], output };
      });
    } catch (error) {
      if (isDuplicate(error)) throw Orders.fail('numberTaken', { number: asked.number });
      throw error;
    }
  },
  async placeMany({ orders, lines }, context) {
    const store = engines.stores.of(context.tenant);
    const grouped = groupLines(lines, 'order', orders.length);
    const codes = orders.map(({ customer }) => customer);
    const known = await factsFor(facts, lines, codes, context);
    for (let attempt = 1; ; attempt++)
      try {
        return await commitChange(engines, clock, context, async () => {
          const numbers = orders.map(({ number }) => number);
          const rows = attempt === 1 ? [] : await store.findBy('salesOrder', 'number', numbers);
          const taken = new Set(rows.map(({ fields }) => (fields as SalesOrderFields).number));
          const transitions = [];
          const results = [];
          for (const [at, order] of orders.entries()) {
            const { number } = order;
            const asked = { ...order, lines: grouped[at] ?? [] } as Asked;
            const decision = decidePlaced(asked, known, ids.next());
            if (taken.has(number))
              results.push({ number, refused: { code: 'numberTaken', subject: number } });
            else if ('unknown' in decision)
              results.push({ number, refused: { code: 'unknownItem', subject: decision.unknown } });
            else {
              taken.add(number);
              transitions.push(decision.transition);
              results.push({ number, orderId: decision.transition.row.id as Id<'order'> });
            }
          }
          return { transitions, output: { results } };
        });
      } catch (error) {
        if (!isDuplicate(error) || attempt > 5) throw error;
      }
  },
});
