/** Makes and widens the schema of a domain: additive statements of our own, under a lock, never an
 * ORM's diff. */
import type pg from 'pg';
import { commitFunction } from './commit-function.ts';
import { openPool, type ServerAddress } from './connections.ts';
import type { DocumentTable } from './document-table.ts';
import {
  bookTables,
  documentStatements,
  eventTables,
  relayFunction,
  schemaVersion,
  standing,
  stockTables,
  takeFunction,
} from './schema-sql.ts';

export interface SchemaPlan {
  readonly domain: string;
  readonly role: string;
  readonly tables: readonly DocumentTable[];
  readonly keeps: readonly ('book' | 'stock')[];
}
const lockKey = 471_100;

/** Creates the database and the role where they are missing. */
export async function createDatabase(
  server: ServerAddress,
  database: string,
  role: string,
): Promise<void> {
  const pool = openPool(server, 'postgres', { max: 1 }, () => undefined);
  const client = await pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    const found = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (!found.rowCount) await client.query(`create database "${database}"`);
    const known = await client.query('select 1 from pg_roles where rolname = $1', [role]);
    if (!known.rowCount) await client.query(`create role "${role}" nologin`);
    await client.query(`grant "${role}" to current_user`);
    await client.query('select pg_advisory_unlock($1)', [lockKey]);
  } finally {
    client.release();
    await pool.end();
  }
}

async function refuseNewer(client: pg.PoolClient, plan: SchemaPlan, database: string) {
  await client.query(
    'create table if not exists migration (version int primary key, at timestamptz not null default now())',
  );
  const { rows } = await client.query<{ version: number | null }>(
    'select max(version) as version from migration',
  );
  const found = rows[0]?.version ?? 0;
  if (found > schemaVersion)
    throw new Error(
      `The database ${database} holds ${plan.domain} of version ${found}, this release knows ${schemaVersion}: start the newer release.`,
    );
  return found;
}

/** Brings the schema to what the plan says. Adds tables, columns and indexes; takes
 * nothing away. */
export async function migrate(
  server: ServerAddress,
  database: string,
  plan: SchemaPlan,
): Promise<void> {
  const { domain, role, tables, keeps } = plan;
  const pool = openPool(server, database, { max: 1, schema: domain }, () => undefined);
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [lockKey + 1]);
    await client.query('revoke create on schema public from public');
    await client.query(`create schema if not exists "${domain}"`);
    const isOlder = (await refuseNewer(client, plan, database)) < schemaVersion;
    const { rows } = await client.query<{ name: string; type: string }>(standing);
    const stands = new Map(rows.map(({ name, type }) => [name, type]));
    if (isOlder) await client.query(eventTables);
    if (keeps.includes('book') && (isOlder || !stands.has('entry.id')))
      await client.query(bookTables);
    if (keeps.includes('stock') && (isOlder || !stands.has('stock_balance.item')))
      await client.query(stockTables);
    for (const table of tables)
      for (const statement of documentStatements(table, stands)) await client.query(statement);
    await client.query('drop function if exists publish_events(bigint, int, bigint, bigint[])');
    await client.query(relayFunction);
    await client.query(takeFunction);
    await client.query(commitFunction(tables, keeps.includes('book')));
    await client.query(`grant usage on schema "${domain}" to "${role}"`);
    await client.query(
      `grant select, insert, update, delete on all tables in schema "${domain}" to "${role}"`,
    );
    await client.query(`revoke insert, update, delete on migration from "${role}"`);
    await client.query(`grant usage on all sequences in schema "${domain}" to "${role}"`);
    await client.query('insert into migration (version) values ($1) on conflict do nothing', [
      schemaVersion,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
    await pool.end();
  }
}
