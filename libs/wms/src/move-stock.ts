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
import {
  currencyCode,
  invariant,
  isWithin,
  lineAmountMax,
  minorUnitsOf,
  quantityOf,
  type Id,
} from '@morrow/kernel';
import { differencesMax, Stock } from '@morrow/protocol-stock';
import {
  OutOfBounds,
  movementPlace,
  recordMovements,
  type BalanceRow,
  type MovementRow,
  type NewMovement,
  type StockKey,
} from '@morrow/stock-keeper';
import type { StockTools } from './reserve-stock.ts';
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
/** Throws where the balances that moves have led to are not allowed. */
export type Refusal = (moves: readonly StockMove[], balances: readonly BalanceRow[]) => void;

const distinct = (keys: readonly StockKey[]) => [
  ...new Map(keys.map((key) => [`${key.warehouse} ${key.item}`, key])).values(),
];
/** Balances that moves change. */
export const movementKeys = (moves: readonly StockMove[]): readonly StockKey[] =>
  moves.flatMap(({ warehouse, lines }) => lines.map(({ item }) => ({ item, warehouse })));
/** Balances that moves bring goods to. */
export const keysIn = (moves: readonly StockMove[]): readonly StockKey[] =>
  movementKeys(
    moves.map((move) => ({ ...move, lines: move.lines.filter(({ quantity }) => quantity > 0n) })),
  );

const movementsOf = (move: StockMove, documentId: string): NewMovement[] =>
  move.lines.map(({ item, quantity, cost }, at) => ({
    item,
    warehouse: move.warehouse,
    place: movementPlace(move.effectiveAt, move.number, at),
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

/** What is posted for a document is an amount of the ledger. */
function refuseUnpostable({ lines }: StockMove, values: readonly bigint[]): void {
  if (!values.every((value) => isWithin(value, lineAmountMax)))
    throw new OutOfBounds(lines[0]?.item ?? '');
}

/** Records the moves of one currency in a transaction; the value that late ones change in others is
 * reported by the last document. The answer of a command is stored with it. */
export async function moveStock(
  session: Session,
  moves: readonly StockMove[],
  { clock, ids, context }: StockTools,
  refuse: Refusal = () => undefined,
): Promise<readonly Moved[]> {
  const currency = moves[0]?.currency ?? '';
  invariant(
    moves.every((move) => move.currency === currency),
    'Documents that move stock together are of one currency',
  );
  const documents = moves.map((move) => ({ move, id: ids.next() as Id<'stockDocument'> }));
  const movements = documents.flatMap(({ move, id }) => movementsOf(move, id));
  const minorUnits = minorUnitsOf(currencyCode(currency));
  const recorded = await recordMovements(session.stock, movements, minorUnits);
  const { values, differences } = recorded;
  refuse(moves, recorded.balances);
  const moved: Moved[] = [];
  const transitions: Transition[] = [];
  let at = 0;
  for (const [index, { move, id }] of documents.entries()) {
    const own = values.slice(at, (at += move.lines.length));
    const value = own.reduce((sum, each) => sum + each, 0n);
    refuseUnpostable(move, [value, ...differences.map((difference) => difference.value)]);
    const events = [eventFor(move, id, own)];
    if (index === documents.length - 1)
      for (let from = 0; from < differences.length; from += differencesMax) {
        const some = differences.slice(from, from + differencesMax);
        const corrected = { documentId: id, currency, differences: some };
        events.push(eventOf(Stock, 'valuationCorrected', corrected));
      }
    transitions.push(transitionOf(stockDocument, undefined, id, events));
    moved.push({ documentId: id, number: move.number, value });
  }
  const [output] = moved;
  await session.write(unitOf(context, clock.now(), { transitions, output }));
  return moved;
}

/** Records moves of any currencies in a transaction that has its turn. */
export async function moveAll(
  session: Session,
  moves: readonly StockMove[],
  tools: StockTools,
): Promise<void> {
  const byCurrency = Map.groupBy(moves, ({ currency }) => currency);
  // in one order with whoever has a turn at the same time
  if (byCurrency.size > 1) await session.stock.lock(distinct(movementKeys(moves)));
  for (const same of byCurrency.values()) await moveStock(session, same, tools);
}
