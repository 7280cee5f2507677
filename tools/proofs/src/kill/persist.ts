/** Asks a server that dies again and again, as a person would who is told that it is away. */
import { setTimeout as pause } from 'node:timers/promises';
import { isProtocolError } from '@morrow/contract';

const againMs = 50;
/** Bounds a hang: many lives may end at their start, one after the other. */
const atMostMs = 300_000;

/** Whether nothing is known of a call, or another one under its key has not ended. */
const isAway = (error: unknown): boolean =>
  isProtocolError(error) &&
  (['unavailable', 'timeout'].includes(error.fault) || error.code === 'inFlight');

/** Runs again while the server is away; calls under one key take effect once. */
export async function persist<T>(work: () => Promise<T>): Promise<T> {
  for (const until = Date.now() + atMostMs; ;)
    try {
      return await work();
    } catch (error) {
      if (!isAway(error) || Date.now() > until) throw error;
      await pause(againMs);
    }
}
