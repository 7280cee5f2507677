/** Follows returns: goods that customers gave back lie in the warehouse again, at average cost. */
import type { EventOf, Reaction } from '@morrow/contract';
import type { Session } from '@morrow/document-keeper';
import type { Clock, Ids } from '@morrow/kernel';
import { Returns } from '@morrow/protocol-returns';
import { keysIn, moveAll, type StockMove } from './move-stock.ts';
import { freeing } from './offer-stock.ts';

export const followReturns = (clock: Clock, ids: Ids): Reaction => ({
  kind: 'reaction',
  name: 'followReturns',
  on: Returns,
  events: ['returnReceived'],
  async handle(events, context, session) {
    const moves = events.flatMap(({ data }): StockMove[] => {
      const { number, returnId, currency, warehouse, receivedAt, lines } = data as EventOf<
        typeof Returns,
        'returnReceived'
      >;
      const goods = lines.filter(({ category, quantity }) => category === 'goods' && quantity > 0n);
      if (!goods.length) return [];
      return [
        {
          kind: 'return',
          number,
          warehouse,
          currency,
          effectiveAt: receivedAt,
          cause: `return:${returnId}`,
          lines: goods.map(({ item, quantity }) => ({ item, quantity })),
        },
      ];
    });
    if (!moves.length) return;
    const opened = session as Session;
    const tools = { clock, ids, context };
    await freeing(opened, keysIn(moves), tools, () => moveAll(opened, moves, tools));
  },
});
