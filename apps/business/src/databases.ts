/** Where the domains of a process keep what they store: on PostgreSQL, except in tests. */
import { openPostgresStores } from '@morrow/adapter-postgres';
import type { CommitPoint, StoredDomain, TenantStores } from '@morrow/engines';
import { databaseOf, openDatabaseServers } from './database-server.ts';
import { holdPlacement } from './placement-record.ts';
import type { Settings } from './settings.ts';
import type { TenantList } from './tenants.ts';

export interface DatabaseOptions {
  readonly tenants: readonly string[];
  readonly commitPoint: CommitPoint | undefined;
  onProblem(error: unknown): void;
}
export interface Databases {
  /** The stores of a domain. */
  open(domain: StoredDomain, options: DatabaseOptions): Promise<TenantStores>;
  stop(): Promise<void>;
}
export type OpenDatabases = (settings: Settings, tenants: TenantList) => Promise<Databases>;

/** Databases on the servers that settings name. Throws where the data folder was written from
 * others. */
export const openPostgresDatabases: OpenDatabases = async (settings, tenants) => {
  const servers = await openDatabaseServers(settings);
  try {
    await holdPlacement(settings, servers, tenants);
  } catch (error) {
    await servers.stop();
    throw error;
  }
  return {
    open: (domain, options) =>
      openPostgresStores({
        ...options,
        ...{ domain, server: servers.of(domain.name), shared: servers.sharedOf(domain.name) },
        databaseOf: databaseOf(settings, domain.name),
      }),
    stop: () => servers.stop(),
  };
};
