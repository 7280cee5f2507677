/** Makes and widens the schema of a domain: additive statements of our own, under a lock, never an
 * ORM's diff. */
import { present } from '@morrow/kernel';
import type pg from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import { commitFunction, type CommitFunction } from './commit-function.ts';
import { adminPool, openClient, type ServerAddress } from './connections.ts';
import { openDataSource } from './data-source.ts';
import { ensureRole } from './domain-role.ts';
import { documentStatements, standing, type Stands } from './document-schema.ts';
import { noteFingerprint, type SchemaPlan } from './schema-fingerprint.ts';
import {
  askOn,
  migrationBook,
  migrationTable,
  nameOfVersion,
  type MigrationBook,
  type Step,
} from './migrations.ts';
import {
  bookTables,
  functionsVersion,
  relayFunctions,
  schemaVersion,
  stockTables,
  takeFunction,
  versions,
  wideBalances,
  workflowTables,
} from './schema-sql.ts';
import { turnFunction } from './stock-waiting.ts';
type Ask = ReturnType<typeof askOn>;
const lockKey = 471_100;

/** Lets the roles of the domains that live in a database into it, and nobody else's. */
async function closeToOthers(client: pg.ClientBase, database: string, role: string): Promise<void> {
  const mayEnter = async (who: string) => {
    const text = `select has_database_privilege($1, $2, 'connect') as may`;
    return (await client.query<{ may: boolean }>(text, [who, database])).rows[0]?.may;
  };
  if (await mayEnter('public'))
    await client.query(`revoke connect on database "${database}" from public`);
  if (!(await mayEnter(role)))
    await client.query(`grant connect on database "${database}" to "${role}"`);
}

/** Creates the database and the role where they are missing; the role enters this database. A
 * database that was set aside as `from` takes the name first. */
export async function createDatabase(
  server: ServerAddress,
  database: string,
  role: string,
  from?: string,
): Promise<void> {
  await asAdminInTurn(server, async (client) => {
    const stands = async (name: string) =>
      (await client.query('select 1 from pg_database where datname = $1', [name])).rowCount;
    if (!(await stands(database))) {
      if (from !== undefined && !(await stands(from))) throw new UnknownCopy(from);
      const text =
        from === undefined
          ? `create database "${database}"`
          : `alter database "${from}" rename to "${database}"`;
      await client.query(text).catch((cause: unknown) => {
        throw mayNotCreate(server, database, cause);
      });
    }
    await ensureRole(client, server, role);
    await closeToOthers(client, database, role);
  });
}

/** A copy that is to be restored is not there. */
export class UnknownCopy extends Error {
  override readonly name = 'UnknownCopy';
  constructor(database: string) {
    super(`There is no database ${database}`);
  }
}

/** Runs statements of the administrator in the database that every server has. */
export async function asAdmin<T>(
  server: ServerAddress,
  work: (client: pg.ClientBase) => Promise<T>,
): Promise<T> {
  const client = await openClient(server, 'postgres', server);
  client.on('error', () => undefined);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** One administrator at a time, of all processes: PostgreSQL refuses two that change the same role
 * or database together. The turn ends with the session. */
export const asAdminInTurn: typeof asAdmin = (server, work) =>
  asAdmin(server, async (client) => {
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    return work(client);
  });

function mayNotCreate({ user }: ServerAddress, database: string, cause: unknown): unknown {
  if ((cause as { code?: string }).code !== '42501') return cause;
  return new Error(
    `The database user ${user} may not create the database ${database}: give it CREATEDB (and ` +
      'CREATEROLE), or name another user in DATABASE_URL.',
    { cause },
  );
}

/** Takes over what was booked before TypeORM kept the books. */
async function adoptOldBook(
  book: MigrationBook,
  ask: Ask,
  refuseNewer: (version: number) => void,
): Promise<void> {
  const [found] = await ask<{ version: number }>('select max(version) as version from migration');
  refuseNewer(found?.version ?? 0);
  for (const version of versions.keys())
    if (version <= (found?.version ?? 0))
      await book.run({ name: nameOfVersion(version), statements: [] });
  // a release that looks there refuses what it does not know
  await ask('insert into migration (version) values ($1) on conflict do nothing', [schemaVersion]);
}

const refusing =
  ({ domain }: SchemaPlan, database: string) =>
  (found: number): void => {
    if (found <= schemaVersion) return;
    const holds = `The database ${database} holds ${domain} of version ${found}`;
    throw new Error(`${holds}, this release knows ${schemaVersion}: start the newer release.`);
  };

/** Steps of the keepers' tables that are still to be done. */
function* stepsOf({ keeps }: SchemaPlan, done: readonly number[], stands: Stands): Generator<Step> {
  for (const [version, statements] of versions)
    if (!done.includes(version)) yield { name: nameOfVersion(version), statements };
  if (keeps.includes('book') && !stands.has('entry.id'))
    yield { name: 'book', statements: [bookTables] };
  if (keeps.includes('book') && stands.get('account_balance.debit') === 'bigint')
    yield { name: 'wide balances', statements: [wideBalances] };
  if (keeps.includes('stock') && !stands.has('stock_waiting.item'))
    yield { name: 'stock', statements: [stockTables] };
  if (keeps.includes('workflow') && !stands.has('workflow_heard.key'))
    yield { name: 'workflow', statements: [workflowTables] };
}

/** Makes the functions of this release; those that all releases share are left as a newer release
 * made them. */
async function makeFunctions(ask: Ask, commit: CommitFunction): Promise<void> {
  const [made] = await ask<{ version: string | null }>(
    `select obj_description(oid, 'pg_proc') as version from pg_proc
     where proname = 'take_events' and pronamespace = current_schema()::regnamespace`,
  );
  if (Number(made?.version ?? 0) <= functionsVersion) {
    await ask('drop function if exists publish_events(bigint, int, bigint, bigint[])');
    for (const text of [relayFunctions, takeFunction]) await ask(text);
    await ask(`comment on function take_events is '${functionsVersion}'`);
  }
  await ask(commit.text);
}

async function bringUp(
  runner: QueryRunner,
  source: DataSource,
  plan: SchemaPlan,
  database: string,
) {
  const { domain, role, tables, keeps } = plan;
  const ask = askOn(runner);
  const book = migrationBook(source, runner);
  const refuseNewer = refusing(plan, database);
  await ask('select pg_advisory_xact_lock($1)', [lockKey + 1]);
  await ask('revoke create on schema public from public');
  await ask(`create schema if not exists "${domain}"`);
  const rows = await ask<{ name: string; type: string }>(standing);
  const stands = new Map(rows.map(({ name, type }) => [name, type]));
  if (stands.has('migration.version') && !stands.has(`${migrationTable}.name`))
    await adoptOldBook(book, ask, refuseNewer);
  const done = await book.versions();
  refuseNewer(Math.max(0, ...done));
  for (const step of stepsOf(plan, done, stands)) await book.run(step);
  for (const table of tables) {
    const statements = documentStatements(table, stands);
    if (statements.length) await book.run({ name: table.name, statements });
  }
  if (keeps.includes('stock')) await ask(turnFunction);
  await makeFunctions(ask, commitFunction(tables, keeps.includes('book')));
  await ask(`grant usage on schema "${domain}" to "${role}"`);
  await ask(
    `grant select, insert, update, delete on all tables in schema "${domain}" to "${role}"`,
  );
  await ask(`revoke insert, update, delete on ${migrationTable} from "${role}"`);
  await ask(`grant usage on all sequences in schema "${domain}" to "${role}"`);
  await noteFingerprint(ask, database, plan);
}

/** Brings the schema to what the plan says. Adds tables, columns and indexes; takes none away. */
export async function migrate(
  server: ServerAddress,
  database: string,
  plan: SchemaPlan,
): Promise<void> {
  const pool = adminPool(server, database, { max: 1, schema: plan.domain }, () => undefined);
  try {
    const source = await openDataSource(pool, { database, schema: plan.domain });
    await source.transaction(({ queryRunner }) =>
      bringUp(present(queryRunner, 'A transaction has a runner'), source, plan, database),
    );
    await source.destroy();
  } finally {
    await pool.end();
  }
}
