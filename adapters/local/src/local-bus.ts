/** The bus within one process: hands events over after the publisher has gone on. */
import type { Bus, StoredEvent } from '@morrow/engines';

type Listener = (tenant: string, events: readonly StoredEvent[]) => void;
type Waits = (tenant: string) => boolean;

export class LocalBus implements Bus {
  readonly #listeners = new Map<string, Map<Listener, Waits>>();
  readonly #onProblem: (error: unknown) => void;

  /** `onProblem` hears what a listener threw. */
  constructor(onProblem: (error: unknown) => void = () => undefined) {
    this.#onProblem = onProblem;
  }

  publish(tenant: string, domain: string, events: readonly StoredEvent[]): void {
    const listeners = this.#listeners.get(domain);
    if (!listeners?.size) return;
    // Each in a turn of its own: one that throws must not silence the others.
    for (const listener of listeners.keys())
      setImmediate(() => {
        try {
          if (listeners.has(listener)) listener(tenant, events);
        } catch (error) {
          this.#onProblem(error);
        }
      });
  }
  isHeard(domain: string): boolean {
    return (this.#listeners.get(domain)?.size ?? 0) > 0;
  }
  isAwaited(tenant: string, domain: string): boolean {
    return [...(this.#listeners.get(domain)?.values() ?? [])].some((waits) => waits(tenant));
  }
  subscribe(domain: string, listener: Listener, waits: Waits = () => true): () => void {
    const listeners = this.#listeners.get(domain) ?? new Map<Listener, Waits>();
    this.#listeners.set(domain, listeners);
    listeners.set(listener, waits);
    return () => listeners.delete(listener);
  }
  async close(): Promise<void> {
    this.#listeners.clear();
  }
}
