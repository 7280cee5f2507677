/** What is set aside: once for each order that says so, as much as its lines ask for, no more than
 * exists, and as much as the balances say. */
import { isProtocolError } from '@morrow/contract';
import { formatQuantity, parseQuantity, type Id } from '@morrow/kernel';
import { Orders } from '@morrow/protocol-orders';
import { Stock } from '@morrow/protocol-stock';
import type { Session } from '../session.ts';
import { breach, documentsOf, hosts, paged, type Breach, type StoredDocument } from './law.ts';

interface Line {
  readonly item: string;
  readonly quantity: string;
  readonly category?: string;
  readonly warehouse?: string;
}
/** Quantities in millionths by `warehouse item`. */
type Quantities = Map<string, bigint>;
const keyOf = (warehouse: string, item: string) => `${warehouse} ${item}`;

function quantitiesOf(lines: readonly Line[], warehouse: string): Quantities {
  const sums: Quantities = new Map();
  for (const { item, quantity, warehouse: own = warehouse } of lines) {
    const key = keyOf(own, item);
    sums.set(key, (sums.get(key) ?? 0n) + parseQuantity(quantity));
  }
  return sums;
}
const shown = (quantity: bigint) => formatQuantity(quantity as never);
const textOf = (sums: Quantities): string =>
  [...sums]
    .filter(([, quantity]) => quantity !== 0n)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, quantity]) => {
      const [warehouse, ...item] = key.split(' ');
      return `${shown(quantity)} of ${item.join(' ')} in ${warehouse}`;
    })
    .slice(0, 5)
    .join(', ') || 'nothing';

const ofOrder = /^order:([0-9a-f-]{36})(\/.*)?$/;
const linesOf = ({ fields }: StoredDocument) => fields['lines'] as readonly Line[];

interface Aside {
  /** Sums of all open reservations. */
  readonly total: Quantities;
  /** What is set aside for each order, and by how many reservations. */
  readonly byOrder: Map<string, { readonly sums: Quantities; times: number }>;
}
async function setAside(session: Session): Promise<Aside> {
  const total: Quantities = new Map();
  const byOrder: Aside['byOrder'] = new Map();
  for await (const row of documentsOf(session, 'wms', 'reservation', 'reserved')) {
    const sums = quantitiesOf(linesOf(row), String(row.fields['warehouse']));
    for (const [key, quantity] of sums) total.set(key, (total.get(key) ?? 0n) + quantity);
    const [, order] = ofOrder.exec(String(row.fields['number'])) ?? [];
    if (order === undefined) continue;
    const held = byOrder.get(order);
    if (held) held.times++;
    else byOrder.set(order, { sums, times: 1 });
  }
  return { total, byOrder };
}

/** Orders that stand as reserved, against what is set aside for them; what is left over is set
 * aside for orders that do not. */
async function* ordersAgainst(session: Session, { byOrder }: Aside): AsyncIterable<Breach> {
  for await (const row of documentsOf(session, 'orders', 'salesOrder', 'reserved')) {
    const { number, warehouse, allocations } = row.fields;
    const held = byOrder.get(row.id);
    byOrder.delete(row.id);
    const goods = linesOf(row).filter(({ category }) => category === 'goods');
    const wanted = quantitiesOf(goods, String(warehouse));
    const name = `order ${String(number)}`;
    if (held && held.times > 1)
      yield breach(`wms: stock is reserved ${held.times} times for ${name}`, row.id);
    // whoever splits an order sets its goods aside
    if (allocations !== null) continue;
    const text = textOf(wanted);
    if (!held && wanted.size)
      yield breach(`orders: ${name} is reserved with ${text}, but no reservation is open`, row.id);
    else if (held && textOf(held.sums) !== text)
      yield breach(
        `orders: ${name} is reserved with ${text}, but ${textOf(held.sums)} is set aside for it`,
        row.id,
      );
  }
}

/** Orders that need what is set aside for them no longer, or do not exist. */
async function* leftAside({ port, context }: Session, { byOrder }: Aside): AsyncIterable<Breach> {
  for (const [id, { sums }] of byOrder) {
    const order = await port(Orders)
      .get({ orderId: id as Id<'order'> }, context())
      .catch((error: unknown) => {
        if (isProtocolError(error) && error.code === 'unknownOrder') return undefined;
        throw error;
      });
    if (order && !isDone.has(order.state)) continue;
    const which = order
      ? `order ${order.number}, which is ${order.state}`
      : `an unknown order ${id}`;
    yield breach(`wms: ${textOf(sums)} is still set aside for ${which}`, id);
  }
}
const isDone = new Set(['shipped', 'cancelled', 'awaitingStock']);

async function* balancesAgainst(session: Session, { total }: Aside): AsyncIterable<Breach> {
  const { port, context } = session;
  const left = new Map(total);
  const balances = paged(async (after: { item: string; warehouse: string } | undefined) => {
    const page = await port(Stock).listBalances({ after, limit: 400 }, context());
    return { items: page.balances, next: page.next };
  });
  for await (const { item, warehouse, onHand, reserved } of balances) {
    const key = keyOf(warehouse, item);
    const open = left.get(key) ?? 0n;
    left.delete(key);
    const what = `${item} in ${warehouse}`;
    if (open !== reserved)
      yield breach(
        `wms: the balance of ${what} has ${shown(reserved)} reserved, but open reservations ` +
          `come to ${shown(open)}`,
      );
    if (reserved > 0n && reserved > onHand)
      yield breach(
        `wms: ${shown(reserved)} of ${what} are reserved, but only ${shown(onHand)} are on hand`,
      );
  }
  for (const [key, open] of left)
    if (open !== 0n)
      yield breach(`wms: ${textOf(new Map([[key, open]]))} is reserved, but there is no balance`);
}

export async function* reservedStock(session: Session): AsyncIterable<Breach> {
  if (!hosts(session, 'wms')) return;
  const aside = await setAside(session);
  yield* balancesAgainst(session, aside);
  if (!hosts(session, 'orders')) return;
  yield* ordersAgainst(session, aside);
  yield* leftAside(session, aside);
}
