/** Decides whether the goods of an order may leave: a shipment that somebody states must not take
 * stock below zero, unless the company allows it. */
import { following, platformError, type CallContext, type NewPulse } from '@morrow/contract';
import { allows, eventOf } from '@morrow/document-keeper';
import { quantityOf, type Id, type Quantity } from '@morrow/kernel';
import { Orders, type Order } from '@morrow/protocol-orders';
import { Stock } from '@morrow/protocol-stock';
import { dateRefusal } from './business-rules.ts';
import type { OrderFacts } from './known-facts.ts';
import { shippedTooEarly } from './place-orders.ts';
import { shownOrder, type SalesOrderRow, type SalesOrderType } from './sales-order.document.ts';

export interface ShippingTools {
  readonly type: SalesOrderType;
  readonly facts: OrderFacts;
  readonly stock: Stock;
  readonly newPulse: NewPulse;
}

/** A shipment happens after the order was placed, and not in the future. Throws otherwise. */
export function checkShippedAt(placedAt: Date, shippedAt: Date, now: Date): void {
  const isEarly = shippedAt < placedAt;
  const refused =
    dateRefusal({ at: shippedAt }, now) ??
    (isEarly ? shippedTooEarly(placedAt, shippedAt) : undefined);
  if (refused?.error) throw refused.error;
}

interface Need {
  readonly warehouse: string;
  readonly item: string;
  readonly requested: Quantity;
}
/** Goods of the order by where they are taken from. */
function needsOf({ warehouse, lines, allocations }: Order): readonly Need[] {
  const goods = lines.filter(({ category }) => category === 'goods');
  const taken = allocations ?? goods.map((line) => ({ warehouse, ...line }));
  const needs = new Map<string, Need>();
  for (const { warehouse: from, item, quantity } of taken) {
    const key = `${from} ${item}`;
    const requested = quantityOf((needs.get(key)?.requested ?? 0n) + quantity);
    needs.set(key, { warehouse: from, item, requested });
  }
  return [...needs.values()];
}

type Shortage = Need & { readonly available: Quantity };
async function shortageOf(
  needs: readonly Need[],
  stock: Stock,
  context: CallContext,
): Promise<Shortage | undefined> {
  const items = [...new Set(needs.map(({ item }) => item))];
  const asking = following(context, 'module:orders', undefined);
  const { available: found } = await stock.availability({ items }, asking);
  const free = new Map(
    found.map(({ warehouse, item, available }) => [`${warehouse} ${item}`, available]),
  );
  for (const need of needs) {
    const available = free.get(`${need.warehouse} ${need.item}`) ?? quantityOf(0n);
    if (available < need.requested) return { ...need, available };
  }
  return undefined;
}

/** Whether stock holds the goods for the order, which the order may not have heard yet. */
async function isHeld(orderId: Id<'order'>, stock: Stock, context: CallContext): Promise<boolean> {
  const asking = following(context, 'module:orders', undefined);
  try {
    const { state } = await stock.getReservation({ number: `order:${orderId}` }, asking);
    return state === 'reserved';
  } catch (error) {
    if (Stock.is(error, 'unknownNumber')) return false;
    throw error;
  }
}

/** How often and how long the decision about a reservation is awaited. */
const looksMax = 20;
const lookMs = 50;

/** Throws insufficientStock where the flow of the order still waits for a reservation and too
 * little is available; `unavailable` where nothing has been decided about it within a second. */
export async function checkReserved(
  { type, facts, stock, newPulse }: ShippingTools,
  reload: () => Promise<SalesOrderRow>,
  context: CallContext,
): Promise<void> {
  const pulse = newPulse();
  for (let look = 1; ; look++) {
    const row = await reload();
    const orderId = row.id as Id<'order'>;
    if (!allows(type, row, eventOf(Orders, 'orderReserved', { orderId }))) return;
    const { company } = await facts.of({ items: [], parties: [], warehouses: [] }, context);
    if (company?.rules.negativeStock === 'allow') return;
    if (await isHeld(orderId, stock, context)) return;
    const needs = needsOf(shownOrder(row));
    const shortage = needs.length ? await shortageOf(needs, stock, context) : undefined;
    if (!shortage) return;
    const { item } = shortage;
    const isUndecided = allows(type, row, eventOf(Orders, 'orderAwaitsStock', { orderId, item }));
    if (!isUndecided) throw Orders.fail('insufficientStock', shortage);
    if (look >= looksMax) throw undecided();
    await pulse.next(lookMs);
  }
}

const undecided = () =>
  platformError(
    Orders.spec.name,
    'unavailable',
    'Stock is still being reserved for the order. Try again in a moment.',
  );
