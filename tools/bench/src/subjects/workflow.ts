/** Workflows of three steps through the embedded engine: started, driven and ended; and the commits
 * that they come down to, without an engine. */
import { LocalBus, newPulse, newTrace, systemClock, systemIds } from '@morrow/adapter-local';
import { openPostgresStores } from '@morrow/adapter-postgres';
import { bindLocal, invokerOf, type PortOf, type ProtocolSpec } from '@morrow/contract';
import { commitChange, unitOf, type Engines, type Transition } from '@morrow/document-keeper';
import { EventKeeper, ownEvents } from '@morrow/event-keeper';
import {
  actingFor,
  embeddedEngine,
  Held,
  machineOf,
  newInstanceBook,
  workflow,
  workflowApproval,
  workflowInstance,
  type Machine,
} from '@morrow/workflow-keeper';
import { baseServer, serveVariants } from '../subject.ts';
import { Priced, priced, pricedProtocol } from './priced.ts';
import { opening, ticket } from './tickets.ts';

const owner = `bench-${process.pid}`;
const openStores = (name: string, documents: readonly unknown[], keeps: readonly 'workflow'[]) =>
  openPostgresStores({
    server: baseServer,
    domain: { name, documents: documents as never, keeps },
    tenants: ['main'],
    databaseOf: () => `bench_workflow_${process.pid}`,
  });
const stores = await openStores('workflows', [workflowInstance, workflowApproval], ['workflow']);
const desk = await openStores('bench', [ticket], []);
const engines: Engines = { stores: desk };
const keepers = [stores, desk].map(
  (held, at) =>
    new EventKeeper({
      domain: at ? 'bench' : 'workflows',
      handlers: [],
      stores: held,
      bus: new LocalBus(),
      clock: systemClock,
      newPulse,
      owner,
      sourceOf: (tenant) => ownEvents(held.of(tenant)),
      onProblem: (sentence, cause) => process.stderr.write(`${sentence}: ${String(cause)}\n`),
    }),
);
for (const keeper of keepers) keeper.start();

/** The command opens a ticket, so that each call is a commit of its own with a receipt. */
const charging: Priced = {
  ...priced,
  charge: (asked, context) =>
    commitChange(engines, systemClock, context, async () => ({
      transitions: [opening(systemIds.next())],
      output: await priced.price(asked, context),
    })),
};
const receipts = {
  find: (tenant: string, key: string) => desk.of(tenant).findReceipt(key),
  keep: (tenant: string, receipt: never) => desk.of(tenant).keepReceipt(receipt),
};
const port = bindLocal(Priced, charging, { receipts });

/** Three steps, each on what the one before has answered. */
const threeSteps = (operation: 'price' | 'charge'): Machine => {
  const begun = workflow(operation, 1, { summary: 'Three steps' }).on(Priced, 'opened');
  const none = { compensate: { none: 'Nothing was changed.' } };
  const how = operation === 'charge' ? none : {};
  return machineOf(
    begun
      .call('a', Priced, operation, () => ({ ...how, input: { id: 1, sku: 'x', qty: 1 } }))
      .call('b', Priced, operation, ({ steps }) => ({
        ...how,
        after: ['a'],
        input: { id: 1, sku: 'x', qty: steps.a.output.total },
      }))
      .call('c', Priced, operation, ({ steps }) => ({
        ...how,
        after: ['b'],
        input: { id: 1, sku: 'x', qty: steps.b.output.total },
      })).definition,
  );
};
const machines = { price: threeSteps('price'), charge: threeSteps('charge') };
const byHash = new Map(Object.values(machines).map((machine) => [machine.hash, machine]));
const book = newInstanceBook({
  stores,
  clock: systemClock,
  ids: systemIds,
  machineOf: async (_tenant, hash) => byHash.get(hash),
});
const engine = embeddedEngine({
  ...{ stores, book, clock: systemClock, newPulse, owner },
  catalog: [pricedProtocol],
  invoke: invokerOf([pricedProtocol], () => port as unknown as PortOf<ProtocolSpec>),
  signed: (context) => context,
  onProblem: (sentence, cause) => process.stderr.write(`${sentence}: ${String(cause)}\n`),
});
engine.start('main');

const begin = (machine: Machine): Promise<Held> => {
  const id = systemIds.next();
  const now = systemClock.now().toISOString();
  const data = { name: 'T' };
  const trigger = { type: 'priced.opened', data, streamId: id, at: now, actor: 'person:bench' };
  const who = { onBehalfOf: 'person:bench', trace: newTrace() };
  return Held.begun(machine, { id, trigger, startKey: id, ...who }, now);
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
  async () => {
    await engine.stop();
    for (const keeper of keepers) await keeper.stop();
    await stores.close();
    await desk.close();
  },
);
