/** Drops events that were kept for instances that might await them, once nobody can any more. */
import type { NewPulse, Pulse, Work } from '@morrow/contract';
import { livelyTenantsMax, type Store, type Stores } from '@morrow/document-keeper';
import type { Clock } from '@morrow/kernel';
import { instanceStates, isOver, type InstanceFields } from '../instance.ts';
import { workflowInstance } from './instance-documents.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** How long an event is kept in any case. */
export const heardKeptMs = 7 * dayMs;
const pruneMs = 600_000;
const pruneMax = 1000;
/** Awaits look back a little further than their trigger: clocks differ. */
const marginMs = 60_000;

/** The moment before which no instance that is under way looks back, ISO 8601. */
async function keptSince(store: Store, now: number): Promise<string> {
  const underWay = instanceStates.filter((state) => !isOver(state));
  const first = await Promise.all(
    underWay.map((state) => store.list(workflowInstance.name, { limit: 1, where: { state } })),
  );
  const moments = first.flat().flatMap(({ fields }) => {
    const { startedAt, trigger } = fields as InstanceFields;
    return [Date.parse(startedAt) - marginMs, Date.parse(trigger.at) - marginMs];
  });
  return new Date(Math.min(now - heardKeptMs, ...moments)).toISOString();
}

/** Drops what nobody looks for any more; gives how many. */
export async function pruneHeard(store: Store, now: number): Promise<number> {
  const before = await keptSince(store, now);
  for (let all = 0; ;) {
    const pruned = await store.workflow.prune(before, pruneMax);
    all += pruned;
    if (pruned < pruneMax) return all;
  }
}

export interface PruningOptions {
  readonly stores: Stores;
  readonly clock: Clock;
  readonly newPulse: NewPulse;
  onProblem(sentence: string, cause: unknown): void;
}

/** Prunes for each tenant at once, and then every 10 minutes where something was written; for
 * tenants beyond the first few only then. */
export function newPruning({ stores, clock, newPulse, onProblem }: PruningOptions): Work {
  const loops = new Map<string, { end(): void; readonly ended: Promise<void> }>();
  const run = async (tenant: string, loop: { isOver: boolean; isTold: boolean }, pulse: Pulse) => {
    while (!loop.isOver) {
      try {
        if (loop.isTold) await pruneHeard(stores.of(tenant), clock.now().getTime());
        loop.isTold = false;
      } catch (error) {
        onProblem('Events that workflows have heard cannot be dropped now', error);
      }
      if (!loop.isOver) await pulse.next(pruneMs);
    }
  };
  return {
    start(tenant) {
      if (loops.has(tenant)) return;
      const pulse = newPulse();
      const loop = { isOver: false, isTold: loops.size < livelyTenantsMax };
      const { relay } = stores.of(tenant);
      for (const on of [relay.onCommit, relay.onWritten]) on(() => (loop.isTold = true));
      const end = () => {
        loop.isOver = true;
        pulse.poke();
      };
      loops.set(tenant, { end, ended: run(tenant, loop, pulse) });
    },
    async stopTenant(tenant) {
      const ending = loops.get(tenant);
      loops.delete(tenant);
      ending?.end();
      await ending?.ended;
    },
    async stop() {
      for (const { end } of loops.values()) end();
      await Promise.all([...loops.values()].map(({ ended }) => ended));
    },
  };
}
