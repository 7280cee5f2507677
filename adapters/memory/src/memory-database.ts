/** What a database of one (tenant, domain) holds, for every process that has it open. */
import { setImmediate } from 'node:timers/promises';
import type { StoredDomain, StoredEvent } from '@morrow/engines';
import type { JsonObject } from '@morrow/kernel';
import { Tables } from './tables.ts';

export class MemoryDatabase {
  readonly tables: Tables;
  /** In the order of their numbers, from 1. */
  readonly published: StoredEvent[] = [];
  readonly lease: { owner: string | undefined; fence: number; until: number } = {
    ...{ owner: undefined, fence: 0, until: -Infinity },
  };
  /** Called after each write, once for each process. */
  readonly onWritten = new Set<() => void>();
  isRebuilding = false;
  replay: JsonObject | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(domain: StoredDomain) {
    this.tables = new Tables(domain);
  }
  /** Runs the work once all work before it has ended. Work must not wait for other work that is
   * queued here: it would wait for ever. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    // as if it came over a connection: timers and other callers have their turn in between
    const result = this.#last.then(() => setImmediate()).then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
