/** Placing orders: one, or many in one commit. */
import type { CallContext, DocumentType, Rule } from '@morrow/contract';
import { commitChange, isDuplicate, type Engines, type Transition } from '@morrow/document-keeper';
import type { Clock, Id, Ids } from '@morrow/kernel';
import { Orders, type Order } from '@morrow/protocol-orders';
import { ruled, type RefusedByRule } from './apply-rules.ts';
import type { CustomerFacts } from './customer-facts.ts';
import type { ItemFacts } from './item-facts.ts';
import { groupLines } from './order-lines.ts';
import { decidePlaced, type Asked, type PlacingFacts } from './place-orders.ts';
import type { SalesOrderFields } from './sales-order.document.ts';

export type OrderState = Order['state'];
export type OrderFacts = ItemFacts & CustomerFacts;
/** What the operations of orders stand on. */
export interface OrderTools {
  readonly engines: Engines;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly facts: OrderFacts;
  /** The sales order with what packs add to it. */
  readonly type: DocumentType<SalesOrderFields>;
  /** Rules of packs about what is placed. */
  readonly rules: readonly Rule[];
}

/** What the rules make of each order, and the facts that those which they let through are decided
 * on. */
async function prepared(
  { facts, rules }: OrderTools,
  orders: readonly Asked[],
  context: CallContext,
) {
  const codes = orders.map(({ customer }) => customer);
  const customers = await facts.customers(codes, context);
  const made: (Asked | RefusedByRule)[] = [];
  for (const asked of orders) {
    const { customer: code } = asked;
    made.push(await ruled(asked, customers.get(code) ?? { code }, rules));
  }
  const items = made.flatMap((each) => ('rule' in each ? [] : each.lines.map(({ item }) => item)));
  const categories = await facts.categories(items, context);
  const known: PlacingFacts = { tenant: context.tenant, categories, customers };
  return { made, known };
}

export const placing = (tools: OrderTools): Pick<Orders, 'place' | 'placeMany'> => ({
  async place(asked, context) {
    const { engines, clock, ids, type } = tools;
    const { made, known } = await prepared(tools, [asked as Asked], context);
    try {
      return await commitChange(engines, clock, context, async () => {
        const [order] = made;
        if (!order) throw new TypeError('One order is prepared');
        if ('rule' in order) throw Orders.fail('refusedByRule', { number: asked.number, ...order });
        const decision = decidePlaced(type, order, known, ids.next());
        if ('unknown' in decision) throw Orders.fail('unknownItem', { code: decision.unknown });
        if ('notAtOnce' in decision) throw Orders.fail('notAtOnce', { number: asked.number });
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
    const { engines, clock } = tools;
    const store = engines.stores.of(context.tenant);
    const grouped = groupLines(lines, 'order', orders.length);
    const asked = orders.map((order, at): Asked => ({ ...order, lines: grouped[at] ?? [] }));
    const { made, known } = await prepared(tools, asked, context);
    const numbers = orders.map(({ number }) => number);
    for (let attempt = 1; ; attempt++)
      try {
        return await commitChange(engines, clock, context, async () => {
          const rows = attempt === 1 ? [] : await store.findBy('salesOrder', 'number', numbers);
          const taken = new Set(rows.map(({ fields }) => (fields as SalesOrderFields).number));
          const { transitions, results } = decideMany(tools, numbers, made, { known, taken });
          return { transitions, output: { results } };
        });
      } catch (error) {
        if (!isDuplicate(error) || attempt > 5) throw error;
      }
  },
});

type Results = Awaited<ReturnType<Orders['placeMany']>>['results'];

/** Decides each order by itself; numbers that are taken grow with those that are placed. */
function decideMany(
  { type, ids }: OrderTools,
  numbers: readonly string[],
  orders: readonly (Asked | RefusedByRule)[],
  { known, taken }: { readonly known: PlacingFacts; readonly taken: Set<string> },
) {
  const transitions: Transition[] = [];
  const results: Results = [];
  for (const [at, order] of orders.entries()) {
    const number = numbers[at] ?? '';
    const refuse = (code: string, subject: string, sentence?: string) =>
      results.push({ number, refused: { code, subject, sentence } });
    if ('rule' in order) {
      refuse('refusedByRule', order.rule, order.sentence);
      continue;
    }
    const decision = decidePlaced(type, order, known, ids.next());
    if (taken.has(number)) refuse('numberTaken', number);
    else if ('unknown' in decision) refuse('unknownItem', decision.unknown);
    else if ('notAtOnce' in decision) refuse('notAtOnce', number);
    else {
      taken.add(number);
      transitions.push(decision.transition);
      results.push({ number, orderId: decision.transition.row.id as Id<'order'> });
    }
  }
  return { transitions, results };
}
