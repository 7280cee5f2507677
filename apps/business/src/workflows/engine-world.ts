/** Instances on a real database under one engine or several, for tests: a made-up shop floor is
 * called, and its answers are told beforehand. */
import { newPulse, systemClock, systemIds } from '@morrow/adapter-local';
import { openPostgresStores } from '@morrow/adapter-postgres';
import {
  command,
  defineProtocol,
  invokerOf,
  platformError,
  Text,
  type CallContext,
  type PortOf,
  type Protocol,
  type ProtocolSpec,
} from '@morrow/contract';
import type { Session } from '@morrow/document-keeper';
import { freshDatabase } from '@morrow/dev-services';
import { present } from '@morrow/kernel';
import {
  definitionOf,
  machineOf,
  newInstanceBook,
  takeIn,
  workflowApproval,
  workflowInstance,
  type Happening,
  type InstanceFields,
  type NewWorkflowEngine,
} from '@morrow/workflow-keeper';
import pg from 'pg';
import { onTestFinished } from 'vitest';
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
/** What comes of the next call: it is refused, nobody is there, it breaks, or it waits for this. */
export type Answer = 'refused' | 'away' | 'breaks' | Promise<void>;

const tenant = 'main';
const context = (key?: string): CallContext => ({
  ...{ tenant, actor: 'person:ada', trace: `00-${'1'.repeat(32)}-${'1'.repeat(16)}-01`, key },
  deadlineAt: Date.now() + 60_000,
});

/** The floor: what ran, in the order in which it ended, each once under its key. */
function newFloor() {
  const ran: string[] = [];
  const tried: string[] = [];
  const answers = new Map<Operation, Answer[]>();
  const done = new Set<string>();
  const call = async (name: Operation, input: { readonly order: string }, key: string) => {
    tried.push(key);
    const answer = answers.get(name)?.shift();
    if (answer === 'refused') throw Floor.fail('refused', input);
    if (answer === 'away') throw platformError('floor', 'unavailable', 'Nobody is there.');
    if (answer === 'breaks') throw new Error('The belt is torn.');
    await answer;
    if (!done.has(key)) ran.push(name);
    done.add(key);
    return input;
  };
  const names = Object.keys(Floor.spec.operations) as Operation[];
  const port = Object.fromEntries(
    names.map((name) => [
      name,
      (input: { readonly order: string }, { key = '' }: CallContext) => call(name, input, key),
    ]),
  ) as unknown as PortOf<ProtocolSpec>;
  const answer = (name: Operation, ...next: Answer[]) => void answers.set(name, next);
  return { ran, tried, answer, port };
}

/** A workflow of these steps that begins with each order, and a way to go through it. */
export async function engineWorld(newEngine: NewWorkflowEngine, steps: object, more: object = {}) {
  const { drop, database, ...server } = await freshDatabase('engine');
  onTestFinished(drop);
  const documents = [workflowInstance, workflowApproval] as never;
  const stores = await openPostgresStores({
    server,
    domain: { name: 'workflows', documents, keeps: ['workflow'] },
    tenants: [tenant],
    databaseOf: () => database,
  });
  onTestFinished(() => stores.close());
  const head = { form: 'morrow.workflow/1', name: 'fulfil', version: 1, summary: 'Fulfils' };
  const trigger = { event: 'floor.placed', key: 'trigger.data.order' };
  const read = definitionOf({ ...head, trigger, steps, ...more });
  if (!read.definition) throw new Error(JSON.stringify(read.problems));
  const machine = machineOf(read.definition);
  const [clock, ids] = [systemClock, systemIds];
  const of = async (_tenant: string, hash: string) => (hash === machine.hash ? machine : undefined);
  const book = newInstanceBook({ stores, clock, ids, machineOf: of });
  const floor = newFloor();
  const protocol = Floor as unknown as Protocol;
  const invoke = invokerOf([protocol], () => floor.port);
  const engineOf = () =>
    newEngine({
      ...{ stores, book, clock, newPulse, invoke, catalog: [protocol], owner: ids.next() },
      signed: (call) => call,
      onProblem: () => undefined,
    });
  let engine = engineOf();
  engine.start(tenant);
  onTestFinished(() => engine.stop());
  let number = 0;
  const known = [{ machine, begins: true, takesSince: '2026-01-01T00:00:00.000Z' }];
  const come = async (type: 'placed' | 'packed', order: string) => {
    const head = { protocol: 'floor', type, data: { order }, number: ++number, streamVersion: 1 };
    const { actor, trace } = context();
    const event = { ...head, streamId: order, at: new Date(), actor, trace };
    await stores
      .of(tenant)
      .transact('workflow.take', (session) =>
        takeIn(book, known, protocol, [event], context(), session as Session),
      );
    engine.expect(tenant);
  };
  const rowOf = async (order: string) => {
    const where = { workflow: 'fulfil' };
    const rows = await stores.of(tenant).list(workflowInstance.name, { limit: 200, where });
    return rows.find(({ fields }) => fields['startKey'] === `fulfil|${order}`);
  };
  const until = async (order: string, state: string) => {
    for (;;) {
      const row = await rowOf(order);
      if (row?.state === state) return row.fields as InstanceFields;
      await new Promise((go) => setTimeout(go, 15));
    }
  };
  return {
    ...floor,
    place: (order: string) => come('placed', order),
    pack: (order: string) => come('packed', order),
    until,
    /** Waits until the step stands so; gives the whole instance. */
    async step(order: string, step: string, state: string) {
      for (;;) {
        const fields = (await rowOf(order))?.fields as InstanceFields | undefined;
        if (fields?.steps[step]?.state === state) return fields;
        await new Promise((go) => setTimeout(go, 15));
      }
    },
    /** Somebody decides. */
    async tell(order: string, happening: Happening) {
      const { id } = present(await rowOf(order), 'It is there');
      await book.tell(id, happening, { context: context(), answer: () => undefined });
      engine.expect(tenant);
    },
    /** States of approvals. */
    async approvals() {
      const rows = await stores.of(tenant).list(workflowApproval.name, { limit: 100 });
      return rows.map(({ state }) => state);
    },
    /** Another process that works on the same instances. */
    join() {
      const other = engineOf();
      other.start(tenant);
      onTestFinished(() => other.stop());
    },
    /** Ends every connection to the database, as a restart of PostgreSQL does. */
    async cut() {
      const client = new pg.Client({ ...server, database: 'postgres' });
      await client.connect();
      const text = 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1';
      await client.query(text, [database]).finally(() => client.end());
    },
    /** The instance as somebody holds it who stops to look at the clock: `wake` stores what it has
     * heard by then. */
    async holding(order: string) {
      const held = present(await book.hold(tenant, present(await rowOf(order), 'It is there')), '');
      return {
        async wake(happening: Happening) {
          await held.tell(happening, clock.now().toISOString());
          await book.save(tenant, held, 'somebody who was away');
        },
      };
    },
    stop: () => engine.stop(),
    start() {
      engine = engineOf();
      engine.start(tenant);
    },
  };
}
