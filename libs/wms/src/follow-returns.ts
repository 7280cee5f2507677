/** Follows returns: goods that customers gave back lie in the warehouse again, at average cost. */
import { onBatch } from '@morrow/contract';
import type { Session } from '@morrow/document-keeper';
import type { Clock, Ids } from '@morrow/kernel';
import { Returns } from '@morrow/protocol-returns';
import { keysIn, moveAll, type StockMove } from './move-stock.ts';
import { freeing } from './offer-stock.ts';

interface Tools {
  readonly clock: Clock;
  readonly ids: Ids;
}
export const followReturns = onBatch(
  Returns,
  ['returnReceived'],
  { name: 'followReturns', summary: 'Puts returned goods back into stock, at average cost' },
  ({ clock, ids }: Tools) => ({
    async handle(events, context, session: Session) {
      const moves = events.flatMap(({ data }): StockMove[] => {
        const { number, returnId, currency, warehouse, receivedAt, lines } = data;
        const goods = lines.filter(
          ({ category, quantity }) => category === 'goods' && quantity > 0n,
        );
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
      const tools = { clock, ids, context };
      await freeing(session, keysIn(moves), tools, () => moveAll(session, moves, tools));
    },
  }),
);
