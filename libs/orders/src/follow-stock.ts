/** Follows stock: an order learns whether goods were set aside for it. */
import { onBatch, type HandledOf } from '@morrow/contract';
import {
  allows,
  documentsOf,
  eventOf,
  transitionOf,
  unitOf,
  type Session,
  type Transition,
} from '@morrow/document-keeper';
import type { Clock, Id } from '@morrow/kernel';
import { Orders } from '@morrow/protocol-orders';
import { Stock } from '@morrow/protocol-stock';
import type { SalesOrderType } from './sales-order.document.ts';

/** Reservations made for orders have the number `order:` and the id of the order. */
const orderIdOf = (number: string): string | undefined =>
  number.startsWith('order:') ? number.slice('order:'.length) : undefined;

interface Tools {
  readonly clock: Clock;
  readonly type: SalesOrderType;
}
type StockNews = HandledOf<typeof Stock, 'stockReserved' | 'stockRefused'>;

/** What came last of each order counts, in whatever order it is heard. */
function lastNews(events: readonly StockNews[]): ReadonlyMap<string, StockNews> {
  const news = new Map<string, StockNews>();
  for (const event of events) {
    const id = orderIdOf(event.data.number);
    const before = id === undefined ? undefined : news.get(id)?.streamVersion;
    if (id !== undefined && (before ?? 0) < event.streamVersion) news.set(id, event);
  }
  return news;
}

export const followStock = onBatch(
  Stock,
  ['stockReserved', 'stockRefused'],
  { name: 'followStock', summary: 'Notes in the order whether stock was reserved for it' },
  ({ clock, type }: Tools) => ({
    async handle(events, context, session: Session) {
      const news = lastNews(events);
      const transitions: Transition[] = [];
      for (const row of await documentsOf(session).loadMany(type, [...news.keys()])) {
        const event = news.get(row.id);
        if (!event) continue;
        const orderId = row.id as Id<'order'>;
        const next =
          event.type === 'stockReserved'
            ? eventOf(Orders, 'orderReserved', { orderId })
            : eventOf(Orders, 'orderAwaitsStock', { orderId, item: event.data.item });
        if (allows(type, row, next)) transitions.push(transitionOf(type, row, row.id, [next]));
      }
      if (transitions.length)
        await session.write(unitOf(context, clock.now(), { transitions, output: undefined }));
    },
  }),
);
