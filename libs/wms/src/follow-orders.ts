/** Follows orders: what is placed is set aside, what is shipped is issued, what is cancelled is
 * given back. */
import type { CallContext, EventOf, HandledEvent, Reaction } from '@morrow/contract';
import { unitOf, type Session } from '@morrow/document-keeper';
import type { Clock, Ids } from '@morrow/kernel';
import { Orders, type OrderLine } from '@morrow/protocol-orders';
import { moveStock, type StockMove } from './move-stock.ts';
import { endReservations, reserveStock, type Wish } from './reserve-stock.ts';

type Placed = EventOf<typeof Orders, 'orderPlaced'>;
type Moved = EventOf<typeof Orders, 'orderMoved'>;
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

/** An issue for each warehouse that goods are taken from. The first has the number of the order, so
 * that it is found by it; the others one that no order can have. */
function issuesOf(shipped: Shipped): readonly StockMove[] {
  const { number, orderId, currency, warehouse, shippedAt, lines, allocations } = shipped;
  const taken = allocations ?? goodsOf(lines).map((line) => ({ ...line, warehouse }));
  const byWarehouse = [...Map.groupBy(taken, (line) => line.warehouse)].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const cause = numberFor(orderId);
  return byWarehouse.map(([from, goods], at) => ({
    kind: 'issue',
    number: at ? `${cause}/${at + 1}` : number,
    warehouse: from,
    currency,
    effectiveAt: shippedAt,
    cause,
    lines: goods.map(({ item, quantity }) => ({ item, quantity: -quantity })),
  }));
}

async function issue(session: Session, shipped: readonly Shipped[], tools: Tools): Promise<void> {
  const moves = shipped.flatMap(issuesOf);
  const byCurrency = Map.groupBy(moves, ({ currency }) => currency);
  for (const same of byCurrency.values()) await moveStock(session, same, tools);
}

const reservationsOf = (session: Session, orderIds: readonly string[]) =>
  session.findBy('reservation', 'number', orderIds.map(numberFor));

/** What was shipped before it was placed needs no reservation; what was routed or split is set
 * aside by whoever did that, so that the reservation in the order's first warehouse ends. */
function isDue({ type, data }: HandledEvent): boolean {
  if (type === 'orderPlaced') return !(data as Placed).shippedAt;
  const { warehouse, allocations } = data as Moved;
  return type !== 'orderMoved' || warehouse !== undefined || allocations !== undefined;
}

export const followOrders = (clock: Clock, ids: Ids): Reaction => ({
  kind: 'reaction',
  name: 'followOrders',
  on: Orders as unknown as Reaction['on'],
  events: ['orderPlaced', 'orderMoved', 'orderShipped', 'orderCancelled'],
  async handle(events, context, opaque) {
    const session = opaque as Session;
    const tools = { clock, ids, context };
    const due = events.filter(isDue);
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
