/** Follows orders: what is placed is set aside, what is shipped is issued, what is cancelled is
 * given back. */
import type { CallContext, EventOf, HandledEvent, Reaction } from '@morrow/contract';
import { unitOf, type Session } from '@morrow/document-keeper';
import type { Clock, Ids } from '@morrow/kernel';
import { Orders, type OrderLine } from '@morrow/protocol-orders';
import { moveStock, type StockMove } from './move-stock.ts';
import { endReservations, reserveStock, type Wish } from './reserve-stock.ts';

type Placed = EventOf<typeof Orders, 'orderPlaced'>;
type Shipped = EventOf<typeof Orders, 'orderShipped'>;
interface Tools {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly context: CallContext;
}

const numberFor = (orderId: string) => `order:${orderId}`;
const goodsOf = (lines: readonly OrderLine[]) =>
  lines.filter(({ category, quantity }) => category === 'goods' && quantity !== 0n);

/** Runs of neighbours of one type: what happens in between keeps its turn. */
function runsOf(events: readonly HandledEvent[]): HandledEvent[][] {
  const runs: HandledEvent[][] = [];
  for (const event of events) {
    const run = runs.at(-1);
    if (run?.[0]?.type === event.type) run.push(event);
    else runs.push([event]);
  }
  return runs;
}

async function setAside(session: Session, placed: readonly Placed[], tools: Tools): Promise<void> {
  const codes = placed.map(({ number }) => `issue:${number}`);
  const issued = await session.findBy('stockDocument', 'code', codes);
  const gone = new Set(issued.map(({ fields }) => fields['code']));
  const wishes: Wish[] = placed
    .filter(({ number }) => !gone.has(`issue:${number}`))
    .map(({ orderId, warehouse, lines }) => ({
      number: numberFor(orderId),
      warehouse,
      lines: goodsOf(lines),
    }));
  const granted = await reserveStock(session, wishes, tools.ids);
  const transitions = granted.map(({ transition }) => transition);
  if (!transitions.length) return;
  const change = { transitions, output: undefined };
  await session.write(unitOf(tools.context, tools.clock.now(), change));
}

async function issue(session: Session, shipped: readonly Shipped[], tools: Tools): Promise<void> {
  const moves = shipped.flatMap(({ number, orderId, currency, warehouse, shippedAt, lines }) => {
    const goods = goodsOf(lines);
    const move: StockMove = {
      kind: 'issue',
      number,
      warehouse,
      currency,
      effectiveAt: shippedAt,
      cause: numberFor(orderId),
      lines: goods.map(({ item, quantity }) => ({ item, quantity: -quantity })),
    };
    return goods.length ? [move] : [];
  });
  const byCurrency = Map.groupBy(moves, ({ currency }) => currency);
  for (const same of byCurrency.values()) await moveStock(session, same, tools);
}

const reservationsOf = (session: Session, orderIds: readonly string[]) =>
  session.findBy('reservation', 'number', orderIds.map(numberFor));

export const followOrders = (clock: Clock, ids: Ids): Reaction => ({
  kind: 'reaction',
  name: 'followOrders',
  on: Orders as unknown as Reaction['on'],
  events: ['orderPlaced', 'orderShipped', 'orderCancelled'],
  async handle(events, context, opaque) {
    const session = opaque as Session;
    const tools = { clock, ids, context };
    const due = events.filter(
      ({ type, data }) => type !== 'orderPlaced' || !(data as Placed).shippedAt,
    );
    for (const run of runsOf(due)) {
      const type = run[0]?.type;
      if (type === 'orderPlaced') {
        await setAside(session, run.map(({ data }) => data as Placed), tools); // prettier-ignore
        continue;
      }
      const orderIds = run.map(({ data }) => (data as { readonly orderId: string }).orderId);
      const rows = await reservationsOf(session, orderIds);
      const ending = type === 'orderShipped' ? 'reservationFulfilled' : 'reservationReleased';
      await endReservations(session, rows, ending, tools);
      if (type === 'orderShipped')
        await issue(session, run.map(({ data }) => data as Shipped), tools); // prettier-ignore
    }
  },
});
