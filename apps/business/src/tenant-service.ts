/** What one domain does when a tenant is added, removed or restored: in this process, and on its
 * databases. */
import type { TenantStores } from '@morrow/engines';
import type { TenantTools } from '@morrow/event-keeper';
import type { Loops } from './loops.ts';
import { isTenantName, type TenantList } from './tenants.ts';

export interface TenantGround {
  readonly tenants: TenantList;
  /** Told of each tenant that is added while the process runs. */
  onTenant(name: string): void;
}
/** Name of a copy: the moment at which the tenant was removed, in 14 digits. */
const copyName = /^\d{14}$/;

export function tenantTools(
  stores: TenantStores,
  loops: Loops,
  { tenants, onTenant }: TenantGround,
): TenantTools {
  const stop = async (name: string) => {
    await loops.stopTenant(name);
    await stores.dropTenant(name);
  };
  return {
    isName: isTenantName,
    isCopyName: (text) => copyName.test(text),
    async open(name, copy) {
      await stores.addTenant(name, copy);
      loops.startTenant(name);
      tenants.add(name);
      onTenant(name);
    },
    isLast: (name) => tenants.all().every((one) => one === name),
    async stop(name) {
      const wasServed = stores.tenants().includes(name) || tenants.all().includes(name);
      tenants.remove(name);
      await stop(name);
      return wasServed;
    },
    setAside: (name, copy) => stores.setAside(name, copy),
    async list() {
      const usage = await stores.usage();
      return usage.map(({ tenant, database, bytes }) => {
        const since = tenants.since(tenant);
        return { name: tenant, database, bytes, ...(since ? { since } : {}) };
      });
    },
  };
}
