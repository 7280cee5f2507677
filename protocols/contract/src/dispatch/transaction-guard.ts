/** Knows whether the caller stands inside an open transaction: a call into another domain from
 * there throws. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { InvariantError } from '@morrow/kernel';

const open = new AsyncLocalStorage<string>();

/** Runs the work as inside a transaction of the domain named. */
export const insideTransaction = <T>(domain: string, work: () => Promise<T>): Promise<T> =>
  open.run(domain, work);

let everOpened = false;
/** Adapters call this when they open their first transaction, so that processes without one pay
 * nothing. */
export const watchTransactions = (): void => {
  everOpened = true;
};

/** Throws when a transaction is open: what it holds would wait on another domain (law 3). */
export function refuseInsideTransaction(protocol: string): void {
  const domain = everOpened ? open.getStore() : undefined;
  if (domain !== undefined)
    throw new InvariantError(
      `${protocol} was called from inside an open transaction of ${domain}: commit first`,
    );
}
