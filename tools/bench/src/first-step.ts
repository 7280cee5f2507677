/** From the commit of an event to the first step of the workflow that it starts; and what an engine
 * takes of the processor when it has nothing to do. */
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock, systemIds } from '@morrow/adapter-local';
import { unitOf } from '@morrow/document-keeper';
import { workflowInstance, type InstanceFields } from '@morrow/workflow-keeper';
import { percentile, type Figure, type Load } from './figures.ts';
import { startServers } from './side-by-side.ts';
import { callContext } from './subjects/priced.ts';
import { opening } from './subjects/tickets.ts';
import { machines, openWorkflowDesk, type WorkflowDesk } from './subjects/workflow-desk.ts';

const perSecond = 100;
const pageRows = 200;

export async function firstStep({ isQuick }: Load): Promise<readonly Figure[]> {
  startServers();
  /** Moments of the first call of each instance, by its id. */
  const calledAt = new Map<string, number>();
  const desk = await openWorkflowDesk({
    started: machines.price,
    onCall(key = '') {
      const [instance = ''] = key.split('/');
      if (!calledAt.has(instance)) calledAt.set(instance, performance.now());
    },
  });
  try {
    const answeredAt = await commitEvenly(desk, isQuick ? 2 : 10);
    while (calledAt.size < answeredAt.size) await pause(20);
    const streams = await streamsOf(desk);
    const waits = [...calledAt]
      .map(([instance, at]) => at - (answeredAt.get(streams.get(instance) ?? '') ?? Number.NaN))
      .slice(perSecond);
    const name = `event to first step at ${perSecond}/s`;
    return [
      { name: `${name}, p50`, value: percentile(waits, 0.5), unit: 'ms' },
      { name: `${name}, p99`, value: percentile(waits, 0.99), unit: 'ms', bar: { atMost: 50 } },
      await idleShare(isQuick ? 2000 : 10_000),
    ];
  } finally {
    await desk.drop();
  }
}

/** Commits one event after the other; gives the moment of each answer by its stream. */
async function commitEvenly({ desk }: WorkflowDesk, seconds: number) {
  const answeredAt = new Map<string, number>();
  const store = desk.of('main');
  const underWay: Promise<unknown>[] = [];
  const start = performance.now();
  for (let sent = 0; sent < seconds * perSecond; sent++) {
    const due = start + (sent * 1000) / perSecond;
    if (performance.now() < due) await pause(due - performance.now());
    const transition = opening(systemIds.next());
    const change = { transitions: [transition], output: undefined };
    const committed = store.commit(unitOf(callContext(), systemClock.now(), change));
    underWay.push(committed.then(() => answeredAt.set(transition.row.id, performance.now())));
  }
  await Promise.all(underWay);
  return answeredAt;
}

/** The stream of the event that started each instance. */
async function streamsOf({ stores }: WorkflowDesk) {
  const streams = new Map<string, string>();
  for (let after: string | undefined; ;) {
    const page = { after, limit: pageRows };
    const rows = await stores.of('main').list(workflowInstance.name, page);
    for (const { id, fields } of rows) streams.set(id, (fields as InstanceFields).trigger.streamId);
    if (rows.length < pageRows) return streams;
    after = rows.at(-1)?.id;
  }
}

/** Processor time of this process, relays and engine in it, while nothing happens. */
async function idleShare(ms: number): Promise<Figure> {
  const before = process.cpuUsage();
  await pause(ms);
  const { user, system } = process.cpuUsage(before);
  const share = ((user + system) / 1000 / ms) * 100;
  return { name: 'CPU of an engine that is idle', value: share, unit: '%', bar: { atMost: 2 } };
}
