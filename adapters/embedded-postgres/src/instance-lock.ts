// One server for each data directory: the second start learns where the first one answers.
import { setTimeout as pause } from 'node:timers/promises';
import { askSocket, holdSocket, type SocketHold } from './exclusive-socket.ts';

export interface Instance {
  readonly pid: number;
  readonly url: string;
}

/** What a server says of itself; `url` stays undefined until it listens. */
export interface InstanceDescription {
  readonly pid: number;
  readonly url: string | undefined;
}

const purpose = 'server';
const askAgainAfterMs = 100;

/**
 * Makes this process the one server of the directory until it releases or ends, even by kill -9.
 * Undefined when another process is: ask it with `askInstance`.
 */
export const holdInstance = (
  directory: string,
  describe: () => InstanceDescription,
): Promise<SocketHold | undefined> =>
  holdSocket(purpose, directory, () => JSON.stringify(describe()));

/**
 * The server of this directory, once it has its address. Undefined when there is none, when it
 * ends while we wait, or when it has no address after `waitMs` (two minutes unless told).
 */
export async function askInstance(
  directory: string,
  { waitMs = 120_000 }: { waitMs?: number } = {},
): Promise<Instance | undefined> {
  const until = performance.now() + waitMs;
  do {
    const answer = await askSocket(purpose, directory);
    if (answer === undefined) return undefined;
    const { pid, url }: InstanceDescription = JSON.parse(answer);
    if (url) return { pid, url };
    await pause(askAgainAfterMs);
  } while (performance.now() < until);
  return undefined;
}
