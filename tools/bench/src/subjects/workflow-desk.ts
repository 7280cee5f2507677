/** The embedded engine on the PostgreSQL of the base, beside a domain whose operations its steps
 * call and whose events start it. */
import { LocalBus, newPulse, systemClock, systemIds } from '@morrow/adapter-local';
import { openPostgresStores, type PostgresStores } from '@morrow/adapter-postgres';
import {
  bindLocal,
  invokerOf,
  onBatch,
  type Handler,
  type PortOf,
  type ProtocolSpec,
  type Reaction,
  type Receipt,
} from '@morrow/contract';
import { commitChange, type Session } from '@morrow/document-keeper';
import { dropDatabase } from '@morrow/dev-services';
import { EventKeeper, ownEvents } from '@morrow/event-keeper';
import { Workflows } from '@morrow/protocol-workflows';
import {
  embeddedEngine,
  machineOf,
  newInstanceBook,
  takeIn,
  workflowApproval,
  workflowInstance,
  type EmbeddedEngine,
  type InstanceBook,
  type Machine,
} from '@morrow/workflow-keeper';
import { workflow } from '@morrow/workflow-language';
import { baseServer } from '../subject.ts';
import { Priced, priced } from './priced.ts';
import { opening, ticket } from './tickets.ts';

export const owner = `bench-${process.pid}`;

export interface WorkflowDesk {
  /** Of the workflows, and of the domain that they call. */
  readonly stores: PostgresStores;
  readonly desk: PostgresStores;
  readonly book: InstanceBook;
  readonly engine: EmbeddedEngine;
  drop(): Promise<void>;
}
interface Opening {
  /** Starts an instance for each event; absent: whoever opens the desk begins them. */
  readonly started?: Machine;
  /** Hears of each call of the query before it is made: its key. */
  onCall?(key: string | undefined): void;
}

/** Three steps, each on what the one before has answered. */
export const threeSteps = (operation: 'price' | 'charge'): Machine => {
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
export const machines = { price: threeSteps('price'), charge: threeSteps('charge') };
const byHash = new Map(Object.values(machines).map((machine) => [machine.hash, machine]));
const onProblem = (sentence: string, cause: unknown) =>
  process.stderr.write(`${sentence}: ${String(cause)}\n`);

/** Opens empty databases of its own, with relays, and the engine at work. */
export async function openWorkflowDesk(opened: Opening = {}): Promise<WorkflowDesk> {
  const database = `bench_workflow_${process.pid}`;
  const open = (name: string, documents: readonly unknown[], keeps: readonly 'workflow'[]) =>
    openPostgresStores({
      server: baseServer,
      domain: { name, documents: documents as never, keeps },
      tenants: ['main'],
      databaseOf: () => database,
    });
  const stores = await open('workflows', [workflowInstance, workflowApproval], ['workflow']);
  const desk = await open('bench', [ticket], []);
  const clock = systemClock;
  const machineFor = async (_tenant: string, hash: string) => byHash.get(hash);
  const book = newInstanceBook({ stores, clock, ids: systemIds, machineOf: machineFor });
  const port = portOf(desk, opened);
  const engine = embeddedEngine({
    ...{ stores, book, clock, newPulse, owner, onProblem },
    catalog: [Priced],
    invoke: invokerOf([Priced], () => port as unknown as PortOf<ProtocolSpec>),
    signed: (context) => context,
  });
  const bus = new LocalBus();
  const keeping = { bus, clock, newPulse, owner, onProblem };
  const sourceOf = (tenant: string, producer: string) =>
    ownEvents((producer === 'bench' ? desk : stores).of(tenant));
  const follow = opened.started ? following(opened.started, book, engine) : [];
  const own = [...follow, passing];
  const keepers = [
    new EventKeeper({ ...keeping, domain: 'workflows', handlers: own, stores, sourceOf }),
    new EventKeeper({ ...keeping, domain: 'bench', handlers: [], stores: desk, sourceOf }),
  ];
  for (const keeper of keepers) keeper.start();
  engine.start('main');
  return {
    ...{ stores, desk, book, engine },
    async drop() {
      await engine.stop();
      for (const keeper of keepers) await keeper.stop();
      await stores.close();
      await desk.close();
      await dropDatabase(baseServer, database);
    },
  };
}

/** The command opens a ticket, so that each call is a commit of its own with a receipt. */
function portOf(desk: PostgresStores, { onCall }: Opening) {
  const port: Priced = {
    price(asked, context) {
      onCall?.(context.key);
      return priced.price(asked, context);
    },
    charge: (asked, context) =>
      commitChange({ stores: desk }, systemClock, context, async () => ({
        transitions: [opening(systemIds.next())],
        output: await priced.price(asked, context),
      })),
  };
  const receipts = {
    find: (tenant: string, key: string) => desk.of(tenant).findReceipt(key),
    keep: (tenant: string, receipt: Receipt) => desk.of(tenant).keepReceipt(receipt),
  };
  return bindLocal(Priced, port, { receipts });
}

/** The module hears of its own events too, and no workflow here concerns them. */
const passing: Reaction = {
  kind: 'reaction',
  name: 'follow.workflows',
  on: Workflows,
  events: Object.keys(Workflows.spec.events),
  wants: () => false,
  handle: async () => undefined,
};

const following = (
  machine: Machine,
  book: InstanceBook,
  engine: Pick<EmbeddedEngine, 'expect'>,
): readonly Handler[] =>
  onBatch(
    Priced,
    ['opened'],
    { name: 'follow', summary: 'Starts workflows', form: 'wire' },
    () => ({
      async handle(events, context, session: Session) {
        const known = [{ machine, ownsSince: '', beginsSince: '' }];
        engine.expect(context.tenant);
        await takeIn(book, known, Priced, events, context, session);
        engine.expect(context.tenant);
      },
    }),
  ).start(undefined, []);
