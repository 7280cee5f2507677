/** Opens the stores of one domain: a database for each tenant, made and migrated at the first
 * opening. */
import { snakeCase, type DocumentType, type Kept } from '@morrow/contract';
import type { Store, Stores } from '@morrow/engines';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { openPool, type CommitPoint, type ServerAddress } from './connections.ts';
import { openDataSource } from './data-source.ts';
import { documentEntity } from './document-entity.ts';
import { documentTable } from './document-table.ts';
import { createDatabase, migrate } from './migrate.ts';
import { postgresStore } from './postgres-store.ts';
import { openRebuild } from './rebuild.ts';

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
  readonly poolMax?: number | undefined;
  readonly commitPoint?: CommitPoint | undefined;
  readonly onProblem?: ((error: unknown) => void) | undefined;
}
export interface PostgresStores extends Stores {
  /** What TypeORM knows of a tenant's documents, on the connections of its store: for reading. */
  sourceOf(tenant: string): DataSource;
  addTenant(name: string): Promise<void>;
  close(): Promise<void>;
}
const poolMax = 10;

/** A role that could make tables or read another domain's would break the walls between domains. */
async function testRole(pool: pg.Pool, domain: string): Promise<void> {
  const { rows } = await pool.query<{ mine: boolean; others: string[] }>(
    `select has_schema_privilege(current_user, $1, 'create') as mine,
       array(select nspname::text from pg_namespace where nspname not like 'pg\\_%'
         and nspname not in ('information_schema', 'public', $1)
         and has_schema_privilege(current_user, oid, 'usage')) as others`,
    [domain],
  );
  const [found] = rows;
  if (found?.mine || found?.others.length)
    throw new Error(
      `The role of ${domain} may do more than it should: ` +
        `make tables, or read ${found.others.join(', ')}.`,
    );
}

export async function openPostgresStores(options: PostgresOptions): Promise<PostgresStores> {
  const { server, domain, databaseOf } = options;
  let isClosing = false;
  const onProblem = (error: unknown) => {
    if (!isClosing) options.onProblem?.(error);
  };
  const schema = snakeCase(domain.name);
  const role = `morrow_${schema}`;
  const plan = {
    domain: schema,
    role,
    tables: domain.documents.map(documentTable),
    types: new Map(domain.documents.map((type) => [type.name, type])),
    keeps: domain.keeps,
    facts: domain.facts ?? [],
    commitPoint: options.commitPoint ?? (() => undefined),
    onProblem,
  };
  const entities = plan.tables.map(documentEntity);
  const tenants = new Map<string, { readonly store: Store; readonly source: DataSource }>();
  const pools: pg.Pool[] = [];
  const open = async (tenant: string) => {
    const database = databaseOf(tenant);
    await createDatabase(server, database, role);
    await migrate(server, database, plan);
    const max = options.poolMax ?? poolMax;
    const pool = openPool(server, database, { role, schema, max }, onProblem);
    pools.push(pool);
    await testRole(pool, schema);
    const source = await openDataSource(pool, { database, schema, entities });
    const { commitPoint } = plan;
    const rebuild = () => openRebuild({ server, database, plan, commitPoint, onProblem });
    tenants.set(tenant, { source, store: postgresStore(pool, source, plan, rebuild) });
  };
  const close = async () => {
    isClosing = true;
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
    for (const { source } of tenants.values()) if (source.isInitialized) await source.destroy();
  };
  try {
    for (const tenant of options.tenants) await open(tenant);
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
    sourceOf: (tenant) => of(tenant).source,
    tenants: () => [...tenants.keys()],
    async addTenant(name) {
      if (!tenants.has(name)) await open(name);
    },
    close,
  };
}
