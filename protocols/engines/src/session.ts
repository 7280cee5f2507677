/** The port of an open transaction. */
import type { DocumentRow, Reads } from './documents.ts';
import type { DeadLetter } from './inbox.ts';
import type { StockTables } from './stock-tables.ts';
import type { DueTimer } from './timers.ts';
import type { Unit } from './unit.ts';
import type { WorkflowTables } from './workflow-tables.ts';

/** An open transaction of one domain. No call into another domain while it is open. */
export interface Session extends Reads {
  /** As `loadMany`, in the order of the ids, in which the rows are locked until the commit. */
  lockMany(type: string, ids: readonly string[]): Promise<readonly DocumentRow[]>;
  /** Writes the unit inside this transaction; throws CommitRefused. */
  write(unit: Unit): Promise<void>;
  /** Keepers' engines, bound to this transaction. */
  readonly stock: StockTables;
  readonly workflow: WorkflowTables;
  /** Marks events as handled and gives those that were not before. */
  take(handler: string, producer: string, numbers: readonly number[]): Promise<readonly number[]>;
  /** Moves the watermark of a projection, forward or back to 0; false where it does not stand at
   * `from`, because another process has moved it: then nothing is changed. It stays locked until
   * the commit. */
  checkpoint(handler: string, producer: string, from: number, to: number): Promise<boolean>;
  /** Sets an event aside that could not be handled. */
  park(letter: DeadLetter): Promise<void>;
  /** Removes a letter that is handled in this transaction, or dropped; false where it is gone. */
  settle(handler: string, producer: string, number: number): Promise<boolean>;
  /** Ends the first timer for these handlers that is due by `now` (ISO 8601), and gives it; it
   * stays where this transaction fails. Those that other transactions hold are passed over. */
  takeTimer(names: readonly string[], now: string): Promise<DueTimer | undefined>;
  /** Ends a timer whose handler has failed, due or not; undefined where there is none, or where
   * another transaction holds it. */
  takeFailedTimer(id: string): Promise<DueTimer | undefined>;
}
