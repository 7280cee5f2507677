/** Drops events that were kept for instances that might await them, once nobody can any more. */
import type { NewPulse, Pulse, Work } from '@morrow/contract';
import type { Store, Stores } from '@morrow/document-keeper';
import type { Clock } from '@morrow/kernel';
import { instanceStates, isOver, type InstanceFields } from '../instance.ts';
import { workflowInstance } from './instance-documents.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** How long an event is kept in any case. */
export const heardKeptMs = 7 * dayMs;
const pruneMs = 60_000;
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

/** Prunes for each tenant at once, and then once a minute. */
export function newPruning({ stores, clock, newPulse, onProblem }: PruningOptions): Work {
  const loops = new Map<string, { readonly pulse: Pulse; readonly ended: Promise<void> }>();
  let isStopping = false;
  const run = async (tenant: string, pulse: Pulse) => {
    while (!isStopping) {
      try {
        await pruneHeard(stores.of(tenant), clock.now().getTime());
      } catch (error) {
        onProblem('Events that workflows have heard cannot be dropped now', error);
      }
      if (!isStopping) await pulse.next(pruneMs);
    }
  };
  return {
    start(tenant) {
      if (loops.has(tenant)) return;
      const pulse = newPulse();
      loops.set(tenant, { pulse, ended: run(tenant, pulse) });
    },
    async stop() {
      isStopping = true;
      for (const { pulse } of loops.values()) pulse.poke();
      await Promise.all([...loops.values()].map(({ ended }) => ended));
    },
  };
}
