/** The port of the book-keeper's tables: journal entries, their lines and turnovers. */
import type { EventMeta, NewEvent } from './events.ts';

/** A journal entry as stored. */
export interface EntryRow {
  readonly id: string;
  /** What it was posted for; unique, so that posting twice is posting once. */
  readonly source: string;
  /** YYYY-MM-DD */
  readonly date: string;
  readonly currency: string;
  readonly memo: string;
  readonly lines: readonly EntryLineRow[];
  /** Stored as the first event of a stream with the entry's id; an entry has no document row. */
  readonly event?: NewEvent | undefined;
}
export interface EntryLineRow {
  readonly account: string;
  /** Minor units as a decimal string; debit above zero, credit below. */
  readonly amount: string;
}

export interface AccountTotal {
  readonly account: string;
  /** Minor units, both at or above zero. */
  readonly debit: bigint;
  readonly credit: bigint;
}
/** Reads of the book-keeper's tables. */
export interface LedgerTables {
  /** Turnover by account, from a day and up to a day where they are given. */
  totals(currency: string, upTo?: string, from?: string): Promise<readonly AccountTotal[]>;
  totalsByPeriod(): Promise<
    readonly (AccountTotal & { readonly period: string; readonly currency: string })[]
  >;
  /** Lines of one account in order of (date, entry, line), after the cursor, within the days. */
  linesOf(
    account: string,
    after: string | undefined,
    limit: number,
    days?: Days,
  ): Promise<readonly LedgerLine[]>;
  /** Sum of the lines of one account before a day: debit above zero. */
  balanceBefore(account: string, day: string): Promise<bigint>;
  /** Entries of these sources, those that stand. */
  entriesOf(sources: readonly string[]): Promise<readonly EntryRow[]>;
  /** When the last event of each stream was stored and who caused it, also before it is
   * numbered. */
  lastChanges(streamIds: readonly string[]): Promise<readonly StreamChange[]>;
  entries(after: string | undefined, limit: number): Promise<readonly EntryRow[]>;
  posted(sources: readonly string[]): Promise<readonly string[]>;
  /** Entry by its id. */
  entry(id: string): Promise<EntryRow | undefined>;
  /** Entry by its source. */
  entryOf(source: string): Promise<EntryRow | undefined>;
  /** Moves whenever an account or a period changes. */
  factsVersion(): Promise<number>;
}
/** Calendar days, both included, YYYY-MM-DD. */
export interface Days {
  readonly from?: string | undefined;
  readonly upTo?: string | undefined;
}
export interface StreamChange {
  readonly streamId: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly meta: EventMeta;
}
export interface LedgerLine extends EntryLineRow {
  readonly entry: string;
  readonly date: string;
  readonly memo: string;
  readonly source: string;
  readonly cursor: string;
}
