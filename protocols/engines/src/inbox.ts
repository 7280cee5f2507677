/** What handlers have seen, and the events that they could not handle. */
import type { Failed } from './timers.ts';

/** What handlers have seen. Rows at or below the watermark are pruned. */
export interface Inbox {
  /** Highest number below which everything was handled, 0 at first. */
  watermark(handler: string, producer: string): Promise<number>;
  /** Which of these are still to be handled. */
  fresh(handler: string, producer: string, numbers: readonly number[]): Promise<readonly number[]>;
  /** How far each handler is that has handled or failed anything. */
  standings(): Promise<readonly HandlerStanding[]>;
  /** Dead letters after a key, in the order of handler, producer and number. */
  letters(page: LetterPage): Promise<readonly DeadLetter[]>;
  letter(key: LetterKey): Promise<DeadLetter | undefined>;
  /** Dead letters of a handler that are tried again by themselves, the earliest first. */
  toRetry(handler: string, producer: string, limit: number): Promise<readonly DeadLetter[]>;
  /** A letter whose event failed once more; changes nothing where it was settled or has failed
   * meanwhile. */
  postpone(letter: DeadLetter, failed: Failed): Promise<void>;
}
export interface HandlerStanding {
  readonly handler: string;
  readonly producer: string;
  readonly watermark: number;
  /** Dead letters. */
  readonly parked: number;
}
export interface LetterKey {
  readonly handler: string;
  readonly producer: string;
  readonly number: number;
}
export interface LetterPage {
  readonly after?: LetterKey | undefined;
  readonly limit: number;
}
export interface DeadLetter extends LetterKey {
  readonly attempts: number;
  readonly sentence: string;
  /** ISO 8601: when it is tried next; absent: never, a person must act. */
  readonly retryAt?: string | undefined;
}
