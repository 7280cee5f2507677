/** The port that carries hints of published events; the event table stays the truth. */
import type { StoredEvent } from './store.ts';

export interface Bus {
  /** Tells whoever listens; may lose, double or reorder. */
  publish(tenant: string, domain: string, events: readonly StoredEvent[]): void;
  /** Whether anybody may listen to the events of a domain. */
  isHeard(domain: string): boolean;
  /** Whether any listener may want some of them now. */
  isAwaited(tenant: string, domain: string): boolean;
  /** Hears of the events of one domain, of every tenant. `waits` says whether it wants any of a
   * tenant now; absent: it does. */
  subscribe(
    domain: string,
    listener: (tenant: string, events: readonly StoredEvent[]) => void,
    waits?: (tenant: string) => boolean,
  ): () => void;
  close(): Promise<void>;
}
