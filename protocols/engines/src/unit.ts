/** What commits together, and why it may be refused. */
import { CommitConflict, type Receipt } from '@morrow/contract';
import type { JsonObject } from '@morrow/kernel';
import type { DocumentRow } from './documents.ts';
import type { EventMeta, NewEvent } from './events.ts';
import type { EntryRow } from './ledger-tables.ts';
import type { Timer } from './timers.ts';

/** One move of one document: its row afterwards and the events that made it so. */
export interface Transition<Fields extends JsonObject = JsonObject> {
  readonly documentType: string;
  /** `version` is the one after: the stored version must be `version - events.length`. */
  readonly row: DocumentRow<Fields>;
  readonly events: readonly NewEvent[];
}

/** All that commits together, or not at all. Units of many callers share one commit; a refused unit
 * does not fail its neighbours. */
export interface Unit {
  readonly meta: EventMeta;
  /** ISO 8601, UTC: the moment of the change. */
  readonly at: string;
  readonly transitions: readonly Transition[];
  readonly receipt?: Receipt | undefined;
  /** Rows of the book-keeper's engine. */
  readonly entries?: readonly EntryRow[] | undefined;
  /** Set with the change; one whose id stands is set anew. */
  readonly timers?: readonly Timer[] | undefined;
  /** Ids of timers that shall not come any more. */
  readonly timersDropped?: readonly string[] | undefined;
  /** Version of the ledger's facts (accounts, periods) that the entries were decided on. */
  readonly factsVersion?: number | undefined;
}

/** Called before and after each commit, so that tests can end a process there. `units`: what it
 * stores, as far as it stores units. */
export type CommitPoint = (
  label: string,
  when: 'before' | 'after',
  units?: readonly Unit[],
) => void;

/** Why a unit was not committed; nothing of it was stored. */
export type CommitProblem = 'staleVersion' | 'duplicate' | 'staleFacts' | 'alreadyPosted';
export class CommitRefused extends CommitConflict {
  override readonly name = 'CommitRefused';
  readonly problem: CommitProblem;
  /** Document id, unique value or source that stood in the way. */
  readonly subject: string;
  constructor(problem: CommitProblem, subject: string) {
    super(`${problem}: ${subject}`);
    this.problem = problem;
    this.subject = subject;
  }
}
