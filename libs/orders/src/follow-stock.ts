/** Follows stock: an order learns whether goods were set aside for it. */
import type { EventOf, Reaction } from '@morrow/contract';
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

export const followStock = (clock: Clock, type: SalesOrderType): Reaction => ({
  kind: 'reaction',
  name: 'followStock',
  on: Stock,
  events: ['stockReserved', 'stockRefused'],
  async handle(events, context, opaque) {
    const session = opaque as Session;
    const news = new Map<string, (typeof events)[number]>();
    for (const event of events) {
      const { number } = event.data as { readonly number: string };
      const id = orderIdOf(number);
      // what came last of a reservation counts, in whatever order it is heard
      const before = id === undefined ? undefined : news.get(id)?.streamVersion;
      if (id !== undefined && (before ?? 0) < event.streamVersion) news.set(id, event);
    }
    const transitions: Transition[] = [];
    for (const row of await documentsOf(session).loadMany(type, [...news.keys()])) {
      const event = news.get(row.id);
      if (!event) continue;
      const orderId = row.id as Id<'order'>;
      const refused = event.data as EventOf<typeof Stock, 'stockRefused'>;
      const next =
        event.type === 'stockReserved'
          ? eventOf(Orders, 'orderReserved', { orderId })
          : eventOf(Orders, 'orderAwaitsStock', { orderId, item: refused.item });
      if (allows(type, row, next)) transitions.push(transitionOf(type, row, row.id, [next]));
    }
    if (transitions.length)
      await session.write(unitOf(context, clock.now(), { transitions, output: undefined }));
  },
});
