/** The port of a rebuild: a domain's tables derived anew from its events, beside those in use. */
import type { DocumentRow } from './documents.ts';
import type { StoredEvent } from './events.ts';
import type { EntryRow } from './ledger-tables.ts';
import type { MovementRow, StockKey, WaitingRow } from './stock-tables.ts';

/** An event as its stream holds it: numbering is the relay's and plays no part here. */
export type StreamEvent = Omit<StoredEvent, 'number'>;

/** All events of one document or entry, in order. */
export interface Stream {
  readonly id: string;
  readonly documentType: string;
  readonly events: readonly StreamEvent[];
}

/** What a stream says about stock: a movement that is not valued yet, goods set aside, or a line
 * that waits for stock. */
export type StockFact =
  | ({ readonly fact: 'movement'; readonly minorUnits: number } & Unvalued)
  | ({ readonly fact: 'reserved'; readonly quantity: bigint } & StockKey)
  | ({ readonly fact: 'waiting' } & Omit<WaitingRow, 'reservation'>);
export type Unvalued = Omit<
  MovementRow,
  'value' | 'correction' | 'onHandAfter' | 'valueAfter' | 'costAfter'
>;
/** A movement to be valued, with the decimals of its currency. */
export type MovementFact = Extract<StockFact, { readonly fact: 'movement' }>;

export interface DerivedDocument {
  readonly documentType: string;
  readonly row: DocumentRow;
  /** ISO 8601: moments of the first and the last event. */
  readonly createdAt: string;
  readonly updatedAt: string;
}
/** Rows that a stream gives. */
export interface Derived {
  readonly streamId: string;
  readonly document?: DerivedDocument | undefined;
  readonly entries: readonly EntryRow[];
  readonly facts: readonly StockFact[];
}
/** A document after each event of its stream, by the logic of today; empty where none is known. */
export type StepsOf = (stream: Stream) => readonly DocumentRow[];

/** One table in use against the one derived from events. */
export interface Comparison {
  readonly table: string;
  readonly stored: Contents;
  readonly rebuilt: Contents;
  /** Sentences that name rows which differ, 20 rows at most, and one that counts the others. Each
   * differing column has both values and, for a document, the event that set the derived one. */
  readonly differences: readonly string[];
}
export interface Contents {
  readonly rows: number;
  /** Of all rows, whatever their order; 32 characters at most. */
  readonly hash: string;
}

/** Values movements of one item in one warehouse after another, each key's in their order. */
export type ValueMovements = (facts: readonly MovementFact[]) => readonly MovementRow[];

export interface Rebuild {
  /** Events in the snapshot that the rebuild reads. */
  count(): Promise<number>;
  /** Whole streams of the snapshot, some thousand events at a time. */
  streams(): AsyncIterable<readonly Stream[]>;
  write(derived: readonly Derived[]): Promise<void>;
  /** Balances and values of all that was written. */
  settle(value: ValueMovements): Promise<void>;
  /** Without steps the events that set a value are not named. */
  compare(steps?: StepsOf): Promise<readonly Comparison[]>;
  /** Holds up writers, takes in what was committed since the snapshot, and puts the tables derived
   * from events in the place of those in use, in one transaction. */
  swap(derive: (stream: Stream) => Derived, newValuer: () => ValueMovements): Promise<void>;
  /** Drops what is left of it. */
  close(): Promise<void>;
}
