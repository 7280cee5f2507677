/** The port of what workflows wait for: events kept by the keys that they are found by, and the
 * steps that await them. No replay derives these rows. */
import type { JsonObject } from '@morrow/kernel';

/** An event under one of its correlation keys. */
export interface HeardEventRow {
  readonly key: string;
  /** The domain that published it, and the number that it has there. */
  readonly producer: string;
  readonly number: number;
  readonly event: JsonObject;
  /** ISO 8601, UTC: the moment of the event. */
  readonly at: string;
}
/** A step of an instance that waits for an event of a key. */
export interface AwaitingStep {
  readonly key: string;
  /** Id of the document that keeps the instance. */
  readonly instance: string;
  readonly step: string;
}

/** The tables inside a transaction. */
export interface WorkflowTables {
  /** Holds the keys until the commit, so that an event and whoever begins to await it see each
   * other. All keys of a transaction go into one call: they are taken in one order for all. */
  lock(keys: readonly string[]): Promise<void>;
  /** Keeps events; those that are there stay as they are. */
  hear(events: readonly HeardEventRow[]): Promise<void>;
  /** Events of these keys from a moment on (ISO 8601), in the order of moment, producer and
   * number; one that was heard under several of the keys comes once for each. */
  heard(keys: readonly string[], since: string): Promise<readonly HeardEventRow[]>;
  await(steps: readonly AwaitingStep[]): Promise<void>;
  awaiting(keys: readonly string[]): Promise<readonly AwaitingStep[]>;
  /** Ends the waiting of an instance; of all its steps where none is named. */
  forget(instance: string, steps?: readonly string[]): Promise<void>;
}
export interface WorkflowUpkeep {
  /** Removes events of before the moment (ISO 8601), `limit` at most; says how many rows. */
  prune(before: string, limit: number): Promise<number>;
}
