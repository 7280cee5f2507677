/** Returns: records what came back, and shows it. */
import type { CallContext } from '@morrow/contract';
import {
  commitChange,
  counted,
  eventOf,
  isDuplicate,
  listed,
  transitionOf,
  type Engines,
  type Transition,
} from '@morrow/document-keeper';
import type { Clock, Id, Ids } from '@morrow/kernel';
import { returnLinesMax, Returns } from '@morrow/protocol-returns';
import {
  amountRefusal,
  categorised,
  countRefusal,
  dateRefusal,
  headerRefusal,
  isRefusal,
  type Refusal,
} from './business-rules.ts';
import { countReturned, type Counted } from './check-returned.ts';
import type { KnownFacts, OrderFacts } from './known-facts.ts';
import { groupLines, totalOf } from './order-lines.ts';
import {
  orderReturns,
  salesReturn,
  shownReturn,
  type SalesReturnRow,
} from './sales-return.document.ts';
import { soldFacts } from './sold-facts.ts';

type Batch = Parameters<Returns['receiveMany']>[0];
type Asked = Batch['returns'][number];
type Line = Omit<Batch['lines'][number], 'return'>;
interface Decided {
  readonly transition: Transition;
  readonly counted: Counted;
}

/** Decides one return on what is known, and on what has come back of its orders so far. */
function decideReceived(
  asked: Asked,
  lines: readonly Line[],
  known: KnownFacts,
  sold: Parameters<typeof countReturned>[2],
  id: string,
): Decided | Refusal {
  const { number, currency, receivedAt } = asked;
  const refused =
    headerRefusal(asked, known) ??
    dateRefusal({ receivedAt }, known.now) ??
    countRefusal(number, lines, returnLinesMax) ??
    amountRefusal(number, lines, currency);
  if (refused) return refused;
  const priced = categorised(lines, known.categories);
  if (isRefusal(priced)) return priced;
  const counted = countReturned(asked, lines, sold);
  if ('code' in counted) return counted;
  const { kind = 'ofOrders' } = asked;
  const total = totalOf(priced, currency);
  const returnId = id as Id<'return'>;
  const received = { ...asked, kind, returnId, total, lines: [...priced] };
  const event = eventOf(Returns, 'returnReceived', received);
  return { transition: transitionOf(salesReturn, undefined, id, [event]), counted };
}

export const returnsOperations = (
  engines: Engines,
  clock: Clock,
  ids: Ids,
  facts: OrderFacts,
): Returns => {
  const { documents } = engines;

  /** Decides each return by itself, on the orders as they stand with those before it. */
  const decideMany = async (
    returns: readonly Asked[],
    groups: ReturnType<typeof groupLines<Batch['lines'][number], 'return'>>['groups'],
    known: KnownFacts,
    context: CallContext,
  ) => {
    const numbers = returns.map(({ number }) => number);
    const rows = await documents(context).findBy(salesReturn, 'number', numbers);
    const taken = new Set(rows.map(({ fields }) => fields.number));
    const ordered = groups.flatMap(({ lines }) => lines.flatMap(({ order }) => order ?? []));
    const { orders, returned, rowOf } = await soldFacts(documents(context), ordered);
    const transitions: Transition[] = [];
    const changed = new Set<string>();
    const results: Awaited<ReturnType<Returns['receiveMany']>>['results'] = [];
    for (const [at, asked] of returns.entries()) {
      const { number } = asked;
      const { lines = [], positions = [] } = groups[at] ?? {};
      const sold = { orders, returned };
      const sentence = `There is already a return ${number}.`;
      const decision = taken.has(number)
        ? { code: 'numberTaken', subject: number, sentence }
        : decideReceived(asked, lines, known, sold, ids.next());
      if (isRefusal(decision)) {
        const { code, subject, line } = decision;
        const found = line === undefined ? undefined : positions[line];
        const refused = { code, subject, sentence: decision.sentence, line: found, return: at };
        results.push({ number, refused });
        continue;
      }
      taken.add(number);
      transitions.push(decision.transition);
      for (const [order, soFar] of decision.counted) {
        returned.set(order, soFar);
        changed.add(order);
      }
      results.push({ number, returnId: decision.transition.row.id as Id<'return'> });
    }
    for (const order of changed) {
      const row = rowOf.get(order);
      const soFar = [...(returned.get(order) ?? [])];
      const event = eventOf(Returns, 'orderReturned', { order, returned: soFar });
      transitions.push(transitionOf(orderReturns, row, row?.id ?? ids.next(), [event]));
    }
    return { transitions, results };
  };

  return {
    async receiveMany({ returns, lines }, context) {
      const { groups, stray } = groupLines(lines, 'return', returns.length);
      const codes = {
        items: lines.map(({ item }) => item),
        parties: returns.map(({ customer }) => customer),
        warehouses: returns.map(({ warehouse }) => warehouse),
      };
      const known = await facts.of(codes, context);
      const strayLines = stray.length
        ? stray.map((line) => ({ line, return: lines[line]?.return ?? 0 }))
        : undefined;
      for (let attempt = 1; ; attempt++)
        try {
          return await commitChange(engines, clock, context, async () => {
            const { transitions, results } = await decideMany(returns, groups, known, context);
            return { transitions, output: { results, strayLines } };
          });
        } catch (error) {
          if (!isDuplicate(error) || attempt > 5) throw error;
        }
    },
    async get({ returnId }, context) {
      const row = await documents(context).load(salesReturn, returnId);
      if (!row) throw Returns.fail('unknownReturn', { returnId });
      return shownReturn(row);
    },
    async getByNumber({ number }, context) {
      const row = await documents(context).find(salesReturn, 'number', number);
      if (!row) throw Returns.fail('unknownNumber', { number });
      return shownReturn(row);
    },
    async list({ number, ...asked }, context) {
      const only = number === undefined ? [] : [{ field: 'number', is: number }];
      const found = await listed<SalesReturnRow['fields'], 'return'>(
        documents(context),
        salesReturn,
        asked,
        only,
      );
      const { rows, ...more } = found;
      return { returns: rows.map(shownReturn), ...more };
    },
    count: (asked, context) => counted(documents(context), salesReturn, asked),
  };
};
