/** Offers stock that has become free to the orders that wait for it: by promised day, then age, all
 * lines of one or none. One that cannot be served keeps its place, and those after it are tried. */
import { documentsOf, transitionOf, unitOf, type Session } from '@morrow/document-keeper';
import { invariant } from '@morrow/kernel';
import type { StockKey } from '@morrow/stock-keeper';
import { reservation } from './reservation.document.ts';
import { hold, keep, linesOf, reservedEvent, type StockTools } from './reserve-stock.ts';
/** Reservations that are decided together. */
const servedMax = 50;

/** Serves who can be served with what is free of these items now. After it nobody who waits could
 * be, so that whoever comes later takes nothing from them. The transaction is alone where somebody
 * waits (`turn`). */
export async function offerStock(
  session: Session,
  freed: readonly StockKey[],
  { clock, context }: StockTools,
): Promise<void> {
  if (!freed.length) return;
  // the answer of a command is stored with its own change
  const told = { ...context, receipt: undefined };
  for (;;) {
    const ids = await session.stock.servable(freed, servedMax);
    if (!ids.length) return;
    const found = await documentsOf(session).loadMany(reservation, ids);
    const rows = new Map(found.map((row) => [row.id, row]));
    const waiting = ids.flatMap((id) => rows.get(id) ?? []);
    const held = await hold(session, waiting.flatMap(linesOf));
    const served = waiting.filter((row) => !held.reserve(linesOf(row)));
    invariant(served.length, 'The first of those that can be served is served');
    await keep(session, held);
    await session.stock.forget(served.map(({ id }) => id));
    const transitions = served.map((row) => {
      const { number, warehouse } = row.fields;
      const event = reservedEvent(row.id, { number, warehouse, lines: linesOf(row) });
      return transitionOf(reservation, row, row.id, [event]);
    });
    await session.write(unitOf(told, clock.now(), { transitions, output: undefined }));
  }
}

/** Moves stock in a turn of the transaction's own, and offers what it has freed to those who
 * wait. */
export async function freeing<T>(
  session: Session,
  freed: readonly StockKey[],
  tools: StockTools,
  work: () => Promise<T>,
): Promise<T> {
  const isWaited = await session.stock.turn({ freed, isQueueing: false });
  const done = await work();
  if (isWaited) await offerStock(session, freed, tools);
  return done;
}
