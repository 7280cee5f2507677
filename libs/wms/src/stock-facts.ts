/** What the stream of a stock document or reservation says about stock, for a replay. */
import type { EventOf, RecordedEvent } from '@morrow/contract';
import { currencyCode, minorUnitsOf } from '@morrow/kernel';
import type { Stock } from '@morrow/protocol-stock';
import { movementPlace, type StockFact } from '@morrow/stock-keeper';
import { kindOfEvent } from './stock-document.document.ts';
import { waitingRows } from './waiting-line.ts';

type Recorded = EventOf<typeof Stock, 'goodsReceived' | 'stockIssued'>;

function movementsOf({ type, data, streamId }: RecordedEvent): readonly StockFact[] {
  const { number, warehouse, currency, effectiveAt, lines } = data as Recorded;
  const minorUnits = minorUnitsOf(currencyCode(currency));
  return lines.map((line, at) => ({
    fact: 'movement',
    minorUnits,
    item: line.item,
    warehouse,
    place: movementPlace(effectiveAt, number, at),
    documentId: streamId,
    kind: kindOfEvent[type as keyof typeof kindOfEvent],
    quantity: line.quantity,
    cost: 'cost' in line ? line.cost : undefined,
  }));
}

/** Movements of a stock document; what a reservation holds that is still open, or waits for. */
export function stockFacts(stream: readonly RecordedEvent[]): readonly StockFact[] {
  const last = stream.at(-1);
  if (last?.type === 'stockReserved') {
    const { warehouse, lines } = last.data as EventOf<typeof Stock, 'stockReserved'>;
    return lines.map(({ item, quantity }) => ({ fact: 'reserved', item, warehouse, quantity }));
  }
  if (last?.type === 'reservationWanted') {
    const wanted = last.data as EventOf<typeof Stock, 'reservationWanted'>;
    const { reservationId, warehouse, lines } = wanted;
    return waitingRows(reservationId, wanted, warehouse, lines).map(
      ({ reservation: _, ...row }) => ({ fact: 'waiting', ...row }),
    );
  }
  return stream.filter(({ type }) => type in kindOfEvent).flatMap(movementsOf);
}
