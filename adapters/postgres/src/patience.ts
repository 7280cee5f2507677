/** Patience with a PostgreSQL that is away: waits while it starts again, and says in the port's
 * words what became of a call. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Connections } from './connection-budget.ts';
import type { Run } from './run.ts';
import { connectionFault, fullFault, isFull, isLost, isUnreachable } from './refusals.ts';

/** How long a call waits for a PostgreSQL that is starting again, in all about 10 s. */
const waitsMs = [20, 50, 100, 200, 400, 800, ...Array<number>(8).fill(1000)];

/** Calls again while nobody listens; then, or where the connection broke, throws a fault of the
 * platform. Other errors are the call's own. */
export async function patiently<T>(domain: string, call: () => Promise<T>): Promise<T> {
  for (let waits = 0; ; waits++)
    try {
      return await call();
    } catch (error) {
      const waitMs = isUnreachable(error) ? waitsMs[waits] : undefined;
      if (waitMs !== undefined) await pause(waitMs);
      else if (isUnreachable(error) || isLost(error)) throw connectionFault(domain, error);
      else if (isFull(error)) throw fullFault(domain, error);
      else throw error;
    }
}

/** Statements on a pool, each with that patience. */
export const patientRun =
  (connections: Connections, domain: string): Run =>
  async (text, values = []) =>
    (await patiently(domain, () => connections.query(text, [...values]))).rows as never;
