/** A domain of one document type on the PostgreSQL of the base, with its relay running. */
import { LocalBus, newPulse, systemClock, systemIds } from '@morrow/adapter-local';
import { openPostgresStores, type PostgresStores } from '@morrow/adapter-postgres';
import { defineDocument, type Handler } from '@morrow/contract';
import {
  eventOf,
  transitionOf,
  unitOf,
  type DocumentRow,
  type Store,
} from '@morrow/document-keeper';
import { EventKeeper, ownEvents } from '@morrow/event-keeper';
import { dropDatabase } from '@morrow/dev-services';
import { defineLifecycle, type JsonObject } from '@morrow/kernel';
import { baseServer } from '../subject.ts';
import { callContext, Priced } from './priced.ts';

export const ticket = defineDocument<JsonObject>({
  name: 'ticket',
  label: 'Ticket',
  scope: 'organization',
  lifecycles: [
    defineLifecycle({
      id: 'ticket',
      version: 1,
      states: ['open'],
      transitions: [
        { on: 'opened', from: [], to: 'open' },
        { on: 'moved', from: ['open'], to: 'open' },
        { on: 'noted', from: ['open'], to: 'open' },
      ],
    }),
  ],
  fields: {
    name: { kind: 'text', label: 'Name' },
    a: { kind: 'integer', label: 'From', optional: true },
    b: { kind: 'integer', label: 'To', optional: true },
    memo: { kind: 'text', label: 'Memo', optional: true },
  },
  evolve: (fields, { data }) => ({ ...fields, ...data }),
});
export const opened = (name: string) => eventOf(Priced, 'opened', { name });
export const moves = (at: number) => [
  eventOf(Priced, 'moved', { a: at, b: at + 1 }),
  eventOf(Priced, 'noted', { memo: 'moved by one' }),
];
export const opening = (id: string) => transitionOf(ticket, undefined, id, [opened('T')]);
export const moving = (row: DocumentRow, at: number) =>
  transitionOf(ticket, row, row.id, moves(at));

export interface Desk {
  readonly stores: PostgresStores;
  readonly store: Store;
  close(): Promise<void>;
  /** Closes it and drops its database. */
  drop(): Promise<void>;
}

/** Opens an empty database under a name of its own; handlers hear of its events. */
export async function openDesk(database: string, handlers: readonly Handler[] = []): Promise<Desk> {
  const named = `${database}_${process.pid}`;
  const stores = await openPostgresStores({
    server: baseServer,
    domain: { name: 'bench', documents: [ticket], keeps: [] },
    tenants: ['main'],
    databaseOf: () => named,
  });
  const keeper = new EventKeeper({
    domain: 'bench',
    handlers,
    stores,
    bus: new LocalBus(),
    clock: systemClock,
    newPulse,
    owner: `bench-${process.pid}`,
    sourceOf: (tenant) => ownEvents(stores.of(tenant)),
    onProblem: (sentence, cause) => process.stderr.write(`${sentence}: ${String(cause)}\n`),
  });
  keeper.start();
  const desk = {
    stores,
    store: stores.of('main'),
    async close() {
      await keeper.stop();
      await stores.close();
    },
    async drop() {
      await desk.close();
      await dropDatabase(baseServer, named);
    },
  };
  return desk;
}

export const commit = (desk: Desk, transition: ReturnType<typeof opening>) =>
  desk.store.commit(
    unitOf(callContext(), systemClock.now(), { transitions: [transition], output: undefined }),
  );

const callers = 200;
/** Opens documents and moves each some times, two events a move; 200 of them at once. */
export async function fill(desk: Desk, documents: number, movesEach: number): Promise<void> {
  const one = async () => {
    let transition = opening(systemIds.next());
    await commit(desk, transition);
    for (let at = 0; at < movesEach; at++) {
      transition = moving(transition.row, at);
      await commit(desk, transition);
    }
  };
  for (let done = 0; done < documents; done += callers)
    await Promise.all(Array.from({ length: Math.min(callers, documents - done) }, one));
}
/** Events that filling gives. */
export const eventsOf = (documents: number, movesEach: number) => documents * (1 + 2 * movesEach);
