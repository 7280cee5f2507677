/** Events: how fast they are read and decoded in order, and how soon a handler sees a commit. */
import { setTimeout as pause } from 'node:timers/promises';
import { systemIds } from '@morrow/adapter-local';
import type { Reaction } from '@morrow/contract';
import { handled, ownEvents } from '@morrow/event-keeper';
import { startServers } from './side-by-side.ts';
import { median, percentile, type Figure, type Load } from './figures.ts';
import { Priced } from './subjects/priced.ts';
import { commit, fill, opening, openDesk } from './subjects/tickets.ts';

const pageSize = 1000;
const perSecond = 1000;

export async function reading(load: Load): Promise<readonly Figure[]> {
  startServers();
  return [...(await readSide(load)), ...(await latency(load))];
}

async function readSide({ isQuick }: Load): Promise<readonly Figure[]> {
  const desk = await openDesk('bench_reading');
  try {
    await fill(desk, isQuick ? 200 : 2000, 25);
    while ((await desk.store.relay.position()).waiting) await pause(50);
    const source = ownEvents(desk.store);
    const rates: number[] = [];
    for (let round = -1; round < (isQuick ? 1 : 5); round++) {
      const start = performance.now();
      let read = 0;
      for (let after = 0; ;) {
        const events = await source.since(after, pageSize);
        for (const event of events) after = handled(Priced, event).number;
        read += events.length;
        if (events.length < pageSize) break;
      }
      if (round >= 0) rates.push((read * 1000) / (performance.now() - start));
    }
    return [
      {
        name: `read in order and decoded, ${pageSize} at a time`,
        value: median(rates),
        unit: '1/s',
        bar: { atLeast: 50_000 },
      },
    ];
  } finally {
    await desk.drop();
  }
}

/** Commits at an even rate; from the answer of the commit until a reaction holds the event. */
async function latency({ isQuick }: Load): Promise<readonly Figure[]> {
  const answeredAt = new Map<string, number>();
  const handledAt = new Map<string, number>();
  const reaction: Reaction = {
    kind: 'reaction',
    name: 'watch',
    on: Priced,
    events: ['opened'],
    async handle(events) {
      for (const { streamId } of events) handledAt.set(streamId, performance.now());
    },
  };
  const desk = await openDesk('bench_latency', [reaction]);
  try {
    const seconds = isQuick ? 2 : 10;
    const underWay: Promise<unknown>[] = [];
    const start = performance.now();
    for (let sent = 0; sent < seconds * perSecond; sent++) {
      const due = start + (sent * 1000) / perSecond;
      if (performance.now() < due) await pause(due - performance.now());
      const transition = opening(systemIds.next());
      const committed = commit(desk, transition);
      underWay.push(committed.then(() => answeredAt.set(transition.row.id, performance.now())));
    }
    await Promise.all(underWay);
    while (handledAt.size < answeredAt.size) await pause(20);
    const waits = [...answeredAt]
      .slice(perSecond)
      .map(([id, at]) => Math.max(0, (handledAt.get(id) ?? Number.NaN) - at));
    const name = `commit to handler at ${perSecond}/s`;
    return [
      { name: `${name}, p50`, value: percentile(waits, 0.5), unit: 'ms' },
      { name: `${name}, p99`, value: percentile(waits, 0.99), unit: 'ms', bar: { atMost: 20 } },
    ];
  } finally {
    await desk.drop();
  }
}
