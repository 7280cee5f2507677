/** What runs in a domain while its process does: the relay, its handlers and timers, and the loops
 * of its own. */
import type { Work } from '@morrow/contract';
import type { Stores } from '@morrow/engines';
import type { EventKeeper } from '@morrow/event-keeper';

export interface Loops {
  /** Begins to work for all tenants known now. */
  start(): void;
  /** Begins for a tenant that was added; nothing where its loops run. */
  startTenant(tenant: string): void;
  /** Ends all loops of a tenant, after what they have at hand. */
  stopTenant(tenant: string): Promise<void>;
  /** Ends the domain's own loops, then the others, which are open for what those do last. */
  stop(): Promise<void>;
}

export function loopsOf(
  stores: Pick<Stores, 'tenants'>,
  keeper: Pick<EventKeeper, 'start' | 'startTenant' | 'stopTenant' | 'stop'>,
  work: Work | undefined,
): Loops {
  const working = new Set<string>();
  const begin = (tenant: string) => {
    if (working.has(tenant)) return;
    working.add(tenant);
    work?.start(tenant);
  };
  return {
    start() {
      keeper.start();
      for (const tenant of stores.tenants()) begin(tenant);
    },
    startTenant(tenant) {
      keeper.startTenant(tenant);
      begin(tenant);
    },
    async stopTenant(tenant) {
      if (working.delete(tenant)) await work?.stopTenant?.(tenant);
      await keeper.stopTenant(tenant);
    },
    stop: () => Promise.resolve(work?.stop()).finally(() => keeper.stop()),
  };
}
