/** Reserves stock for many at once, on balances locked until the commit: 10 units serve 10 of 20
 * who want one. */
import type { CallContext } from '@morrow/contract';
import {
  documentsOf,
  eventOf,
  transitionOf,
  unitOf,
  type NewEvent,
  type Session,
  type Transition,
} from '@morrow/document-keeper';
import {
  parseQuantity,
  quantityMax,
  quantityOf,
  type CalendarDate,
  type Clock,
  type Id,
  type Ids,
} from '@morrow/kernel';
import { Stock } from '@morrow/protocol-stock';
import {
  HeldBalances,
  type Short,
  type StockKey,
  type WaitingRow,
  type Wanted,
} from '@morrow/stock-keeper';
import { reservation, type ReservationRow } from './reservation.document.ts';
import { waitingRows } from './waiting-line.ts';

export interface StockTools {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly context: CallContext;
}

export interface Wish {
  readonly number: string;
  readonly warehouse: string;
  readonly lines: readonly { readonly item: string; readonly quantity: bigint }[];
  /** Of an order that waits where too little is available. Absent: nobody waits. */
  readonly order?: { readonly promisedOn?: CalendarDate | undefined; readonly since: Date };
}
export interface Granted {
  readonly transition: Transition<ReservationRow['fields']>;
  /** What fell short, where nothing was set aside. */
  readonly short?: Short;
}

export const wantedOf = ({ warehouse, lines }: Pick<Wish, 'warehouse' | 'lines'>): Wanted[] =>
  lines.map(({ item, quantity }) => ({ item, warehouse, quantity }));
/** What a reservation holds, or wants while it waits. */
export const linesOf = ({ fields: { warehouse, lines } }: ReservationRow): Wanted[] =>
  lines.map(({ item, quantity }) => ({ item, warehouse, quantity: parseQuantity(quantity) }));

/** Locks the balances of lines. */
export async function hold(session: Session, lines: readonly StockKey[]): Promise<HeldBalances> {
  const keys = new Map(
    lines.map(({ item, warehouse }) => [`${warehouse} ${item}`, { item, warehouse }]),
  );
  return new HeldBalances(await session.stock.lock([...keys.values()]));
}
export const keep = async (session: Session, held: HeldBalances): Promise<void> => {
  const balances = held.changed();
  if (balances.length) await session.stock.save({ balances, inserted: [], revalued: [] });
};

const header = (id: string, { number }: Pick<Wish, 'number'>) => ({
  reservationId: id as Id<'reservation'>,
  number,
});
const inWords = (lines: Wish['lines']) =>
  lines.map(({ item, quantity }) => ({ item, quantity: quantityOf(quantity) }));

export const reservedEvent = (id: string, wish: Omit<Wish, 'order'>): NewEvent =>
  eventOf(Stock, 'stockReserved', {
    ...header(id, wish),
    warehouse: wish.warehouse,
    lines: inWords(wish.lines),
  });

/** Where too little is available: what falls short, and what the order waits for. */
function refusedEvents(id: string, wish: Wish, short: Short): NewEvent[] {
  const { warehouse, lines, order } = wish;
  const { item, requested, available } = short;
  const refused = eventOf(Stock, 'stockRefused', {
    ...header(id, wish),
    item,
    warehouse,
    // lines of one item may add up to more than an event can state
    requested: quantityOf(requested < quantityMax ? requested : quantityMax),
    available: quantityOf(available),
  });
  return order ? [refused, wantedEvent(id, { ...wish, order })] : [refused];

  function wantedEvent(reservationId: string, wanted: Required<Wish>): NewEvent {
    return eventOf(Stock, 'reservationWanted', {
      ...header(reservationId, wanted),
      ...wanted.order,
      warehouse,
      lines: inWords(lines),
    });
  }
}

/** Decides wishes in their order; the transitions are not written yet. Orders that fall short wait;
 * the transaction's turn is one that may let somebody wait. */
export async function reserveStock(
  session: Session,
  wishes: readonly Wish[],
  ids: Ids,
): Promise<readonly Granted[]> {
  const held = await hold(session, wishes.flatMap(wantedOf));
  const waiting: WaitingRow[] = [];
  const granted = wishes.map((wish): Granted => {
    const id = ids.next();
    const { number, warehouse, lines, order } = wish;
    const short = held.reserve(wantedOf(wish));
    if (short && order) waiting.push(...waitingRows(id, { ...order, number }, warehouse, lines));
    const events = short ? refusedEvents(id, wish, short) : [reservedEvent(id, wish)];
    const transition = transitionOf(reservation, undefined, id, events);
    return short ? { transition, short } : { transition };
  });
  await keep(session, held);
  await session.stock.await(waiting);
  return granted;
}

export type Ending = 'reservationReleased' | 'reservationFulfilled';

/** Ends reservations: what is set aside is given back, or fulfilled by the goods that left; one
 * that waits is withdrawn; others are passed over. Gives the balances of which more is free. A row
 * may have been read before the transaction's turn: it is read again once its balances are locked,
 * which every change of a reservation does first. */
export async function endReservations(
  session: Session,
  rows: readonly ReservationRow[],
  ending: Ending,
  { clock, context }: StockTools,
  output?: unknown,
): Promise<readonly StockKey[]> {
  if (!rows.length) return [];
  const held = await hold(session, rows.flatMap(linesOf));
  const current = await documentsOf(session).loadMany(
    reservation,
    rows.map(({ id }) => id),
  );
  const open = current.filter(({ state }) => state === 'reserved');
  const waiting = current.filter(({ state }) => state === 'waiting');
  const lines = open.flatMap(linesOf);
  held.release(lines);
  await keep(session, held);
  await session.stock.forget(waiting.map(({ id }) => id));
  const transitions = [...open, ...waiting].map((row) => {
    const type = row.state === 'reserved' ? ending : 'reservationWithdrawn';
    const event = eventOf(Stock, type, header(row.id, row.fields));
    return transitionOf(reservation, row, row.id, [event]);
  });
  if (transitions.length)
    await session.write(unitOf(context, clock.now(), { transitions, output }));
  return lines;
}

/** Gives back what one reservation holds. Tells its state afterwards: `released` also where
 * somebody else was faster, any other where nothing was changed. */
export async function releaseReserved(
  session: Session,
  row: ReservationRow,
  tools: StockTools,
  output: unknown,
): Promise<string> {
  await hold(session, linesOf(row));
  const current = (await documentsOf(session).load(reservation, row.id)) ?? row;
  if (current.state !== 'reserved') return current.state;
  await endReservations(session, [current], 'reservationReleased', tools, output);
  return 'released';
}
