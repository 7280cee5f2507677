/** Moves stock: records the movements of documents, values them, and gives one transition for each
 * document. */
import {
  eventOf,
  transitionOf,
  unitOf,
  type NewEvent,
  type Session,
  type Transition,
} from '@morrow/document-keeper';
import type { CallContext } from '@morrow/contract';
import {
  currencyCode,
  invariant,
  minorUnitsOf,
  quantityOf,
  type Clock,
  type Id,
  type Ids,
} from '@morrow/kernel';
import { Stock } from '@morrow/protocol-stock';
import { placeOf, recordMovements, type MovementRow, type NewMovement } from '@morrow/stock-keeper';
import { stockDocument } from './stock-document.document.ts';

/** A document that moves goods. Quantities in millionths: above zero comes in, below goes out. */
export interface StockMove {
  readonly kind: MovementRow['kind'];
  readonly number: string;
  readonly warehouse: string;
  readonly currency: string;
  readonly effectiveAt: Date;
  readonly lines: readonly {
    readonly item: string;
    readonly quantity: bigint;
    /** Unit cost in millionths of the currency; absent: at average. */
    readonly cost?: bigint;
  }[];
  /** Order or return that moved them, or the reason of an adjustment. */
  readonly cause?: string;
}
export interface Moved {
  readonly documentId: Id<'stockDocument'>;
  readonly number: string;
  /** Change of value in minor units. */
  readonly value: bigint;
}

const movementsOf = (move: StockMove, documentId: string): NewMovement[] =>
  move.lines.map(({ item, quantity, cost }, at) => ({
    item,
    warehouse: move.warehouse,
    place: placeOf(move.effectiveAt, move.number, at),
    documentId,
    kind: move.kind,
    quantity,
    cost,
  }));

function eventFor(
  move: StockMove,
  documentId: Id<'stockDocument'>,
  values: readonly bigint[],
): NewEvent {
  const { number, warehouse, currency, effectiveAt, cause = '' } = move;
  const lines = move.lines.map(({ item, quantity, cost = 0n }, at) => ({
    item,
    quantity: quantityOf(quantity),
    cost,
    value: values[at] ?? 0n,
  }));
  const value = values.reduce((sum, each) => sum + each, 0n);
  const data = { documentId, number, warehouse, currency, effectiveAt, value, lines };
  switch (move.kind) {
    case 'receipt':
      return eventOf(Stock, 'goodsReceived', data);
    case 'issue':
      return eventOf(Stock, 'stockIssued', { ...data, cause });
    case 'return':
      return eventOf(Stock, 'goodsReturned', { ...data, cause });
    case 'adjustment':
      return eventOf(Stock, 'stockAdjusted', { ...data, reason: cause });
  }
}

/** Records the moves of one currency in a transaction; the value that late ones change in others is
 * reported by the last document. The answer of a command is stored with it. */
export async function moveStock(
  session: Session,
  moves: readonly StockMove[],
  { clock, ids, context }: { clock: Clock; ids: Ids; context: CallContext },
): Promise<readonly Moved[]> {
  const currency = moves[0]?.currency ?? '';
  invariant(
    moves.every((move) => move.currency === currency),
    'Documents that move stock together are of one currency',
  );
  const documents = moves.map((move) => ({ move, id: ids.next() as Id<'stockDocument'> }));
  const movements = documents.flatMap(({ move, id }) => movementsOf(move, id));
  const minorUnits = minorUnitsOf(currencyCode(currency));
  const { values, differences } = await recordMovements(session.stock, movements, minorUnits);
  const moved: Moved[] = [];
  const transitions: Transition[] = [];
  let at = 0;
  for (const [index, { move, id }] of documents.entries()) {
    const own = values.slice(at, (at += move.lines.length));
    const events = [eventFor(move, id, own)];
    if (differences.length && index === documents.length - 1)
      events.push(
        eventOf(Stock, 'valuationCorrected', {
          documentId: id,
          currency,
          differences: [...differences],
        }),
      );
    transitions.push(transitionOf(stockDocument, undefined, id, events));
    const value = own.reduce((sum, each) => sum + each, 0n);
    moved.push({ documentId: id, number: move.number, value });
  }
  const [output] = moved;
  await session.write(unitOf(context, clock.now(), { transitions, output }));
  return moved;
}
