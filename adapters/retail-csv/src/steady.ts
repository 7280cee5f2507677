/** Repeats a command under its one key while the server is away, so that nothing is lost or
 * doubled. */
import { setTimeout as pause } from 'node:timers/promises';
import { isPlatformConflict, isProtocolError } from '@morrow/contract';

const passing = new Set(['unavailable', 'timeout', 'inFlight', 'exhausted']);
const giveUpMs = 60_000;
const firstWaitMs = 50;
const longestWaitMs = 2_000;

/** Calls until it answers; refusals are thrown at once, a server that stays away after a minute. */
export async function steady<T>(call: () => Promise<T>): Promise<T> {
  const until = performance.now() + giveUpMs;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs))
    try {
      return await call();
    } catch (error) {
      const isPassing =
        isProtocolError(error) && (passing.has(error.fault) || isPlatformConflict(error));
      if (!isPassing || performance.now() > until) throw error;
      await pause(waitMs);
    }
}
