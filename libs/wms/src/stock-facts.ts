/** What the stream of a stock document or reservation says about stock, for a replay. */
import { recordedOf, type RecordedEvent, type RecordedOf } from '@morrow/contract';
import { currencyCode, minorUnitsOf } from '@morrow/kernel';
import { Stock } from '@morrow/protocol-stock';
import { movementPlace, type StockFact } from '@morrow/stock-keeper';
import { kindOfEvent } from './stock-document.document.ts';
import { waitingRows } from './waiting-line.ts';

type Recorded = RecordedOf<(typeof Stock)['spec']>;
type Moved = Extract<Recorded, { readonly type: keyof typeof kindOfEvent }>;
const isMoved = (event: Recorded): event is Moved => event.type in kindOfEvent;

function movementsOf({ type, data, streamId }: Moved): readonly StockFact[] {
  const { number, warehouse, currency, effectiveAt, lines } = data;
  const minorUnits = minorUnitsOf(currencyCode(currency));
  return lines.map((line, at) => ({
    fact: 'movement',
    minorUnits,
    item: line.item,
    warehouse,
    place: movementPlace(effectiveAt, number, at),
    documentId: streamId,
    kind: kindOfEvent[type],
    quantity: line.quantity,
    cost: 'cost' in line ? line.cost : undefined,
  }));
}

/** Movements of a stock document; what a reservation holds that is still open, or waits for. */
export function stockFacts(stream: readonly RecordedEvent[]): readonly StockFact[] {
  const told = recordedOf(Stock, stream);
  const last = told.at(-1);
  if (last?.type === 'stockReserved') {
    const { warehouse, lines } = last.data;
    return lines.map(({ item, quantity }) => ({ fact: 'reserved', item, warehouse, quantity }));
  }
  if (last?.type === 'reservationWanted') {
    const wanted = last.data;
    const { reservationId, warehouse, lines } = wanted;
    return waitingRows(reservationId, wanted, warehouse, lines).map(
      ({ reservation: _, ...row }) => ({ fact: 'waiting', ...row }),
    );
  }
  return told.filter(isMoved).flatMap(movementsOf);
}
