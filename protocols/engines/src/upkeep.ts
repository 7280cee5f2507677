/** The port of upkeep: checks and hashes of one database, and what is removed after a while. */
import type { JsonObject, LifecyclePin } from '@morrow/kernel';

/** Documents of one type in one state, on one version of their lifecycle. */
export interface LifecycleCountRow {
  readonly documentType: string;
  readonly lifecycle: LifecyclePin;
  readonly state: string;
  readonly documents: number;
}

export interface DigestPage {
  readonly lines: readonly string[];
  /** Where the next page begins; absent after the last line. */
  readonly next?: string | undefined;
}

/** Checks and hashes of one database. */
export interface Upkeep {
  /** Canonical lines of what the domain holds, in no order that another database shares; ids and
   * clock aside. From a place on (`''`: the first), as many as `bytesMax` bytes hold, one at least.
   * Undefined where there is no such place. */
  digestLines(from: string, bytesMax: number): Promise<DigestPage | undefined>;
  /** Sentences that name what breaks a law; empty when all hold. */
  faults(): Promise<readonly string[]>;
  lifecycles(): Promise<readonly LifecycleCountRow[]>;
  /** Keeps what a replay has come to, for whoever asks in any process. */
  noteReplay(state: JsonObject): Promise<void>;
  /** Removes answers kept before the moment (ISO 8601), `limit` at most; says how many. */
  pruneReceipts(before: string, limit: number): Promise<number>;
  lastReplay(): Promise<{ readonly state: JsonObject; readonly isUnderWay: boolean } | undefined>;
}
