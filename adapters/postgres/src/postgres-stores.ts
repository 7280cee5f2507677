/** Opens the stores of one domain: a database for each tenant, made and migrated once, and
 * connected to when it is used. */
import { snakeCase } from '@morrow/contract';
import type { CommitPoint, Store, StoredDomain, TenantStores } from '@morrow/engines';
import type { DataSource } from 'typeorm';
import { ConnectionBudget, type Connections } from './connection-budget.ts';
import type { ServerAddress } from './connections.ts';
import { composingSource, sourceOn } from './data-source.ts';
import { DatabaseWatch } from './database-watch.ts';
import { documentEntity } from './document-entity.ts';
import { documentTable } from './document-table.ts';
import { openSession, verifySchema } from './domain-session.ts';
import { asAdmin, asAdminInTurn, createDatabase, migrate } from './migrate.ts';
import { postgresStore, type StorePlan } from './postgres-store.ts';
import { openRebuild } from './rebuild.ts';
import { standingDatabases } from './schema-fingerprint.ts';
import { databaseUsage, setAside, setAsideName } from './tenant-databases.ts';
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
  readonly domain: StoredDomain;
  readonly tenants: readonly string[];
  databaseOf(tenant: string): string;
  /** Connections of one tenant at most. */
  readonly poolMax?: number | undefined;
  /** Shared with other domains on the server; absent: these stores have one of their own. */
  readonly shared?: SharedGround | undefined;
  readonly commitPoint?: CommitPoint | undefined;
  readonly onProblem?: ((error: unknown) => void) | undefined;
}
/** Dropping a tenant ends its connections; setting it aside ends those of others too. */
export interface PostgresStores extends TenantStores {
  /** What TypeORM knows of a tenant's documents, on the connections of its store: for reading. */
  sourceOf(tenant: string): DataSource;
}
const poolMax = 10;
/** So many tenants are connected to at the start, which shows that their schema stands; the others
 * when they are used. */
const connectedAtStart = 4;

type DomainPlan = StorePlan & { readonly role: string };

interface OpenTenant {
  readonly store: Store;
  readonly connections: Connections;
  unfollow(): void;
  source?: DataSource;
}

/** The tenants that are served. */
class OpenTenants {
  readonly #opened = new Map<string, OpenTenant>();
  readonly #openNew: (tenant: string) => OpenTenant;
  constructor(openNew: (tenant: string) => OpenTenant) {
    this.#openNew = openNew;
  }
  names(): string[] {
    return [...this.#opened.keys()];
  }
  has(tenant: string): boolean {
    return this.#opened.has(tenant);
  }
  of(tenant: string): OpenTenant {
    const opened = this.#opened.get(tenant);
    if (!opened) throw new TypeError(`There is no tenant ${tenant} here`);
    return opened;
  }
  open(tenant: string): Connections {
    const opened = this.#openNew(tenant);
    this.#opened.set(tenant, opened);
    return opened.connections;
  }
  async drop(tenant: string): Promise<void> {
    const opened = this.#opened.get(tenant);
    this.#opened.delete(tenant);
    opened?.unfollow();
    await opened?.connections.end();
  }
  unfollowAll(): void {
    for (const { unfollow } of this.#opened.values()) unfollow();
  }
  async endAll(): Promise<void> {
    await Promise.all([...this.#opened.values()].map(({ connections }) => connections.end()));
  }
}

export async function openPostgresStores(options: PostgresOptions): Promise<PostgresStores> {
  const { server, databaseOf } = options;
  let isClosing = false;
  const plan = planOf(options, (error) => {
    if (!isClosing) options.onProblem?.(error);
  });
  const shared = options.shared ?? newSharedGround(poolMax * 4);
  const composing = await composingSource({
    schema: plan.domain,
    entities: plan.tables.map(documentEntity),
  });
  const watch = (shared.watch ??= new DatabaseWatch({
    open: () => openSession(server, 'postgres', plan, { isSchemaSet: false }),
  }));
  const prepare = (database: string, from?: string) =>
    shared.adminTurns.run(1, async () => {
      await createDatabase(server, database, plan.role, from);
      await migrate(server, database, plan);
    });
  const openNew = tenantOpener({ options, plan, shared, watch, composing, prepare });
  const tenants = new OpenTenants((tenant) => openNew(databaseOf(tenant)));
  const close = async () => {
    isClosing = true;
    tenants.unfollowAll();
    if (!options.shared) await watch.stop();
    await tenants.endAll();
    if (composing.isInitialized) await composing.destroy();
  };
  try {
    await prepareFirst(options, plan, prepare);
    const opened = options.tenants.map((tenant) => tenants.open(tenant));
    await Promise.all(opened.slice(0, connectedAtStart).map(tried));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    of: (tenant) => tenants.of(tenant).store,
    sourceOf(tenant) {
      const opened = tenants.of(tenant);
      return (opened.source ??= sourceOn(composing, opened.connections));
    },
    tenants: () => tenants.names(),
    async addTenant(name, copy) {
      if (tenants.has(name)) return;
      const database = databaseOf(name);
      await prepare(database, copy === undefined ? undefined : setAsideName(database, copy));
      if (!tenants.has(name)) await tried(tenants.open(name));
    },
    dropTenant: (name) => tenants.drop(name),
    ...administration(options, shared.adminTurns, tenants),
    close,
  };
}

/** Makes and migrates a database; `from`: out of the one that is named so. */
type Prepare = (database: string, from?: string) => Promise<void>;

/** At the start: the databases that do not say that they stand as this release wants them. */
async function prepareFirst(
  { server, tenants, databaseOf }: PostgresOptions,
  plan: DomainPlan,
  prepare: Prepare,
): Promise<void> {
  const databases = tenants.map(databaseOf);
  const stands = await asAdmin(server, (client) => standingDatabases(client, databases, plan));
  await Promise.all(
    databases.map(async (database) => {
      if (!stands.has(database)) await prepare(database);
    }),
  );
}

/** What opening a tenant takes, the same for all tenants. */
interface OpenerParts {
  readonly options: PostgresOptions;
  readonly plan: DomainPlan;
  readonly shared: SharedGround;
  readonly watch: DatabaseWatch;
  readonly composing: DataSource;
  readonly prepare: Prepare;
}

/** Opens the store on a database. It connects when it is used, and verifies the schema then. */
function tenantOpener({ options, plan, shared, watch, composing, prepare }: OpenerParts) {
  const { server } = options;
  const { commitPoint, onProblem } = plan;
  return (database: string): OpenTenant => {
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
    const turns = shared.rebuildTurns;
    const rebuild = () => openRebuild({ server, database, plan, turns, commitPoint, onProblem });
    const { store, tellWritten } = postgresStore(connections, composing, plan, rebuild);
    return { store, connections, unfollow: watch.follow(database, tellWritten) };
  };
}

/** What the administrator of the server does for the tenants. */
const administration = (
  { server, databaseOf }: PostgresOptions,
  adminTurns: Turns,
  tenants: OpenTenants,
): Pick<PostgresStores, 'setAside' | 'usage'> => ({
  setAside: (name, copy) =>
    adminTurns.run(1, () =>
      asAdminInTurn(server, (client) => setAside(client, databaseOf(name), copy)),
    ),
  async usage() {
    const names = new Map(tenants.names().map((tenant) => [databaseOf(tenant), tenant]));
    const found = await adminTurns.run(1, () =>
      asAdmin(server, (client) => databaseUsage(client, [...names.keys()])),
    );
    return found.map((each) => ({ ...each, tenant: names.get(each.database) ?? '' }));
  },
});

/** Opens a session where there is none, which shows that the schema stands. */
const tried = async (connections: Connections): Promise<void> =>
  (await connections.connect()).release();

function planOf(
  { domain, commitPoint }: PostgresOptions,
  onProblem: (error: unknown) => void,
): DomainPlan {
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
