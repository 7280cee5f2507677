/** Places orders: decides each on what is known and gives its transition, or says why not. */
import type { EventOf } from '@morrow/contract';
import { eventOf, NotInState, transitionOf, type Transition } from '@morrow/document-keeper';
import { dateOf, type Id } from '@morrow/kernel';
import { orderLinesMax, Orders, type OrderLine } from '@morrow/protocol-orders';
import {
  amountRefusal,
  categorised,
  countRefusal,
  dateRefusal,
  headerRefusal,
  isRefusal,
  refusalOf,
  type Refusal,
} from './business-rules.ts';
import type { KnownFacts } from './known-facts.ts';
import { totalOf } from './order-lines.ts';
import type { SalesOrderType } from './sales-order.document.ts';

type Placed = EventOf<typeof Orders, 'orderPlaced'>;
export type Asked = Omit<Placed, 'orderId' | 'segment' | 'total' | 'lines'> & {
  readonly lines: readonly Omit<OrderLine, 'category'>[];
};
export interface Decided {
  readonly transition: Transition;
  readonly total: bigint;
}

/** Days by which the calendars of two places may differ. */
const dayMs = 86_400_000;

function datesRefusal(asked: Asked, now: Date): Refusal | undefined {
  const { placedAt, shippedAt, promisedOn } = asked;
  const refused = dateRefusal({ placedAt, shippedAt }, now);
  if (refused) return refused;
  if (shippedAt && shippedAt < placedAt) return shippedTooEarly(placedAt, shippedAt);
  if (promisedOn === undefined || promisedOn >= dateOf(new Date(placedAt.getTime() - dayMs)))
    return undefined;
  const error = Orders.fail('promisedBeforePlaced', { promisedOn, placedAt });
  return refusalOf(error, promisedOn);
}
export const shippedTooEarly = (placedAt: Date, shippedAt: Date): Refusal =>
  refusalOf(Orders.fail('shippedBeforePlaced', { placedAt, shippedAt }), shippedAt.toISOString());

/** The order as placed, and as shipped at once where the goods had left before. Its lifecycle is
 * picked by its day, its tenant and the segment of its customer. */
export function decidePlaced(
  type: SalesOrderType,
  asked: Asked,
  facts: KnownFacts,
  id: string,
): Decided | Refusal {
  const { number, customer, currency, warehouse, shippedAt } = asked;
  const refused =
    headerRefusal(asked, facts) ??
    datesRefusal(asked, facts.now) ??
    countRefusal(number, asked.lines, orderLinesMax) ??
    amountRefusal(number, asked.lines, currency);
  if (refused) return refused;
  const known = categorised(asked.lines, facts.categories);
  if (isRefusal(known)) return known;
  const lines = [...known];
  const total = totalOf(lines, currency);
  const orderId = id as Id<'order'>;
  const segment = facts.parties.get(customer)?.segment;
  const events = [eventOf(Orders, 'orderPlaced', { ...asked, orderId, segment, total, lines })];
  if (shippedAt) {
    const shipped = { orderId, number, customer, currency, warehouse, shippedAt, total, lines };
    events.push(eventOf(Orders, 'orderShipped', shipped));
  }
  const beginning = { day: dateOf(asked.placedAt), tenant: facts.tenant, segment };
  try {
    return { transition: transitionOf(type, undefined, id, events, beginning), total };
  } catch (error) {
    if (!(error instanceof NotInState) || !shippedAt) throw error;
    return refusalOf(Orders.fail('notAtOnce', { number }), number);
  }
}
