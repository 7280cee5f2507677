/** The databases of tenants as a whole: how large they are, and how one is set aside. */
import type pg from 'pg';
import type { ServerAddress } from './connections.ts';
import { asAdmin } from './migrate.ts';

export interface DatabaseUsage {
  readonly database: string;
  /** On disk. */
  readonly bytes: number;
}

export async function databaseUsage(
  client: pg.ClientBase,
  databases: readonly string[],
): Promise<readonly DatabaseUsage[]> {
  const { rows } = await client.query<{ database: string; bytes: string }>(
    `select datname as database, pg_database_size(oid)::text as bytes from pg_database
     where datname = any($1::text[]) order by 1`,
    [databases],
  );
  return rows.map(({ database, bytes }) => ({ database, bytes: Number(bytes) }));
}

/** Names are at most so long, in bytes. */
const nameMax = 63;
/** What a database is called after it was set aside under the name of a copy. */
export const setAsideName = (database: string, copy: string): string =>
  `${database.slice(0, nameMax - copy.length - 1)}_${copy}`;

/** Renames a database; ends whoever is connected to it. Gives the new name; undefined where neither
 * stands. */
export async function setAside(
  client: pg.ClientBase,
  database: string,
  copy: string,
): Promise<string | undefined> {
  const aside = setAsideName(database, copy);
  const { rows } = await client.query<{ name: string }>(
    'select datname as name from pg_database where datname = any($1::text[])',
    [[database, aside]],
  );
  const names = rows.map(({ name }) => name);
  if (names.includes(aside)) return aside;
  if (!names.includes(database)) return undefined;
  await client.query(`alter database "${database}" allow_connections false`);
  try {
    await client.query(
      'select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1',
      [database],
    );
    await client.query(`alter database "${database}" rename to "${aside}"`);
  } finally {
    const name = await client.query('select 1 from pg_database where datname = $1', [aside]);
    const now = name.rowCount ? aside : database;
    await client.query(`alter database "${now}" allow_connections true`);
  }
  return aside;
}

/** Sessions that the server allows to whoever is no superuser. */
export const connectionsAllowed = (server: ServerAddress): Promise<number> =>
  asAdmin(server, async (client) => {
    const { rows } = await client.query<{ allowed: number }>(
      `select current_setting('max_connections')::int
         - current_setting('superuser_reserved_connections')::int
         - coalesce(nullif(current_setting('reserved_connections', true), ''), '0')::int
         as allowed`,
    );
    return rows[0]?.allowed ?? 0;
  });
