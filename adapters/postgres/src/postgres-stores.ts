/** Opens the stores of one domain: a database for each tenant, made and migrated once, and
 * connected to when it is used. */
import { snakeCase, type DocumentType, type Kept } from '@morrow/contract';
import type { Store, Stores } from '@morrow/engines';
import type { DataSource } from 'typeorm';
import { ConnectionBudget, type Connections } from './connection-budget.ts';
import type { CommitPoint, ServerAddress } from './connections.ts';
import { composingSource, sourceOn } from './data-source.ts';
import { DatabaseWatch } from './database-watch.ts';
import { documentEntity } from './document-entity.ts';
import { documentTable } from './document-table.ts';
import { openSession, verifySchema } from './domain-session.ts';
import { asAdmin, createDatabase, migrate } from './migrate.ts';
import { postgresStore, type StorePlan } from './postgres-store.ts';
import { openRebuild } from './rebuild.ts';
import { standingDatabases } from './schema-fingerprint.ts';
import { databaseUsage, setAside, setAsideName, type DatabaseUsage } from './tenant-databases.ts';
import { Turns } from './turns.ts';

/** What the stores of a process share on one database server. */
export interface SharedGround {
  readonly budget: ConnectionBudget;
  /** Connections of the administrator at once. */
  readonly adminTurns: Turns;
  /** Rebuilds at once, each of which has two connections of the administrator. */
  readonly rebuildTurns: Turns;
  /** Set by the first stores that are opened. */
  watch?: DatabaseWatch | undefined;
}
/** `connectionsMax`: of all tenants and domains at once. The administrator's come on top. */
export const newSharedGround = (connectionsMax: number): SharedGround => ({
  budget: new ConnectionBudget({ max: connectionsMax }),
  adminTurns: new Turns(adminMax),
  rebuildTurns: new Turns(rebuildsMax),
});
const adminMax = 3;
const rebuildsMax = 2;
/** Connections that a process may have beside those of its budget: of the administrator, of
 * rebuilds, and the one that watches the databases. */
export const besidesMax = adminMax + 2 * rebuildsMax + 1;

export interface PostgresOptions {
  readonly server: ServerAddress;
  readonly domain: {
    readonly name: string;
    readonly documents: readonly DocumentType[];
    readonly keeps: readonly Kept[];
    /** Document types that postings are decided on. */
    readonly facts?: readonly string[] | undefined;
  };
  readonly tenants: readonly string[];
  databaseOf(tenant: string): string;
  /** Connections of one tenant at most. */
  readonly poolMax?: number | undefined;
  /** Shared with other domains on the server; absent: these stores have one of their own. */
  readonly shared?: SharedGround | undefined;
  readonly commitPoint?: CommitPoint | undefined;
  readonly onProblem?: ((error: unknown) => void) | undefined;
}
export interface PostgresStores extends Stores {
  /** What TypeORM knows of a tenant's documents, on the connections of its store: for reading. */
  sourceOf(tenant: string): DataSource;
  /** Makes the tenant's database; `copy`: from what `setAside` named so. */
  addTenant(name: string, copy?: string): Promise<void>;
  /** Ends the tenant's connections, and serves it no more; nothing is deleted. */
  dropTenant(name: string): Promise<void>;
  /** Renames the database of a tenant that is not served any more; gives its new name, undefined
   * where there is none. Ends whoever is still connected. */
  setAside(name: string, copy: string): Promise<string | undefined>;
  /** The databases of the tenants, with their bytes on disk. */
  usage(): Promise<readonly (DatabaseUsage & { readonly tenant: string })[]>;
  close(): Promise<void>;
}
const poolMax = 10;
/** So many tenants are looked at closely at the start; of more, those whose database does not say
 * that it stands as this release wants it, and the others when they are used. */
const closelyMax = 4;

interface Opened {
  readonly store: Store;
  readonly connections: Connections;
  unfollow(): void;
  source?: DataSource;
}

export async function openPostgresStores(options: PostgresOptions): Promise<PostgresStores> {
  const { server, databaseOf } = options;
  let isClosing = false;
  const onProblem = (error: unknown) => {
    if (!isClosing) options.onProblem?.(error);
  };
  const plan = planOf(options, onProblem);
  const shared = options.shared ?? newSharedGround(poolMax * 4);
  const composing = await composingSource({
    schema: plan.domain,
    entities: plan.tables.map(documentEntity),
  });
  const tenants = new Map<string, Opened>();
  shared.watch ??= new DatabaseWatch({
    open: () => openSession(server, 'postgres', plan, { isSchemaSet: false }),
  });
  const { watch, adminTurns, rebuildTurns: turns } = shared;

  const prepare = (database: string, from?: string) =>
    adminTurns.run(1, async () => {
      await createDatabase(server, database, plan.role, from);
      await migrate(server, database, plan);
    });
  const open = (tenant: string): Connections => {
    const database = databaseOf(tenant);
    let isVerified = false;
    const connections = shared.budget.pool({
      domain: plan.domain,
      max: options.poolMax ?? poolMax,
      async open() {
        const client = await openSession(server, database, plan);
        if (isVerified) return client;
        try {
          await verifySchema(client, plan, () => prepare(database));
          isVerified = true;
          return client;
        } catch (error) {
          await client.end();
          throw error;
        }
      },
      onProblem,
    });
    const rebuild = () =>
      openRebuild({ server, database, plan, turns, commitPoint: plan.commitPoint, onProblem });
    const { store, tellWritten } = postgresStore(connections, composing, plan, rebuild);
    const unfollow = watch.follow(database, tellWritten);
    tenants.set(tenant, { store, connections, unfollow });
    return connections;
  };
  const close = async () => {
    isClosing = true;
    for (const { unfollow } of tenants.values()) unfollow();
    if (!options.shared) await watch.stop();
    await Promise.all([...tenants.values()].map(({ connections }) => connections.end()));
    if (composing.isInitialized) await composing.destroy();
  };
  try {
    const stands = await asAdmin(server, (client) =>
      standingDatabases(client, options.tenants.map(databaseOf), plan),
    );
    await Promise.all(
      options.tenants.map(async (tenant, at) => {
        const database = databaseOf(tenant);
        if (at < closelyMax || !stands.has(database)) await prepare(database);
      }),
    );
    const opened = options.tenants.map(open);
    await Promise.all(opened.slice(0, closelyMax).map(tried));
  } catch (error) {
    await close();
    throw error;
  }
  const of = (tenant: string) => {
    const opened = tenants.get(tenant);
    if (!opened) throw new TypeError(`There is no tenant ${tenant} here`);
    return opened;
  };
  return {
    of: (tenant) => of(tenant).store,
    sourceOf(tenant) {
      const opened = of(tenant);
      return (opened.source ??= sourceOn(composing, opened.connections));
    },
    tenants: () => [...tenants.keys()],
    async addTenant(name, copy) {
      if (tenants.has(name)) return;
      const database = databaseOf(name);
      await prepare(database, copy === undefined ? undefined : setAsideName(database, copy));
      if (!tenants.has(name)) await tried(open(name));
    },
    async dropTenant(name) {
      const opened = tenants.get(name);
      tenants.delete(name);
      opened?.unfollow();
      await opened?.connections.end();
    },
    setAside: (name, copy) =>
      adminTurns.run(1, () =>
        asAdmin(server, (client) => setAside(client, databaseOf(name), copy)),
      ),
    async usage() {
      const names = new Map([...tenants.keys()].map((tenant) => [databaseOf(tenant), tenant]));
      const found = await adminTurns.run(1, () =>
        asAdmin(server, (client) => databaseUsage(client, [...names.keys()])),
      );
      return found.map((each) => ({ ...each, tenant: names.get(each.database) ?? '' }));
    },
    close,
  };
}

/** Opens a session where there is none, which shows that the schema stands. */
const tried = async (connections: Connections): Promise<void> =>
  (await connections.connect()).release();

function planOf(
  { domain, commitPoint }: PostgresOptions,
  onProblem: (error: unknown) => void,
): StorePlan & { readonly role: string } {
  const schema = snakeCase(domain.name);
  return {
    domain: schema,
    role: `morrow_${schema}`,
    tables: domain.documents.map(documentTable),
    types: new Map(domain.documents.map((type) => [type.name, type])),
    keeps: domain.keeps,
    facts: domain.facts ?? [],
    commitPoint: commitPoint ?? (() => undefined),
    onProblem,
  };
}
