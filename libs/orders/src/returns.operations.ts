/** Returns: records what came back, and shows it. */
import { codecOf, type CallContext } from '@morrow/contract';
import {
  commitChange,
  eventOf,
  isDuplicate,
  transitionOf,
  type DocumentRow,
  type Engines,
} from '@morrow/document-keeper';
import { isCurrencyCode, type Clock, type Id, type Ids } from '@morrow/kernel';
import { Return, Returns, type Return as ShownReturn } from '@morrow/protocol-returns';
import type { ItemFacts } from './item-facts.ts';
import { groupLines, totalOf } from './order-lines.ts';
import { salesReturn, type SalesReturnFields } from './sales-return.document.ts';

const shown = ({ id, state, fields }: DocumentRow): ShownReturn =>
  codecOf(Return).decode({ returnId: id, state, ...(fields as SalesReturnFields) });

export const returnsOperations = (
  engines: Engines,
  clock: Clock,
  ids: Ids,
  facts: ItemFacts,
): Returns => {
  const storeOf = (context: CallContext) => engines.stores.of(context.tenant);
  return {
    async receiveMany({ returns, lines }, context) {
      const grouped = groupLines(lines, 'return', returns.length);
      const codes = lines.map(({ item }) => item);
      const categories = await facts.categories(codes, context);
      const decide = (header: (typeof returns)[number], at: number) => {
        const asked = (grouped[at] ?? []).map((line) => ({
          ...line,
          category: categories.get(line.item),
        }));
        const bare = asked.find(({ category }) => !category);
        if (bare) return { unknown: bare.item };
        if (!isCurrencyCode(header.currency)) return { unknown: header.currency };
        const known = asked.flatMap(({ category, ...line }) =>
          category ? [{ ...line, category }] : [],
        );
        const id = ids.next();
        const total = totalOf(known, header.currency);
        const received = { ...header, returnId: id as Id<'return'>, total, lines: known };
        const event = eventOf(Returns, 'returnReceived', received);
        return { transition: transitionOf(salesReturn, undefined, id, [event]) };
      };
      for (let attempt = 1; ; attempt++)
        try {
          return await commitChange(engines, clock, context, async () => {
            const numbers = returns.map(({ number }) => number);
            const rows =
              attempt === 1 ? [] : await storeOf(context).findBy('salesReturn', 'number', numbers);
            const taken = new Set(rows.map(({ fields }) => (fields as SalesReturnFields).number));
            const transitions = [];
            const results = [];
            for (const [at, header] of returns.entries()) {
              const { number } = header;
              const decision = decide(header, at);
              if (taken.has(number))
                results.push({ number, refused: { code: 'numberTaken', subject: number } });
              else if (decision.unknown !== undefined)
                results.push({
                  number,
                  refused: { code: 'unknownItem', subject: decision.unknown },
                });
              else {
                taken.add(number);
                transitions.push(decision.transition);
                results.push({ number, returnId: decision.transition.row.id as Id<'return'> });
              }
            }
            return { transitions, output: { results } };
          });
        } catch (error) {
          if (!isDuplicate(error) || attempt > 5) throw error;
        }
    },
    async get({ returnId }, context) {
      const row = await storeOf(context).load('salesReturn', returnId);
      if (!row) throw Returns.fail('unknownReturn', { returnId });
      return shown(row);
    },
    async list({ after, limit }, context) {
      const rows = await storeOf(context).list('salesReturn', { after, limit });
      const next = rows.length === limit ? (rows.at(-1)?.id as Id<'return'>) : undefined;
      return { returns: rows.map(shown), next };
    },
  };
};
