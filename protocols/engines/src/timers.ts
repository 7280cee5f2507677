/** The port of timers: what a document asks to be told at a moment, kept in the database of its
 * domain and set in the commit of its change. */
import type { JsonObject } from '@morrow/kernel';
import type { EventMeta } from './events.ts';

export interface Timer {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly dueAt: string;
  /** The document that it belongs to. */
  readonly streamId: string;
  /** Of the handler that it goes to. */
  readonly name: string;
  readonly data: JsonObject;
}
export interface DueTimer extends Timer {
  /** Of the unit that set it. */
  readonly meta: EventMeta;
  /** How often its handler has failed. */
  readonly attempts: number;
}

/** What a person reads of a failure, and when the work is tried again, ISO 8601; absent: never, a
 * person must act. */
export interface Failed {
  readonly sentence: string;
  readonly tryAt?: string | undefined;
}
/** A timer whose handler has failed. */
export interface FailedTimer extends DueTimer {
  readonly sentence: string;
}

/** Who takes timers, and until when they are theirs. */
export interface TimerClaim {
  /** ISO 8601: what is to be tried by then is taken. */
  readonly now: string;
  /** ISO 8601: when they come again, unless they were set anew or dropped. */
  readonly until: string;
  readonly owner: string;
  readonly limit: number;
}

export interface TimerPage {
  /** Id of the last timer of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}
export interface Timers {
  /** Takes timers of one name for a while: the earliest that are due and that nobody else holds,
   * each given as it was before. Until then they are due at `until` with `{ owner }` as their data,
   * so that no second claim gets them. */
  claim(name: string, claim: TimerClaim): Promise<readonly DueTimer[]>;
  /** The earliest moment at which one for these handlers is to be tried, ISO 8601. */
  next(names: readonly string[]): Promise<string | undefined>;
  /** One that failed once more; changes nothing where it was set anew or dropped meanwhile. */
  postpone(timer: DueTimer, failed: Failed): Promise<void>;
  /** Those whose handlers have failed, in the order of their ids, after one. */
  failed(page: TimerPage): Promise<readonly FailedTimer[]>;
  /** One whose handler has failed. */
  failedOne(id: string): Promise<FailedTimer | undefined>;
}
