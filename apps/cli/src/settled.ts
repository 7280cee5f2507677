/** Waits until every event so far has been handled by everybody who listens. */
import { setTimeout as pause } from 'node:timers/promises';
import { keepingOf } from '@morrow/protocol-keeping';
import type { Session } from './session.ts';

export const domains = ['masters', 'orders', 'wms', 'finance'] as const;
const pollMs = 150;
const giveUpMs = 60_000;

interface Lag {
  readonly behind: number;
  readonly parked: number;
}
async function lagOf({ port, context }: Session): Promise<Lag> {
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

/** Resolves when nothing is in flight; fails after a minute without progress. */
export async function settled(session: Session, say: (line: string) => void): Promise<void> {
  let best = Infinity;
  let calm = 0;
  for (let since = performance.now(); ;) {
    const { behind, parked } = await lagOf(session);
    if (behind === 0) {
      // an answer of the last handler may begin a new round
      if (++calm >= 2) {
        if (parked) throw new Error(`${parked} events were set aside, since a handler could not handle them: see morrow lag.`); // prettier-ignore
        return;
      }
    } else calm = 0;
    if (behind < best) {
      best = behind;
      since = performance.now();
    }
    if (behind > 0) say(`${behind} events still to be handled`);
    if (performance.now() - since > giveUpMs)
      throw new Error(
        `${behind} events are still not handled, and nothing has moved for a minute.`,
      );
    await pause(pollMs);
  }
}
