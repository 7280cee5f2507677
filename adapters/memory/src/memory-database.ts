/** What a database of one (tenant, domain) holds, for every process that has it open, and the turns
 * in which it is changed. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import type { StoredDomain, StoredEvent } from '@morrow/engines';
import type { JsonObject } from '@morrow/kernel';
import { Tables } from './tables.ts';

/** Work on a draft, again where a conflict ended it. */
type Work<T> = (draft: Tables) => Promise<T>;
/** Called before and after the draft is merged. */
type Around = (when: 'before' | 'after') => void;

/** A transaction, or the database itself, and what waits for its turn in there. */
interface Turn {
  readonly draft?: Tables | undefined;
  readonly outer?: Turn | undefined;
  isOpen: boolean;
  last: Promise<unknown>;
}
/** What came of one try; undefined where an outer transaction had changed the same rows. */
type Tried<T> = { readonly result: T } | undefined;

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
  readonly #domain: StoredDomain;
  readonly #turns = new AsyncLocalStorage<Turn>();
  readonly #whole: Turn = { isOpen: true, last: Promise.resolve() };

  constructor(domain: StoredDomain) {
    this.#domain = domain;
    this.tables = new Tables(domain);
  }

  /** Runs the work on a draft and merges it, after all work that came before. Work that is begun
   * inside a transaction does not wait for that one, as if it had a connection of its own; only
   * where both change the same row, it runs again after it. */
  commit<T>(work: Work<T>, around: Around): Promise<T> {
    const turn = this.#turns.getStore();
    return this.#commitIn(turn?.isOpen ? turn : this.#whole, work, around);
  }

  async #commitIn<T>(outer: Turn, work: Work<T>, around: Around): Promise<T> {
    // as if it came over a connection: timers and other callers have their turn in between
    const trying = outer.last.then(() => setImmediate()).then(() => this.#try(outer, work, around));
    outer.last = trying.catch(() => undefined);
    const tried = await trying;
    return tried ? tried.result : this.#commitIn(this.#whole, work, around);
  }

  async #try<T>(outer: Turn, work: Work<T>, around: Around): Promise<Tried<T>> {
    const draft = new Tables(this.#domain, this.tables);
    const turn: Turn = { draft, outer, isOpen: true, last: Promise.resolve() };
    try {
      const result = await this.#turns.run(turn, () => work(draft));
      for (let each: Turn | undefined = outer; each; each = each.outer)
        if (each.draft?.changesSame(draft)) return undefined;
      around('before');
      draft.merge();
      around('after');
      return { result };
    } finally {
      turn.isOpen = false;
    }
  }
}
