/** Workflows of three steps through the embedded engine: started, driven and ended; and the commits
 * that they come down to, without an engine. */
import { newTrace, systemClock, systemIds } from '@morrow/adapter-local';
import { unitOf, type Transition } from '@morrow/document-keeper';
import { actingFor, StoredInstance, type Machine } from '@morrow/workflow-keeper';
import { serveVariants } from '../subject.ts';
import { machines, openWorkflowDesk, owner } from './workflow-desk.ts';

const { stores, book, engine, drop } = await openWorkflowDesk();

const begin = (machine: Machine): Promise<StoredInstance> => {
  const id = systemIds.next();
  const now = systemClock.now().toISOString();
  const data = { name: 'T' };
  const trigger = { type: 'priced.opened', data, streamId: id, at: now, actor: 'person:bench' };
  const who = { onBehalfOf: 'person:bench', trace: newTrace() };
  return StoredInstance.begun(machine, { id, trigger, startKey: id, ...who }, now);
};
const runOne = async (machine: Machine) => {
  const held = await begin(machine);
  await book.save('main', held, owner);
  await engine.take('main', held.stored());
};

/** The same commits without an engine: what a workflow stores when it begins, and afterwards. */
async function commitsOf(machine: Machine): Promise<() => Promise<void>> {
  const begun = await begin(machine);
  const first = { ...begun.transition, events: [...begun.events] };
  const held = begun.stored();
  for (const [step, total] of [
    ['a', 2],
    ['b', 4],
    ['c', 8],
  ] as const) {
    const of = { step, isUndo: false, epoch: 0 };
    const output = { ok: true, id: 1, total };
    await held.tell({ kind: 'answered', ...of, output }, systemClock.now().toISOString());
  }
  const last = held.transition;
  const context = { tenant: 'main', deadlineAt: 0, ...actingFor(held) };
  const store = stores.of('main');
  return async () => {
    const id = systemIds.next();
    const of = ({ documentType, row, events }: Transition) => ({
      ...{ documentType, events },
      row: { ...row, id, fields: { ...row.fields, startKey: id } },
    });
    const dueAt = new Date(Date.now() + 60_000).toISOString();
    const alarm = { id, dueAt, streamId: id, name: 'instance', data: { owner } };
    const now = systemClock.now();
    const beginning = { transitions: [of(first)], timers: [alarm], output: undefined };
    await store.commit(unitOf(context, now, beginning));
    const ending = { transitions: [of(last)], timersDropped: [id], output: undefined };
    await store.commit(unitOf(context, now, ending));
  };
}
const bare = await commitsOf(machines.price);

await serveVariants(
  [
    { name: 'wf3', fn: () => runOne(machines.price) },
    { name: 'wf3-command', fn: () => runOne(machines.charge) },
    { name: 'commits', fn: bare },
  ],
  drop,
);
