/** Opens the stores of one domain in memory: a database for each tenant, which lasts as long as the
 * map that holds it. */
import type { CommitPoint, Store, StoredDomain, TenantStores } from '@morrow/engines';
import { MemoryDatabase } from './memory-database.ts';
import { memoryStore } from './memory-store.ts';

export interface MemoryOptions {
  readonly domain: StoredDomain;
  readonly tenants: readonly string[];
  /** Databases by tenant, and by the names under which they were set aside. Shared with other
   * processes; absent: of these stores alone. */
  readonly databases?: Map<string, MemoryDatabase> | undefined;
  readonly commitPoint?: CommitPoint | undefined;
  readonly onProblem?: ((error: unknown) => void) | undefined;
}
const setAsideName = (tenant: string, copy: string) => `${tenant}_${copy}`;

export function openMemoryStores({
  domain,
  tenants,
  databases = new Map(),
  commitPoint = () => undefined,
  onProblem = () => undefined,
}: MemoryOptions): TenantStores {
  const stores = new Map<string, Store>();
  const open = (tenant: string): void => {
    const database = databases.get(tenant) ?? new MemoryDatabase(domain);
    databases.set(tenant, database);
    stores.set(tenant, memoryStore(database, { domain, commitPoint, onProblem }));
  };
  const rename = (before: string, after: string): void => {
    const database = databases.get(before);
    if (!database || databases.has(after)) return;
    databases.set(after, database);
    databases.delete(before);
  };
  for (const tenant of tenants) open(tenant);
  return {
    of(tenant) {
      const store = stores.get(tenant);
      if (!store) throw new TypeError(`There is no tenant ${tenant} here`);
      return store;
    },
    tenants: () => [...stores.keys()],
    async addTenant(name, copy) {
      if (stores.has(name)) return;
      if (copy !== undefined) rename(setAsideName(name, copy), name);
      open(name);
    },
    async dropTenant(name) {
      stores.delete(name);
    },
    async setAside(name, copy) {
      const aside = setAsideName(name, copy);
      rename(name, aside);
      return databases.has(aside) ? aside : undefined;
    },
    // on disk they have nothing
    usage: async () => [...stores.keys()].map((tenant) => ({ tenant, database: tenant, bytes: 0 })),
    async close() {
      stores.clear();
    },
  };
}
