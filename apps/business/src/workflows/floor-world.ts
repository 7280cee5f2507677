/** Instances of one workflow on a real database, for tests that look at what is stored: engines, a
 * clock and answers of their own. */
import { newPulse, systemClock, systemIds } from '@morrow/adapter-local';
import { openPostgresStores } from '@morrow/adapter-postgres';
import {
  invokerOf,
  type CallContext,
  type PortOf,
  type Protocol,
  type ProtocolSpec,
} from '@morrow/contract';
import type { DocumentRow, Session } from '@morrow/document-keeper';
import { freshDatabase } from '@morrow/dev-services';
import type { Clock } from '@morrow/kernel';
import {
  definitionOf,
  embeddedEngine,
  machineOf,
  newInstanceBook,
  takeIn,
  workflowApproval,
  workflowInstance,
  type Happening,
} from '@morrow/workflow-keeper';
import { onTestFinished } from 'vitest';
import { Floor, type Operation } from './engine-world.ts';

const tenant = 'main';
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

export interface FloorOptions {
  readonly steps: object;
  readonly answering: Answering;
  readonly clock?: Clock | undefined;
  /** Whether its definition is known to who asks now; absent: always. */
  isKnown?(): boolean;
}

/** A workflow of these steps that begins with each order. */
export async function floorWorld({ steps, answering, clock = systemClock, ...more }: FloorOptions) {
  const { drop, database, ...server } = await freshDatabase('floor');
  onTestFinished(drop);
  const stores = await openPostgresStores({
    server,
    domain: {
      name: 'workflows',
      documents: [workflowInstance, workflowApproval] as never,
      keeps: ['workflow'],
    },
    tenants: [tenant],
    databaseOf: () => database,
  });
  onTestFinished(() => stores.close());
  const store = stores.of(tenant);
  const head = { form: 'morrow.workflow/1', name: 'fulfil', version: 1, summary: 'Fulfils' };
  const trigger = { event: 'floor.placed', key: 'trigger.data.order' };
  const read = definitionOf({ ...head, trigger, steps });
  if (!read.definition) throw new Error(JSON.stringify(read.problems));
  const machine = machineOf(read.definition);
  const book = newInstanceBook({
    ...{ stores, clock, ids: systemIds },
    machineOf: async (_tenant, hash) =>
      hash === machine.hash && (more.isKnown?.() ?? true) ? machine : undefined,
  });
  const protocol = Floor as unknown as Protocol;
  const names = Object.keys(Floor.spec.operations) as Operation[];
  const port = Object.fromEntries(
    names.map((name) => [
      name,
      (input: { readonly order: string }, { key = '' }: CallContext) => answering(name, input, key),
    ]),
  ) as unknown as PortOf<ProtocolSpec>;
  const problemsMet: string[] = [];
  const start = () => {
    const engine = embeddedEngine({
      ...{ stores, book, clock, newPulse, catalog: [protocol], owner: systemIds.next() },
      invoke: invokerOf([protocol], () => port),
      signed: (call) => call,
      onProblem: (sentence) => void problemsMet.push(sentence),
    });
    engine.start(tenant);
    onTestFinished(() => engine.stop());
    return engine;
  };
  const known = [{ machine, begins: true, takesSince: '2026-01-01T00:00:00.000Z' }];
  let number = 0;
  const eventOf = (type: 'placed' | 'packed', order: string) => ({
    ...{ protocol: 'floor', type, data: { order }, number: ++number, streamVersion: 1 },
    ...{ streamId: order, at: clock.now(), actor: 'person:ada', trace },
  });
  return {
    book,
    store,
    problemsMet,
    eventOf,
    start,
    /** Takes in a batch of events, as the reaction of the module does. */
    take: (events: readonly ReturnType<typeof eventOf>[]) =>
      store.transact('workflow.take', (session) =>
        takeIn(book, known, protocol, events, context(), session as Session),
      ),
    async all() {
      const rows: DocumentRow[] = [];
      for (;;) {
        const page = { limit: 500, after: rows.at(-1)?.id };
        const more = await store.list(workflowInstance.name, page);
        rows.push(...more);
        if (more.length < page.limit) return rows;
      }
    },
    /** Somebody decides. */
    tell: (id: string, happening: Happening) =>
      book.tell(id, happening, { context: context(), answer: () => undefined }),
    alarm: () => store.timers.next(['instance']),
  };
}
