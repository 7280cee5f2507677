/** A domain of one document type on the PostgreSQL of the base, with its relay running. */
import { LocalBus, newPulse, systemClock } from '@morrow/adapter-local';
import { openPostgresStores, type PostgresStores } from '@morrow/adapter-postgres';
import { defineDocument, type Handler } from '@morrow/contract';
import { eventOf, transitionOf, type DocumentRow, type Store } from '@morrow/document-keeper';
import { EventKeeper, ownEvents } from '@morrow/event-keeper';
import { defineLifecycle, type JsonObject } from '@morrow/kernel';
import { baseServer } from '../subject.ts';
import { Priced } from './priced.ts';

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
}

/** Opens an empty database under a name of its own; handlers hear of its events. */
export async function openDesk(database: string, handlers: readonly Handler[] = []): Promise<Desk> {
  const stores = await openPostgresStores({
    server: baseServer,
    domain: { name: 'bench', documents: [ticket], keeps: [] },
    tenants: ['main'],
    databaseOf: () => `${database}_${process.pid}`,
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
  return {
    stores,
    store: stores.of('main'),
    async close() {
      await keeper.stop();
      await stores.close();
    },
  };
}
