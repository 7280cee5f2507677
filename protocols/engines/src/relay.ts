/** The port of the relay: how committed events get their numbers. */
import type { StoredEvent } from './events.ts';

/** Numbers committed events: leased and fenced, so that one process at a time does it. */
export interface Relay {
  /** Takes or keeps the lease; undefined while another process holds it. */
  lease(owner: string, ttlMs: number): Promise<number | undefined>;
  /** Gives the next dense numbers to what was committed and returns those events, in order. */
  publish(fence: number, limit: number): Promise<readonly StoredEvent[]>;
  /** The same where nobody listens: reads no event. Gives how many transitions were numbered. */
  number(fence: number, limit: number): Promise<number>;
  release(owner: string): Promise<void>;
  /** Numbers given so far, and transitions that still wait for theirs. */
  position(): Promise<{ readonly published: number; readonly waiting: number }>;
  /** Whether anything waits for its number. Writes nothing. */
  isBehind(): Promise<boolean>;
  /** Called after each commit of this process. */
  onCommit(listener: () => void): void;
  /** Called after anybody wrote into the database, which another process did 12 s ago at most; more
   * often than needed, and for what this process wrote too. */
  onWritten(listener: () => void): void;
}
