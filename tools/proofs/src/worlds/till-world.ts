/** A domain with timers, for tests: a minute after the last deposit somebody counts the till. */
import { LocalBus, newPulse, systemIds } from '@morrow/adapter-local';
import { openPostgresStores, type ServerAddress } from '@morrow/adapter-postgres';
import type { Failpoint } from '@morrow/business/parts/failpoints';
import {
  bindLocal,
  defineDocument,
  type FiredTimer,
  type Handler,
  type PortOf,
  type Reaction,
} from '@morrow/contract';
import { Till } from '@morrow/contract/suite';
import {
  commitChange,
  eventOf,
  transitionOf,
  unitOf,
  type NewEvent,
  type Session,
  type Stores,
} from '@morrow/document-keeper';
import type { Bus, Pulse, StoredEvent } from '@morrow/engines';
import { EventKeeper, ownEvents } from '@morrow/event-keeper';
import { defineLifecycle, type Clock, type JsonObject } from '@morrow/kernel';

interface TillFields extends JsonObject {
  readonly name: string;
  readonly minor: string;
  readonly counts: number;
}
const lifecycle = defineLifecycle({
  id: 'till',
  version: 1,
  states: ['open'],
  transitions: [
    { on: 'deposited', from: ['open'], to: 'open' },
    { on: 'opened', from: [], to: 'open' },
    { on: 'counted', from: ['open'], to: 'open' },
  ],
});
const till = defineDocument<TillFields>({
  name: 'till',
  label: 'Till',
  scope: 'organization',
  numberField: 'name',
  lifecycles: [lifecycle],
  fields: {
    name: { kind: 'text', label: 'Name', unique: true },
    minor: { kind: 'money', label: 'Cash' },
    counts: { kind: 'integer', label: 'Counts' },
  },
  evolve: (fields = { name: '', minor: '0', counts: 0 }, { type, data }) => {
    if (type === 'counted') return { ...fields, counts: fields.counts + 1 };
    return type === 'opened' ? { ...fields, ...data } : { ...fields, minor: String(data['minor']) };
  },
});
const plain = (type: string, data: JsonObject = {}): NewEvent => ({
  protocol: 'till',
  type,
  schemaVersion: 1,
  data,
});

const countAfterMs = 60_000;
const tenant = 'main';

/** Counts a till once; the till named `stuck` cannot be counted while its cash is zero. */
export const counting =
  (clock: Clock) =>
  async (
    { streamId }: Pick<FiredTimer, 'streamId'>,
    context: Parameters<Till['deposit']>[1],
    opaque: unknown,
  ) => {
    const session = opaque as Session;
    const row = await session.load('till', streamId);
    const { name, minor } = row?.fields as TillFields;
    if (name === 'stuck' && minor === '0') throw new Error('The till is stuck.');
    const transitions = [transitionOf(till, row, streamId, [plain('counted')])];
    await session.write(unitOf(context, clock.now(), { transitions, output: undefined }));
  };

/** Each deposit sets the timer of its till anew; one of zero drops it. */
const tills = (stores: Stores, clock: Clock): PortOf<(typeof Till)['spec']> => ({
  async balance({ till: name }, context) {
    const [row] = await stores.of(context.tenant).findBy('till', 'name', [name]);
    const { minor = '0', counts = 0 } = (row?.fields ?? {}) as Partial<TillFields>;
    return { minor: BigInt(minor), countedAt: new Date(counts) };
  },
  deposit: ({ till: name, amount }, context) =>
    commitChange({ stores }, clock, context, async () => {
      const [row] = await stores.of(context.tenant).findBy('till', 'name', [name]);
      const id = row?.id ?? systemIds.next();
      const minor = BigInt((row?.fields as TillFields | undefined)?.minor ?? 0) + amount.minor;
      const events = [eventOf(Till, 'deposited', { till: name, minor })];
      if (!row) events.unshift(plain('opened', { name }));
      const dueAt = new Date(clock.now().getTime() + countAfterMs).toISOString();
      const timer = { id, dueAt, streamId: id, name: 'count', data: { till: name } };
      return {
        transitions: [transitionOf(till, row, id, events)],
        ...(amount.minor ? { timers: [timer] } : { timersDropped: [id] }),
        output: { minor },
      };
    }),
});

export interface TillGround {
  readonly server: ServerAddress;
  readonly database: string;
  readonly clock: Clock;
  readonly commitPoint?: Failpoint | undefined;
  onProblem?(sentence: string): void;
  /** What a reaction to deposits does; absent: there is none. */
  readonly follow?: Reaction['handle'] | undefined;
  /** Handlers besides, which may keep figures in the balances of stock. */
  readonly projections?: readonly Handler[];
  /** Absent: one of its own. */
  readonly bus?: Bus;
  /** Whether the reaction wants an event now. */
  wants?(tenant: string, type: string): boolean;
  /** Sees each batch before it is handled. */
  arrange?(events: readonly StoredEvent[]): readonly StoredEvent[];
}
const following = (handle: Reaction['handle'], wants?: TillGround['wants']): Reaction => ({
  kind: 'reaction',
  name: 'follow',
  on: Till,
  events: ['deposited'],
  ...(wants && { wants }),
  handle,
});
/** One process's worth of the domain: its port by the local binding, and its loops. */
export async function openTills({ server, database, clock, ...more }: TillGround) {
  const stores = await openPostgresStores({
    server,
    domain: { name: 'shop', documents: [till], keeps: more.projections ? ['stock'] : [] },
    tenants: [tenant],
    databaseOf: () => database,
    commitPoint: more.commitPoint,
  });
  const store = stores.of(tenant);
  const pulses: Pulse[] = [];
  const keeper = new EventKeeper({
    domain: 'shop',
    arrange: more.arrange,
    handlers: [
      ...(more.follow ? [following(more.follow, more.wants)] : []),
      ...(more.projections ?? []),
    ],
    timers: { count: counting(clock) },
    stores,
    bus: more.bus ?? new LocalBus(),
    clock,
    newPulse: () => {
      const pulse = newPulse();
      pulses.push(pulse);
      return pulse;
    },
    owner: systemIds.next(),
    sourceOf: () => ownEvents(store),
    onProblem: (sentence) => more.onProblem?.(sentence),
  });
  const receipts = {
    find: (_: string, key: string) => store.findReceipt(key),
    keep: (_: string, receipt: Parameters<typeof store.keepReceipt>[0]) =>
      store.keepReceipt(receipt),
  };
  return {
    store,
    stores,
    keeper,
    port: bindLocal(Till, tills(stores, clock), { receipts }),
    /** Wakes its loops, as a second that passes would. */
    poke: () => {
      for (const pulse of pulses) pulse.poke();
    },
    close: async () => {
      await keeper.stop();
      await stores.close();
    },
  };
}
export const tillContext = (key: string, actor = 'person:ada') => ({
  tenant,
  actor,
  trace: '00-1-1-01',
  deadlineAt: Date.now() + 60_000,
  key,
});
