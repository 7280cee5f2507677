/** Opens the stores of one domain in memory: a database for each tenant, which lasts as long as the
 * map that holds it. */
import type { CommitPoint, Store, StoredDomain, Stores } from '@morrow/engines';
import { MemoryDatabase } from './memory-database.ts';
import { memoryStore } from './memory-store.ts';

export interface MemoryOptions {
  readonly domain: StoredDomain;
  readonly tenants: readonly string[];
  /** Databases by tenant, shared with other processes; absent: of these stores alone. */
  readonly databases?: Map<string, MemoryDatabase> | undefined;
  readonly commitPoint?: CommitPoint | undefined;
  readonly onProblem?: ((error: unknown) => void) | undefined;
}

export function openMemoryStores({
  domain,
  tenants,
  databases = new Map(),
  commitPoint = () => undefined,
  onProblem = () => undefined,
}: MemoryOptions): Stores {
  const open = (tenant: string): Store => {
    const database = databases.get(tenant) ?? new MemoryDatabase(domain);
    databases.set(tenant, database);
    return memoryStore(database, { domain, commitPoint, onProblem });
  };
  const stores = new Map(tenants.map((tenant) => [tenant, open(tenant)]));
  return {
    of(tenant) {
      const store = stores.get(tenant);
      if (!store) throw new TypeError(`There is no tenant ${tenant} here`);
      return store;
    },
    tenants: () => [...stores.keys()],
  };
}
