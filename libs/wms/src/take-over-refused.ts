/** Takes over orders that were refused stock by release 0.1, which kept no line of what they
 * wanted: what they wanted is read from the events of their placing, once. */
import { lifecycleMoved, onBatch, type FiredTimer, type TimerHandler } from '@morrow/contract';
import {
  documentsOf,
  eventOf,
  transitionOf,
  unitOf,
  type DocumentRow,
  type Session,
  type Timer,
} from '@morrow/document-keeper';
import {
  calendarDate,
  pinOf,
  quantityOf,
  type Clock,
  type Id,
  type Ids,
  type JsonObject,
} from '@morrow/kernel';
import { keepingOf } from '@morrow/protocol-keeping';
import { Orders } from '@morrow/protocol-orders';
import { Stock } from '@morrow/protocol-stock';
import { notIssued, numberFor, stockChanging, wishOf } from './follow-orders.ts';
import { offerStock } from './offer-stock.ts';
import { queued, reservation, type ReservationRow } from './reservation.document.ts';
import { linesOf, type Wish } from './reserve-stock.ts';
import { waitingRows } from './waiting-line.ts';

/** The name of the timer. */
export const takeOver = 'takeOverRefused';
/** By then the events that came after the placing have been read: of an order that was cancelled
 * the timer is gone again. */
const takeOverAfterMs = 5000;
const isOld = ({ state, lifecycle }: DocumentRow) =>
  state === 'refused' && lifecycle.version < queued.version;

const timerOf = ({ id }: DocumentRow, wish: Wish, now: Date): Timer => ({
  id,
  name: takeOver,
  streamId: id,
  dueAt: new Date(now.getTime() + takeOverAfterMs).toISOString(),
  data: {
    warehouse: wish.warehouse,
    promisedOn: wish.order?.promisedOn ?? null,
    since: wish.order?.since.toISOString() ?? now.toISOString(),
    lines: wish.lines.map(({ item, quantity }) => ({ item, quantity: String(quantity) })),
  },
});

/** Reads the history of orders from its beginning, once; where no reservation is left from that
 * release, it wants nothing. */
export const readRefused = onBatch(
  Orders,
  stockChanging,
  { name: 'readRefused', summary: 'Lets orders that release 0.1 refused wait for stock' },
  ({ clock }: { readonly clock: Clock }) => {
    const done = new Set<string>();
    return {
      wants: (tenant) => !done.has(tenant),
      async handle(events, context, session: Session) {
        const where = { state: 'refused', lifecycleVersion: '1' };
        if (!(await documentsOf(session).list(reservation, { limit: 1, where })).length) {
          done.add(context.tenant);
          return;
        }
        const ids = events.map(({ data }) => numberFor(data.orderId));
        const found = await documentsOf(session).findBy(reservation, 'number', [...new Set(ids)]);
        const old = new Map(found.filter(isOld).map((row) => [row.fields.number, row]));
        const timers = new Map<string, Timer>();
        const dropped = new Set<string>();
        for (const { type, data } of events) {
          const row = old.get(numberFor(data.orderId));
          if (!row) continue;
          if (type !== 'orderPlaced') dropped.add(row.id);
          else if ((await notIssued(session, [data])).length)
            timers.set(row.id, timerOf(row, wishOf(data), clock.now()));
        }
        for (const id of dropped) timers.delete(id);
        if (!timers.size && !dropped.size) return;
        const change = {
          ...{ transitions: [], timers: [...timers.values()], timersDropped: [...dropped] },
          output: undefined,
        };
        await session.write(unitOf(context, clock.now(), change));
      },
    };
  },
);

function takenOver(row: ReservationRow, data: JsonObject) {
  const { number } = row.fields;
  const { warehouse, promisedOn, since, lines } = data as {
    warehouse: string;
    promisedOn: string | null;
    since: string;
    lines: readonly { item: string; quantity: string }[];
  };
  const to = pinOf(queued);
  const moved = { documentType: reservation.name, from: row.lifecycle, to, state: row.state };
  const wanted = {
    reservationId: row.id as Id<'reservation'>,
    number,
    warehouse,
    since: new Date(since),
    ...(promisedOn === null ? {} : { promisedOn: calendarDate(promisedOn) }),
    lines: lines.map(({ item, quantity }) => ({ item, quantity: quantityOf(BigInt(quantity)) })),
  };
  return {
    wanted,
    transition: transitionOf(reservation, row, row.id, [
      eventOf(keepingOf('wms'), lifecycleMoved, moved),
      eventOf(Stock, 'reservationWanted', wanted),
    ]),
  };
}

/** Lets such an order wait like any other, and serves it where it can be served now. */
export const takeOverRefused =
  (clock: Clock, ids: Ids): TimerHandler =>
  async ({ streamId, data }: FiredTimer, context, opaque) => {
    const session = opaque as Session;
    await session.stock.turn({ freed: [], isQueueing: true });
    const row = await documentsOf(session).load(reservation, streamId);
    if (!row || !isOld(row)) return;
    const { wanted, transition } = takenOver(row, data);
    const { reservationId, warehouse, lines } = wanted;
    await session.write(
      unitOf(context, clock.now(), { transitions: [transition], output: undefined }),
    );
    await session.stock.await(waitingRows(reservationId, wanted, warehouse, lines));
    await offerStock(session, linesOf(transition.row), { clock, ids, context });
  };
