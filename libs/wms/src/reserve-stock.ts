/** Reserves stock for many at once, on balances locked until the commit: 10 units serve 10 of 20
 * who want one. */
import type { CallContext } from '@morrow/contract';
import {
  eventOf,
  transitionOf,
  unitOf,
  type DocumentRow,
  type Session,
  type Transition,
} from '@morrow/document-keeper';
import { parseQuantity, quantityOf, type Clock, type Id, type Ids } from '@morrow/kernel';
import { Stock } from '@morrow/protocol-stock';
import { Held, type Short, type Wanted } from '@morrow/stock-keeper';
import { reservation, type ReservationFields } from './reservation.document.ts';

export interface Wish {
  readonly number: string;
  readonly warehouse: string;
  readonly lines: readonly { readonly item: string; readonly quantity: bigint }[];
}
export interface Granted {
  readonly transition: Transition;
  /** What fell short, where nothing was set aside. */
  readonly short?: Short;
}
interface Tools {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly context: CallContext;
}

const wantedOf = ({ warehouse, lines }: Wish): Wanted[] =>
  lines.map(({ item, quantity }) => ({ item, warehouse, quantity }));

async function hold(session: Session, lines: readonly Wanted[]): Promise<Held> {
  const keys = new Map(
    lines.map(({ item, warehouse }) => [`${warehouse} ${item}`, { item, warehouse }]),
  );
  return new Held(await session.stock.lock([...keys.values()]));
}
const keep = async (session: Session, held: Held) => {
  const balances = held.changed();
  if (balances.length) await session.stock.save({ balances, inserted: [], revalued: [] });
};

/** Decides wishes in their order; the transitions are not written yet. */
export async function reserveStock(
  session: Session,
  wishes: readonly Wish[],
  ids: Ids,
): Promise<readonly Granted[]> {
  const held = await hold(session, wishes.flatMap(wantedOf));
  const granted = wishes.map((wish): Granted => {
    const id = ids.next();
    const reservationId = id as Id<'reservation'>;
    const { number, warehouse } = wish;
    const short = held.reserve(wantedOf(wish));
    const event = short
      ? eventOf(Stock, 'stockRefused', {
          reservationId,
          number,
          item: short.item,
          warehouse,
          requested: quantityOf(short.requested),
          available: quantityOf(short.available),
        })
      : eventOf(Stock, 'stockReserved', {
          reservationId,
          number,
          warehouse,
          lines: wish.lines.map(({ item, quantity }) => ({ item, quantity: quantityOf(quantity) })),
        });
    const transition = transitionOf(reservation, undefined, id, [event]);
    return short ? { transition, short } : { transition };
  });
  await keep(session, held);
  return granted;
}

/** Ends open reservations: given back, or fulfilled by the goods that left. Others
 * are passed over. */
export async function endReservations(
  session: Session,
  rows: readonly DocumentRow[],
  type: 'reservationReleased' | 'reservationFulfilled',
  { clock, context }: Pick<Tools, 'clock' | 'context'>,
  output?: unknown,
): Promise<void> {
  const open = rows.filter(({ state }) => state === 'reserved');
  if (!open.length) return;
  const lines = open.flatMap(({ fields }) => {
    const { warehouse, lines: reserved } = fields as ReservationFields;
    return reserved.map(({ item, quantity }) => ({
      item: String(item),
      warehouse,
      quantity: parseQuantity(String(quantity)),
    }));
  });
  const held = await hold(session, lines);
  held.release(lines);
  await keep(session, held);
  const transitions = open.map((row) => {
    const { number } = row.fields as ReservationFields;
    const event = eventOf(Stock, type, { reservationId: row.id as Id<'reservation'>, number });
    return transitionOf(reservation, row, row.id, [event]);
  });
  await session.write(unitOf(context, clock.now(), { transitions, output }));
}
