/** Loops that a domain runs by itself, and the port that wakes them: at a poke, or after a while at
 * the latest. */

/** Pokes between two waits are remembered as one. */
export interface Pulse {
  poke(): void;
  /** Resolves at the next poke, or after so many milliseconds. Pokes that follow each other closer
   * than `gapMs` are served together, so that a loop under load works on many at a time, while
   * one that was idle wakes at once. */
  next(timeoutMs: number, gapMs?: number): Promise<void>;
}
export type NewPulse = () => Pulse;

/** Loops of a domain's own, beside its handlers. */
export interface Work {
  /** Begins to work for one tenant; called once for each, for one that is added later too. */
  start(tenant: string): void;
  /** Ends for a tenant that is removed, after what is at hand; absent: it ends by itself. */
  stopTenant?(tenant: string): Promise<void>;
  /** Ends after what is at hand; the stores are open until then. */
  stop(): Promise<void>;
}
