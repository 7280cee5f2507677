/** Replays under way and ended, one at a time for each tenant; what they came to is kept in the
 * store. */
import type { Rebuild, Store, Stores } from '@morrow/engines';
import type { JsonObject } from '@morrow/kernel';
import type { ReplayState } from '@morrow/protocol-keeping';
import { replay, type Derivation, type ReplayResult } from './replay.ts';

const nothing: ReplayState = {
  phase: 'none',
  read: 0,
  total: 0,
  tables: [],
  faults: [],
  isSwapped: false,
};

const stateOf = ({ events, tables, faults, isSwapped }: ReplayResult): ReplayState => ({
  phase: faults.length && !isSwapped ? 'failed' : 'done',
  read: events,
  total: events,
  tables: tables.map(({ table, stored, rebuilt }) => ({
    table,
    rows: stored.rows,
    hash: stored.hash,
    rebuiltRows: rebuilt.rows,
    rebuiltHash: rebuilt.hash,
  })),
  faults: [...faults, ...tables.flatMap(({ differences }) => differences)]
    .slice(0, 200)
    .map((fault) => fault.slice(0, 300)),
  isSwapped,
});

export class Replays {
  readonly #stores: Stores;
  readonly #derivation: Derivation;
  readonly #onProblem: (sentence: string, cause: unknown) => void;
  readonly #resetProjections: ((tenant: string) => Promise<void>) | undefined;
  readonly #running = new Set<Promise<void>>();

  constructor(
    stores: Stores,
    derivation: Derivation,
    onProblem: (sentence: string, cause: unknown) => void,
    resetProjections?: (tenant: string) => Promise<void>,
  ) {
    this.#stores = stores;
    this.#derivation = derivation;
    this.#onProblem = onProblem;
    this.#resetProjections = resetProjections;
  }

  /** Whether it could begin: false while one is under way. */
  async begin(tenant: string, isToSwap: boolean): Promise<boolean> {
    const store = this.#stores.of(tenant);
    const rebuild = await store.rebuild();
    if (!rebuild) return false;
    await note(store, { ...nothing, phase: 'running' });
    const work = this.#run(tenant, store, rebuild, isToSwap).finally(() =>
      this.#running.delete(work),
    );
    this.#running.add(work);
    return true;
  }

  async #run(tenant: string, store: Store, rebuild: Rebuild, isToSwap: boolean): Promise<void> {
    try {
      const total = await rebuild.count();
      const result = await replay(rebuild, this.#derivation, isToSwap, (read) =>
        note(store, { ...nothing, phase: 'running', read, total }),
      );
      if (result.isSwapped) await this.#resetProjections?.(tenant);
      await note(store, stateOf(result));
    } catch (error) {
      this.#onProblem('A replay failed', error);
      const sentence = `The replay failed: ${(error as Error).message}`.slice(0, 300);
      await note(store, failed(sentence)).catch(() => undefined);
    } finally {
      await rebuild.close().catch((error) => this.#onProblem('A replay left tables', error));
    }
  }

  async state(tenant: string): Promise<ReplayState> {
    const last = await this.#stores.of(tenant).upkeep.lastReplay();
    if (!last) return nothing;
    const state = last.state as unknown as ReplayState;
    if (state.phase === 'running' && !last.isUnderWay)
      return failed('The process that replayed has ended: replay again.');
    return state;
  }

  /** Waits for what is under way. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.#running);
  }
}

const note = (store: Store, state: ReplayState) =>
  store.upkeep.noteReplay(state as unknown as JsonObject);
const failed = (sentence: string): ReplayState => ({
  ...nothing,
  phase: 'failed',
  faults: [sentence],
});
