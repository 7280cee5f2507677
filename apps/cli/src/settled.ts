/** Waits until every event so far has been handled by everybody who listens. */
import { setTimeout as pause } from 'node:timers/promises';
import { isProtocolError } from '@morrow/contract';
import { keepingOf } from '@morrow/protocol-keeping';
import type { Session } from './session.ts';

const pollMs = 150;
const giveUpMs = 60_000;

/** A server or database that is away is waited for, like events that are not handled yet. */
function notKnown(error: unknown): Lag {
  if (isProtocolError(error) && ['unavailable', 'timeout'].includes(error.fault))
    return { behind: Infinity, parked: 0 };
  throw error;
}

interface Lag {
  readonly behind: number;
  readonly parked: number;
}
async function lagOf({ domains, port, context }: Session): Promise<Lag> {
  const lags = await Promise.all(
    domains.map(async (domain) => ({
      domain,
      ...(await port(keepingOf(domain)).lag({}, context())),
    })),
  );
  const published = new Map<string, number>(lags.map((lag) => [lag.domain, lag.published]));
  let behind = 0;
  let parked = 0;
  for (const { waiting, handlers } of lags) {
    behind += waiting;
    for (const handler of handlers) {
      behind += Math.max(0, (published.get(handler.producer) ?? 0) - handler.watermark);
      parked += handler.parked;
    }
  }
  return { behind, parked };
}

const waiting = (behind: number): string =>
  behind === Infinity ? 'the server is away' : `${behind} events are not handled yet`;

const byTimers = { now: () => performance.now(), pause: (ms: number) => pause(ms) };

export interface Settling {
  /** What passes the time between two looks; tests have a clock of their own. */
  readonly time?: { now(): number; pause(ms: number): Promise<unknown> };
  /** Whether dead letters make it fail, as they do unless told, or are left alone. */
  readonly parked?: 'fail' | 'left';
}

/** Resolves when nothing is in flight; fails after a minute without progress. */
export async function settled(
  session: Session,
  say: (line: string) => void,
  { time = byTimers, parked: onParked = 'fail' }: Settling = {},
): Promise<void> {
  let last = Infinity;
  let calm = 0;
  for (let since = time.now(); ;) {
    const { behind, parked } = await lagOf(session).catch(notKnown);
    // an answer of the last handler may begin a new round
    calm = behind === 0 ? calm + 1 : 0;
    if (calm >= 2) {
      if (!parked || onParked === 'left') return;
      throw new Error(`Handlers failed on ${parked} events. See \`morrow letter list\`.`);
    }
    if (behind < last) since = time.now();
    last = behind;
    if (behind > 0) say(waiting(behind));
    if (time.now() - since > giveUpMs)
      throw new Error(`No progress for a minute: ${waiting(behind)}.`);
    await time.pause(pollMs);
  }
}
