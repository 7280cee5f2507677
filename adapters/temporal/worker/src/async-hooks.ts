/** Stands for `node:async_hooks` inside of the bundle. Nothing there opens a transaction, so that
 * nothing has to be known about one. */

export class AsyncLocalStorage<T> {
  #store: T | undefined;

  /** Undefined outside of a `run`. */
  getStore(): T | undefined {
    return this.#store;
  }
  /** The value holds until the work has returned, which is all that is asked for in a run. */
  run<R>(store: T, work: () => R): R {
    const before = this.#store;
    this.#store = store;
    try {
      return work();
    } finally {
      this.#store = before;
    }
  }
}
