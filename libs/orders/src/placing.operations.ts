/** Placing orders: one, or many in one commit. */
import type { CallContext, Rule } from '@morrow/contract';
import { commitChange, isDuplicate, type Engines, type Transition } from '@morrow/document-keeper';
import type { Clock, Id, Ids } from '@morrow/kernel';
import { orderLinesMax, Orders, type Order } from '@morrow/protocol-orders';
import { ruled } from './apply-rules.ts';
import { countRefusal, isRefusal, refusalOf, type Refusal } from './business-rules.ts';
import type { KnownFacts, OrderFacts } from './known-facts.ts';
import { groupLines } from './order-lines.ts';
import { decidePlaced, type Asked } from './place-orders.ts';
import type { SalesOrderType } from './sales-order.document.ts';

export type OrderState = Order['state'];
/** What the operations of orders stand on. */
export interface OrderTools {
  readonly engines: Engines;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly facts: OrderFacts;
  /** The sales order with what packs add to it. */
  readonly type: SalesOrderType;
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
  const customers = rules.length ? await facts.parties(codes, context) : new Map();
  const made: (Asked | Refusal)[] = [];
  for (const asked of orders) {
    const { customer: code, number } = asked;
    // a rule reads what one order may be, which one without lines is not
    const miscounted = countRefusal(number, asked.lines, orderLinesMax);
    if (miscounted) {
      made.push(miscounted);
      continue;
    }
    const order = await ruled(asked, customers.get(code) ?? { code }, rules);
    if ('rule' in order) {
      const { rule, sentence } = order;
      const error = Orders.fail('refusedByRule', { number, rule, sentence });
      made.push({ ...refusalOf(error, rule), sentence });
    } else made.push(order);
  }
  const left = made.flatMap((each) => (isRefusal(each) ? [] : [each]));
  const known = await facts.of(
    {
      items: left.flatMap(({ lines }) => lines.map(({ item }) => item)),
      parties: codes,
      warehouses: left.map(({ warehouse }) => warehouse),
    },
    context,
  );
  return { made, known };
}
/** A refusal of an operation that takes one order. */
const thrown = ({ error, sentence }: Refusal): Error => error ?? new TypeError(sentence);

export const placing = (tools: OrderTools): Pick<Orders, 'place' | 'placeMany'> => ({
  async place(asked, context) {
    const { engines, clock, ids, type } = tools;
    const { made, known } = await prepared(tools, [asked as Asked], context);
    try {
      return await commitChange(engines, clock, context, async () => {
        const [order] = made;
        if (!order) throw new TypeError('One order is prepared');
        if (isRefusal(order)) throw thrown(order);
        const decision = decidePlaced(type, order, known, ids.next());
        if (isRefusal(decision)) throw thrown(decision);
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
    const { engines, clock, type } = tools;
    const { groups, stray } = groupLines(lines, 'order', orders.length);
    const asked = orders.map((order, at): Asked => ({ ...order, lines: groups[at]?.lines ?? [] }));
    const { made, known } = await prepared(tools, asked, context);
    const numbers = orders.map(({ number }) => number);
    const positions = groups.map((group) => group.positions);
    const strayLines = stray.length
      ? stray.map((line) => ({ line, order: lines[line]?.order ?? 0 }))
      : undefined;
    for (let attempt = 1; ; attempt++)
      try {
        return await commitChange(engines, clock, context, async () => {
          const documents = engines.documents(context);
          const rows = attempt === 1 ? [] : await documents.findBy(type, 'number', numbers);
          const taken = new Set(rows.map(({ fields }) => fields.number));
          const batch = { numbers, positions, orders: made };
          const { transitions, results } = decideMany(tools, batch, known, taken);
          return { transitions, output: { results, strayLines } };
        });
      } catch (error) {
        if (!isDuplicate(error) || attempt > 5) throw error;
      }
  },
});

type Results = Awaited<ReturnType<Orders['placeMany']>>['results'];
interface Batch {
  readonly numbers: readonly string[];
  /** Of the lines of each order among those of the batch. */
  readonly positions: readonly (readonly number[])[];
  readonly orders: readonly (Asked | Refusal)[];
}

/** Decides each order by itself; numbers that are taken grow with those that are placed. */
function decideMany(
  { type, ids }: OrderTools,
  { numbers, positions, orders }: Batch,
  known: KnownFacts,
  taken: Set<string>,
) {
  const transitions: Transition[] = [];
  const results: Results = [];
  for (const [at, order] of orders.entries()) {
    const number = numbers[at] ?? '';
    const decision = isRefusal(order) ? order : decidePlaced(type, order, known, ids.next());
    if (isRefusal(decision) || taken.has(number)) {
      const isTaken = refusalOf(Orders.fail('numberTaken', { number }), number);
      const refusal = isRefusal(decision) ? decision : isTaken;
      const { code, subject, sentence, line } = refusal;
      const found = line === undefined ? undefined : positions[at]?.[line];
      results.push({ number, refused: { code, subject, sentence, line: found, order: at } });
      continue;
    }
    taken.add(number);
    transitions.push(decision.transition);
    results.push({ number, orderId: decision.transition.row.id as Id<'order'> });
  }
  return { transitions, results };
}
