/** A help desk in two releases on one database, for tests: the second asks how urgent a request is,
 * and has somebody look at it before it is closed. */
import { LocalBus, newPulse, systemIds } from '@morrow/adapter-local';
import { openPostgresStores, type ServerAddress } from '@morrow/adapter-postgres';
import {
  command,
  defineDocument,
  defineProtocol,
  Text,
  type CallContext,
  type DocumentType,
  type HandledEvent,
} from '@morrow/contract';
import {
  commitChange,
  eventOf,
  transitionOf,
  type DocumentRow,
  type NewEvent,
} from '@morrow/document-keeper';
import {
  EventKeeper,
  keepingOperations,
  ownEvents,
  Replays,
  type TenantTools,
} from '@morrow/event-keeper';
import { defineLifecycle, type Clock, type JsonObject } from '@morrow/kernel';
import { keepingOf } from '@morrow/protocol-keeping';
import { z } from 'zod';

/** The desk has one tenant for good. */
const noTenants: TenantTools = {
  isName: () => false,
  isCopyName: () => false,
  open: () => Promise.reject(new TypeError('The desk has one tenant')),
  isLast: () => true,
  stop: async () => false,
  setAside: async () => undefined,
  list: async () => [],
};

export interface RequestFields extends JsonObject {
  readonly title: string;
  readonly urgency: string | null;
}
export type Release = 1 | 2;
type Evolve = DocumentType<RequestFields>['evolve'];

const first = defineLifecycle({
  id: 'request',
  version: 1,
  states: ['open', 'closed'],
  transitions: [
    { on: 'requested', from: [], to: 'open' },
    { on: 'closed', from: ['open'], to: 'closed' },
  ],
});
/** What is urgent goes past the desk. */
const second = defineLifecycle({
  id: 'request',
  version: 2,
  states: ['waiting', 'seen', 'closed'],
  transitions: [
    { on: 'requested', from: [], to: 'waiting' },
    { on: 'seen', from: ['waiting'], to: 'seen' },
    { on: 'closed', from: ['waiting'], to: 'closed', guard: 'isUrgent@1' },
    { on: 'closed', from: ['seen'], to: 'closed' },
  ],
});

/** The first day of the second lifecycle. */
export const changeDay = '2026-06-01';
const evolve: Evolve = (fields, { type, data }) =>
  type === 'requested'
    ? { title: String(data['title']), urgency: (data['urgency'] as string) ?? null }
    : (fields as RequestFields);
export const requestType = (release: Release, changed: Evolve = evolve) =>
  defineDocument<RequestFields>({
    name: 'request',
    label: 'Request',
    scope: 'organization',
    lifecycles: release === 1 ? [first] : [first, second],
    ...(release === 2 && {
      begins: [{ version: 1 }, { version: 2, since: changeDay }, { version: 1, segment: 'old' }],
      moves: [{ from: 1, to: 2, states: { open: 'waiting' } }],
      guards: {
        'isUrgent@1': {
          summary: 'It is urgent',
          holds: (fields) => fields?.['urgency'] === 'high',
          examples: ['high', 'low', null].map((urgency) => ({
            fields: { title: 'fire', urgency },
            event: { type: 'closed', data: {} },
          })),
        },
      },
    }),
    fields: {
      title: { kind: 'text', label: 'Title' },
      urgency: { kind: 'text', label: 'Urgency', optional: true },
    },
    evolve: changed,
  });

const title = Text(40);
const protocolOf = (release: Release) =>
  defineProtocol({
    name: 'requests',
    version: 1,
    domain: 'desk',
    summary: 'What people ask of the desk',
    errors: {},
    operations: {
      ask: command({ summary: 'Asks', input: z.object({}), output: z.object({}), errors: [] }),
    },
    events: {
      requested:
        release === 1
          ? { version: 1, summary: 'Asked', data: z.object({ title }) }
          : {
              version: 2,
              summary: 'Asked',
              data: z.object({ title, urgency: Text(10) }),
              earlier: [
                {
                  version: 1,
                  data: z.object({ title }),
                  upcast: (data: JsonObject) => ({ ...data, urgency: 'normal' }),
                },
              ],
            },
      seen: { version: 1, summary: 'Somebody looked at it', data: z.object({}) },
      closed: { version: 1, summary: 'Closed', data: z.object({}) },
    },
  });

export interface DeskGround {
  readonly server: ServerAddress;
  readonly database: string;
  readonly clock: Clock;
  /** Another way from events to fields than the release has. */
  readonly evolve?: Evolve | undefined;
}
const tenant = 'main';
export const deskContext = (key?: string): CallContext => ({
  tenant,
  actor: 'person:ada',
  trace: '00-1-1-01',
  deadlineAt: Date.now() + 60_000,
  key,
});

/** One process of a release. `heard` collects what its handler was told. */
export async function openDesk(release: Release, ground: DeskGround) {
  const { server, database, clock } = ground;
  const type = requestType(release, ground.evolve);
  const documents = [type] as unknown as Parameters<typeof keepingOperations>[1]['documents'];
  const protocol = protocolOf(release);
  const stores = await openPostgresStores({
    server,
    domain: { name: 'desk', documents, keeps: [] },
    tenants: [tenant],
    databaseOf: () => database,
  });
  const store = stores.of(tenant);
  const heard: HandledEvent[] = [];
  const keeper = new EventKeeper({
    domain: 'desk',
    handlers: [
      {
        kind: 'reaction',
        name: 'listen',
        on: protocol,
        events: ['requested'],
        handle: async (events) => void heard.push(...events),
      },
    ],
    stores,
    bus: new LocalBus(),
    clock,
    newPulse,
    owner: systemIds.next(),
    sourceOf: () => ownEvents(store),
    onProblem: () => undefined,
  });
  keeper.start();
  const protocols = [protocol, keepingOf('desk')];
  const keeping = keepingOperations('desk', {
    stores,
    keeper,
    replays: new Replays(stores, { documents, protocols }, (_, cause) => {
      throw cause;
    }),
    tenantTools: noTenants,
    about: { domain: 'desk', release: String(release), protocols: [] },
    clock,
    documents,
  });
  const commit = (id: string, event: NewEvent, segment?: string) =>
    commitChange({ stores }, clock, deskContext(), async () => {
      const day = clock.now().toISOString().slice(0, 10);
      const row = await store.load('request', id);
      const beginning = { day, tenant, segment };
      return { transitions: [transitionOf(type, row, id, [event], beginning)], output: undefined };
    });
  const told = (name: string, data: unknown) => eventOf(protocol, name as 'seen', data as never);
  return {
    keeping,
    keeper,
    heard,
    ask: async (named: string, { urgency = 'low', segment = '' } = {}) => {
      const id = systemIds.next();
      const asked = release === 1 ? { title: named } : { title: named, urgency };
      await commit(id, told('requested', asked), segment);
      return id;
    },
    see: (id: string) => commit(id, told('seen', {})),
    close: (id: string) => commit(id, told('closed', {})),
    row: async (id: string) => (await store.load('request', id)) as DocumentRow,
    end: async () => {
      await keeper.stop();
      await stores.close();
    },
  };
}
