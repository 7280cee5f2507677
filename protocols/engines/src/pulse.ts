/** The port that wakes a loop: at a poke, or after a while at the latest. */

/** Pokes between two waits are remembered as one. */
export interface Pulse {
  poke(): void;
  /** Resolves at the next poke, or after so many milliseconds. */
  next(timeoutMs: number): Promise<void>;
}
export type NewPulse = () => Pulse;
