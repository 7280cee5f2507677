/** Loads and stores instances: one commit holds what happened, the approvals, and the moment at
 * which somebody looks at it again. */
import type { CallContext } from '@morrow/contract';
import {
  hasMoved,
  unitOf,
  untilNoConflict,
  type DocumentRow,
  type Reads,
  type Stores,
  type Timer,
  type Transition,
} from '@morrow/document-keeper';
import type { Clock, Ids } from '@morrow/kernel';
import type { Happening } from '../happening.ts';
import type { InstanceFields } from '../instance.ts';
import type { Machine } from '../machine.ts';
import { alarmOf, usualLeaseMs, type Owner } from './alarm.ts';
import { approvalsOf } from './approvals.ts';
import { changesAwaits, settleAwaits } from './awaited-events.ts';
import { StoredInstance } from './stored-instance.ts';
import { workflowInstance } from './instance-documents.ts';

export interface BookOptions {
  readonly stores: Stores;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The definition of a hash, ready to run; undefined where it is not known here. */
  machineOf(tenant: string, hash: string): Promise<Machine | undefined>;
  /** How long a process that works on an instance is waited for; absent: 10 s. */
  readonly leaseMs?: number | undefined;
}
/** Who acts, as the events say it. */
export interface Acting {
  readonly actor: string;
  readonly onBehalfOf?: string | undefined;
  readonly trace: string;
}
/** The command that changes an instance, and what it answers. */
export interface Commanded {
  readonly context: CallContext;
  answer(held: StoredInstance): unknown;
}

/** An instance after it was told something. */
export interface Told {
  readonly held: StoredInstance;
  /** Whether this is what changed it: false where nothing came of it, and nothing was stored. */
  readonly isStored: boolean;
}

export interface InstanceBook {
  readonly clock: Clock;
  readonly leaseMs: number;
  /** Undefined where there is no such instance; without machine where its definition is unknown. */
  load(
    tenant: string,
    id: string,
  ): Promise<{ readonly row: DocumentRow; readonly held: StoredInstance | undefined } | undefined>;
  hold(tenant: string, row: DocumentRow): Promise<StoredInstance | undefined>;
  /** Stores what happened; throws CommitRefused where the row has moved. */
  save(tenant: string, held: StoredInstance, owner: Owner, commanded?: Commanded): Promise<void>;
  /** Tells an instance something and stores what comes of it, with the answer of the command that
   * told it, however often its row moves. Undefined where it is not there, or not known here. */
  tell(id: string, happening: Happening, commanded: Commanded): Promise<Told | undefined>;
  /** What `save` stores, for a transaction that is open. */
  partsOf(held: StoredInstance, reads: Pick<Reads, 'findBy'>): Promise<InstanceParts>;
  newId(): string;
}
export interface InstanceParts {
  readonly transitions: readonly Transition[];
  readonly timers: readonly Timer[];
  readonly timersDropped: readonly string[];
}

export const actingFor = ({ fields, machine }: StoredInstance): Acting => ({
  actor: `workflow:${machine.definition.name}@${machine.definition.version}`,
  onBehalfOf: fields.onBehalfOf,
  trace: fields.trace,
});

export function newInstanceBook({ stores, clock, ids, ...options }: BookOptions): InstanceBook {
  const { machineOf, leaseMs = usualLeaseMs } = options;
  const hold: InstanceBook['hold'] = async (tenant, row) => {
    const machine = await machineOf(tenant, (row.fields as InstanceFields).hash);
    return machine && StoredInstance.of(machine, row);
  };
  const partsWith = async (
    held: StoredInstance,
    reads: Pick<Reads, 'findBy'>,
    owner: Owner,
  ): Promise<InstanceParts> => {
    const alarm = alarmOf(held, owner, clock.now(), leaseMs);
    return {
      // without events too: whoever has lost it to somebody else leaves its alarm alone
      transitions: [held.transition, ...(await approvalsOf(held, reads, ids))],
      timers: alarm ? [alarm] : [],
      timersDropped: alarm ? [] : [held.id],
    };
  };
  const unitFor = (
    held: StoredInstance,
    parts: InstanceParts,
    commanded: Commanded | undefined,
  ) => {
    const by = commanded?.context ?? { tenant: '', deadlineAt: 0, ...actingFor(held) };
    return unitOf(by, clock.now(), { ...parts, output: commanded?.answer(held) });
  };
  const save: InstanceBook['save'] = async (tenant, held, owner, commanded) => {
    const store = stores.of(tenant);
    if (changesAwaits(held))
      await store.transact('workflow.await', async (session) => {
        await settleAwaits(session, [held], clock);
        await session.write(unitFor(held, await partsWith(held, session, owner), commanded));
      });
    else await store.commit(unitFor(held, await partsWith(held, store, owner), commanded));
    commanded?.context.receipt?.stored();
  };
  const load: InstanceBook['load'] = async (tenant, id) => {
    const row = await stores.of(tenant).load(workflowInstance.name, id);
    return row && { row, held: await hold(tenant, row) };
  };
  return {
    clock,
    leaseMs,
    load,
    hold,
    save,
    partsOf: (held, reads) => partsWith(held, reads, undefined),
    newId: () => ids.next(),
    async tell(id, happening, commanded) {
      const { tenant } = commanded.context;
      return untilNoConflict({ stores, tenant }, hasMoved, async () => {
        const { held } = (await load(tenant, id)) ?? {};
        const isStored = await held?.tell(happening, clock.now().toISOString());
        if (held && isStored) await save(tenant, held, undefined, commanded);
        return held && { held, isStored: isStored ?? false };
      });
    },
  };
}
