/** Neighbours: the processes that host what this one requires; boot waits for them, and says who is
 * missing. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Protocol } from '@morrow/contract';
import type { About } from '@morrow/protocol-keeping';

/** What one neighbour should offer. */
export interface Neighbour {
  readonly domain: string;
  readonly protocols: readonly Protocol[];
  /** The handshake: rejects while nobody answers. */
  about(): Promise<About>;
}
const askAgainMs = 200;

/** A sentence for each protocol that is offered in another version, or not at all. */
export function mismatches({ domain, protocols }: Neighbour, offered: About): readonly string[] {
  return protocols.flatMap(({ spec: { name, version } }) => {
    const found = offered.protocols.find((one) => one.name === name);
    if (found?.version === version) return [];
    const other = found ? `offers version ${found.version}` : 'does not offer it';
    const there = `${domain} of release ${offered.release}`;
    return [`This process needs ${name} in version ${version}, but ${there} ${other}.`];
  });
}

/** Asks all at once until each has answered or the time is over; gives sentences on what is
 * missing. */
export async function awaitNeighbours(
  neighbours: readonly Neighbour[],
  waitMs: number,
): Promise<readonly string[]> {
  const giveUpAt = performance.now() + waitMs;
  const asked = neighbours.map(async (neighbour): Promise<readonly string[]> => {
    for (;;)
      try {
        return mismatches(neighbour, await neighbour.about());
      } catch {
        if (performance.now() > giveUpAt)
          return [`${neighbour.domain} does not answer: calls to it are refused until it does.`];
        await pause(askAgainMs);
      }
  });
  return (await Promise.all(asked)).flat();
}
