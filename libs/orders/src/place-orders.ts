/** Places orders: decides each on the facts of its items and gives its transition,
 * or says why not. */
import type { DocumentType, EventOf } from '@morrow/contract';
import { eventOf, NotInState, transitionOf, type Transition } from '@morrow/document-keeper';
import { isCurrencyCode, type Id } from '@morrow/kernel';
import type { ItemCategory } from '@morrow/protocol-items';
import { Orders, type OrderLine } from '@morrow/protocol-orders';
import type { Customer } from './customer-facts.ts';
import { totalOf } from './order-lines.ts';
import type { SalesOrderFields } from './sales-order.document.ts';

type Placed = EventOf<typeof Orders, 'orderPlaced'>;
export type Asked = Omit<Placed, 'orderId' | 'segment' | 'total' | 'lines'> & {
  readonly lines: readonly Omit<OrderLine, 'category'>[];
};

export type Decision =
  | { readonly transition: Transition; readonly total: bigint }
  | { readonly unknown: string }
  | { readonly notAtOnce: true };

/** What an order is decided on. */
export interface PlacingFacts {
  readonly tenant: string;
  readonly categories: ReadonlyMap<string, ItemCategory>;
  readonly customers: ReadonlyMap<string, Customer>;
}

/** The order as placed, and as shipped at once where the goods had left before. Its lifecycle is
 * picked by its day, its tenant and the segment of its customer. */
export function decidePlaced(
  type: DocumentType<SalesOrderFields>,
  asked: Asked,
  { tenant, categories, customers }: PlacingFacts,
  id: string,
): Decision {
  const lines: OrderLine[] = [];
  for (const line of asked.lines) {
    const category = categories.get(line.item);
    if (!category) return { unknown: line.item };
    lines.push({ ...line, category });
  }
  if (!isCurrencyCode(asked.currency)) return { unknown: asked.currency };
  const total = totalOf(lines, asked.currency);
  const orderId = id as Id<'order'>;
  const segment = customers.get(asked.customer)?.segment;
  const events = [eventOf(Orders, 'orderPlaced', { ...asked, orderId, segment, total, lines })];
  if (asked.shippedAt) {
    const { number, customer, currency, warehouse, shippedAt } = asked;
    const shipped = { orderId, number, customer, currency, warehouse, shippedAt, total, lines };
    events.push(eventOf(Orders, 'orderShipped', shipped));
  }
  const day = asked.placedAt.toISOString().slice(0, 10);
  const beginning = { day, tenant, segment };
  try {
    return { transition: transitionOf(type, undefined, id, events, beginning), total };
  } catch (error) {
    if (error instanceof NotInState && asked.shippedAt) return { notAtOnce: true };
    throw error;
  }
}
