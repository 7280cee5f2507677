/** Follows orders: what is placed is set aside or waits for stock, what is shipped is issued, what
 * is cancelled is given back. */
import { onBatch, type EventOf, type HandledOf } from '@morrow/contract';
import { documentsOf, eventOf, transitionOf, unitOf, type Session } from '@morrow/document-keeper';
import type { Clock, Id, Ids } from '@morrow/kernel';
import { Orders, type OrderLine } from '@morrow/protocol-orders';
import { Stock } from '@morrow/protocol-stock';
import type { StockKey } from '@morrow/stock-keeper';
import { keysIn, moveAll, movementKeys, type StockMove } from './move-stock.ts';
import { offerStock } from './offer-stock.ts';
import {
  endReservations,
  hold,
  linesOf,
  reserveStock,
  type StockTools,
  type Wish,
} from './reserve-stock.ts';
import { reservation, type ReservationRow } from './reservation.document.ts';
import { stockDocument } from './stock-document.document.ts';

/** What changes what an order needs of stock. */
export const stockChanging = [
  'orderPlaced',
  'orderMoved',
  'orderShipped',
  'orderCancelled',
] as const;
type OrderEvent = HandledOf<typeof Orders, (typeof stockChanging)[number]>;
export type Placed = EventOf<typeof Orders, 'orderPlaced'>;
type Shipped = EventOf<typeof Orders, 'orderShipped'>;

/** Of the reservation for an order. */
export const numberFor = (orderId: string): string => `order:${orderId}`;
const goodsOf = (lines: readonly OrderLine[]) =>
  lines.filter(({ category, quantity }) => category === 'goods' && quantity !== 0n);

/** What an order asks for: its goods. */
export const wishOf = ({ orderId, warehouse, lines, promisedOn, placedAt }: Placed): Wish => ({
  number: numberFor(orderId),
  warehouse,
  lines: goodsOf(lines).filter(({ quantity }) => quantity > 0n),
  order: { promisedOn, since: placedAt },
});

/** Runs of neighbours of one type: what happens in between keeps its turn. */
function runsOf(events: readonly OrderEvent[]): OrderEvent[][] {
  const runs: OrderEvent[][] = [];
  for (const event of events) {
    const run = runs.at(-1);
    if (run?.[0]?.type === event.type) run.push(event);
    else runs.push([event]);
  }
  return runs;
}

/** Orders of which nothing was issued: one may be shipped before it is heard that it was placed. */
export async function notIssued<O extends { readonly number: string }>(
  session: Session,
  orders: readonly O[],
): Promise<readonly O[]> {
  const codes = orders.map(({ number }) => `issue:${number}`);
  const issued = await documentsOf(session).findBy(stockDocument, 'code', codes);
  const gone = new Set(issued.map(({ fields }) => fields.code));
  return orders.filter(({ number }) => !gone.has(`issue:${number}`));
}

async function setAside(session: Session, placed: readonly Placed[], tools: StockTools) {
  const known = await reservationsOf(session, placed);
  const taken = new Set(known.map(({ fields }) => fields.number));
  const wishes = (await notIssued(session, placed))
    .map(wishOf)
    .filter(({ number }) => !taken.has(number));
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

type OfOrder = Pick<Placed, 'orderId'>;
const reservationsOf = (session: Session, orders: readonly OfOrder[]) =>
  documentsOf(session).findBy(
    reservation,
    'number',
    orders.map(({ orderId }) => numberFor(orderId)),
  );

/** Of an order that ends before it was heard that it was placed: it will want nothing. */
async function wantNothing(
  session: Session,
  numbers: readonly string[],
  { clock, context, ids }: StockTools,
) {
  const transitions = [...new Set(numbers)].map((number) => {
    const id = ids.next();
    const data = { reservationId: id as Id<'reservation'>, number };
    return transitionOf(reservation, undefined, id, [eventOf(Stock, 'reservationWithdrawn', data)]);
  });
  if (transitions.length)
    await session.write(unitOf(context, clock.now(), { transitions, output: undefined }));
}

/** What was shipped before it was placed needs no reservation; what was routed or split is set
 * aside by whoever did that, so that the reservation in the order's first warehouse ends. */
function isDue({ type, data }: OrderEvent): boolean {
  if (type === 'orderPlaced') return !data.shippedAt;
  if (type !== 'orderMoved') return true;
  return data.warehouse !== undefined || data.allocations !== undefined;
}

const ofOrders = (events: readonly OrderEvent[]): readonly OfOrder[] =>
  events.map(({ data }) => data);
const placedIn = (events: readonly OrderEvent[]) =>
  events.flatMap(({ type, data }) => (type === 'orderPlaced' ? [data] : []));
const shippedIn = (events: readonly OrderEvent[]) =>
  events.flatMap(({ type, data }) => (type === 'orderShipped' ? [data] : []));

/** Ends what the orders of a run have: `rows` are their reservations. Gives the balances of which
 * more may be free then. */
async function end(
  session: Session,
  run: readonly OrderEvent[],
  rows: readonly ReservationRow[],
  tools: StockTools,
): Promise<readonly StockKey[]> {
  const moves = shippedIn(run).flatMap(issuesOf);
  const known = new Map(rows.map((row) => [row.fields.number, row]));
  const numbers = ofOrders(run).map(({ orderId }) => numberFor(orderId));
  const own = numbers.flatMap((number) => known.get(number) ?? []);
  const ending = moves.length ? 'reservationFulfilled' : 'reservationReleased';
  const freed = await endReservations(session, own, ending, tools);
  await moveAll(session, moves, tools);
  if (run[0]?.type !== 'orderShipped')
    await wantNothing(
      session,
      numbers.filter((number) => !known.has(number)),
      tools,
    );
  return [...freed, ...keysIn(moves)];
}

interface Tools {
  readonly clock: Clock;
  readonly ids: Ids;
}
export const followOrders = onBatch(
  Orders,
  stockChanging,
  {
    name: 'followOrders',
    summary: 'Reserves stock, issues what was shipped, releases what is not needed',
  },
  ({ clock, ids }: Tools) => ({
    async handle(events, context, session: Session) {
      const tools = { clock, ids, context };
      const due = events.filter(isDue);
      if (!due.length) return;
      const runs = runsOf(due);
      const ending = ofOrders(due.filter(({ type }) => type !== 'orderPlaced'));
      let rows = await reservationsOf(session, ending);
      const held = rows.filter(({ state }) => state === 'reserved').flatMap(linesOf);
      const moves = shippedIn(due).flatMap(issuesOf);
      const isQueueing = due.some(({ type }) => type === 'orderPlaced');
      const freed = [...held, ...keysIn(moves)];
      const isWaited = await session.stock.turn({ freed, isQueueing });
      const isAlone = isQueueing || isWaited;
      // in one order with whoever has a turn at the same time
      if (!isAlone && (runs.length > 1 || rows.length))
        await hold(session, [...rows.flatMap(linesOf), ...movementKeys(moves)]);
      for (const run of runs)
        if (run[0]?.type === 'orderPlaced') {
          await setAside(session, placedIn(run), tools);
          rows = await reservationsOf(session, ending);
        } else {
          const free = await end(session, run, rows, tools);
          if (isAlone) await offerStock(session, free, tools);
        }
    },
  }),
);
