/** One process's worth of instances on a database that is there, for tests: a made-up shop floor is
 * called by one workflow that begins with each order. */
import { newPulse, systemClock, systemIds } from '@morrow/adapter-local';
import { openPostgresStores, type ServerAddress } from '@morrow/adapter-postgres';
import {
  bindLocal,
  command,
  defineProtocol,
  invokerOf,
  Text,
  type CallContext,
  type PortOf,
  type ProtocolSpec,
} from '@morrow/contract';
import type { DocumentRow, Session, Store } from '@morrow/document-keeper';
import { present, type Clock } from '@morrow/kernel';
import {
  embeddedEngine,
  machineOf,
  newInstanceBook,
  takeIn,
  workflowApproval,
  workflowInstance,
  type Happening,
  type InstanceFields,
  type NewWorkflowEngine,
} from '@morrow/workflow-keeper';
import { definitionOf } from '@morrow/workflow-language';
import { z } from 'zod';

const order = Text(40);
const operation = (summary: string) =>
  command({
    summary,
    input: z.object({ order }),
    output: z.object({ order }),
    errors: ['refused'],
    workflow: true,
  });
export const Floor = defineProtocol({
  name: 'floor',
  version: 1,
  domain: 'floor',
  summary: 'What is done with an order on the floor of a shop',
  errors: { refused: { fault: 'conflict', data: z.object({ order }), sentence: 'No {order}.' } },
  operations: {
    reserve: operation('Sets goods aside'),
    release: operation('Puts them back'),
    charge: operation('Takes the money'),
    refund: operation('Gives it back'),
    ship: operation('Sends the goods'),
  },
  events: {
    placed: { version: 1, summary: 'Ordered', data: z.object({ order }) },
    packed: { version: 1, summary: 'Packed', data: z.object({ order }) },
  },
});
export type Operation = keyof (typeof Floor)['spec']['operations'];

export const tenant = 'main';
const trace = `00-${'1'.repeat(32)}-${'1'.repeat(16)}-01`;
const context = (): CallContext => ({
  ...{ tenant, actor: 'person:ada', trace, deadlineAt: Date.now() + 60_000 },
});
/** What an operation of the floor does with a call. */
export type Answering = (
  name: Operation,
  input: { readonly order: string },
  key: string,
) => Promise<{ readonly order: string }>;

export interface FloorGround {
  readonly server: ServerAddress;
  readonly database: string;
  readonly steps: object;
  /** What else its definition has. */
  readonly more?: object | undefined;
  readonly answering: Answering;
  /** Whether calls go through the local binding, which ends them at their deadline. */
  readonly isBound?: boolean | undefined;
  readonly clock?: Clock | undefined;
  readonly leaseMs?: number | undefined;
  readonly newEngine?: NewWorkflowEngine | undefined;
  /** Whether its definition is known to who asks now; absent: always. */
  isKnown?(): boolean;
}

const machineFor = (steps: object, more?: object) => {
  const head = { form: 'morrow.workflow/1', name: 'fulfil', version: 1, summary: 'Fulfils' };
  const trigger = { event: 'floor.placed', key: 'trigger.data.order' };
  const read = definitionOf({ ...head, trigger, steps, ...more });
  if (!read.definition) throw new Error(JSON.stringify(read.problems));
  return machineOf(read.definition);
};
const portFor = (answering: Answering) =>
  Object.fromEntries(
    Object.keys(Floor.spec.operations).map((name) => [
      name,
      (input: { readonly order: string }, { key = '' }: CallContext) =>
        answering(name as Operation, input, key),
    ]),
  ) as unknown as PortOf<(typeof Floor)['spec']>;

async function instancesOf(store: Pick<Store, 'list'>): Promise<readonly DocumentRow[]> {
  const rows: DocumentRow[] = [];
  for (;;) {
    const page = { limit: 500, after: rows.at(-1)?.id };
    const more = await store.list(workflowInstance.name, page);
    rows.push(...more);
    if (more.length < page.limit) return rows;
  }
}

export async function openFloor(ground: FloorGround) {
  const { server, database, clock = systemClock, newEngine = embeddedEngine } = ground;
  const documents = [workflowInstance, workflowApproval] as never;
  const stores = await openPostgresStores({
    server,
    domain: { name: 'workflows', documents, keeps: ['workflow'] },
    tenants: [tenant],
    databaseOf: () => database,
  });
  const store = stores.of(tenant);
  const machine = machineFor(ground.steps, ground.more);
  const isKnown = (hash: string) => hash === machine.hash && (ground.isKnown?.() ?? true);
  const book = newInstanceBook({
    ...{ stores, clock, ids: systemIds, leaseMs: ground.leaseMs },
    machineOf: async (_tenant, hash) => (isKnown(hash) ? machine : undefined),
  });
  const protocol = Floor;
  const raw = portFor(ground.answering);
  const port = (ground.isBound ? bindLocal(Floor, raw) : raw) as unknown as PortOf<ProtocolSpec>;
  const problemsMet: string[] = [];
  const since = '2026-01-01T00:00:00.000Z';
  const known = [{ machine, ownsSince: since, beginsSince: since }];
  let number = 0;
  const all = () => instancesOf(store);
  return {
    ...{ book, clock, store, stores, problemsMet, all },
    /** One for a process; it stores in another book where that is given. */
    newEngine: (kept = book) =>
      newEngine({
        ...{ stores, book: kept, clock, newPulse, catalog: [protocol], owner: systemIds.next() },
        invoke: invokerOf([protocol], () => port),
        signed: (call) => call,
        onProblem: (sentence) => void problemsMet.push(sentence),
      }),
    eventOf: (type: 'placed' | 'packed', order: string) => ({
      ...{ protocol: 'floor', type, data: { order }, number: ++number, streamVersion: 1 },
      ...{ streamId: order, at: clock.now(), actor: 'person:ada', trace },
    }),
    /** Takes in a batch of events, as the reaction of the module does. */
    take: (events: Parameters<typeof takeIn>[3]) =>
      store.transact('workflow.take', (session) =>
        takeIn(book, known, protocol, events, context(), session as Session),
      ),
    /** The instance that began with the order. */
    rowOf: async (order: string) =>
      (await all()).find(({ fields }) => (fields as InstanceFields).startKey === `fulfil|${order}`),
    /** Somebody decides. */
    tell: (id: string, happening: Happening) =>
      book.tell(id, happening, { context: context(), answer: () => undefined }),
    /** States of approvals. */
    async approvals() {
      const rows = await store.list(workflowApproval.name, { limit: 100 });
      return rows.map(({ state }) => state);
    },
    /** What has happened to an instance; what is not published yet is published first. */
    async eventsOf(id: string) {
      const fence = present(await store.relay.lease('the test', 60_000), 'Nobody else publishes');
      while ((await store.relay.publish(fence, 1_000)).length);
      return store.eventsOf(id);
    },
    /** When the first alarm is due. */
    alarm: () => store.timers.next(['instance']),
  };
}
