/** What a PostgreSQL server says of itself: which cluster it is, and which databases it holds. */
import pg from 'pg';
import type { ServerAddress } from './connections.ts';

export interface ServerFacts {
  /** Of the cluster, made when it was initialised; undefined where the server does not tell it. */
  readonly identifier: string | undefined;
  /** Names of the databases that begin with the prefix. */
  readonly databases: readonly string[];
}

/** Asks over a connection of its own to the database `postgres`. */
export async function serverFacts(server: ServerAddress, prefix: string): Promise<ServerFacts> {
  const client = new pg.Client({
    ...server,
    database: 'postgres',
    connectionTimeoutMillis: 10_000,
  });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1) order by datname',
      [prefix],
    );
    const databases = rows.map(({ datname }) => datname);
    return { identifier: await identifierOf(client), databases };
  } finally {
    await client.end();
  }
}

/** Whether a table of events in one of these schemas of a database has a row. */
export async function holdsEvents(server: ServerAddress, database: string): Promise<boolean> {
  const client = new pg.Client({ ...server, database, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ nspname: string }>(
      `select n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relname = 'event' and c.relkind in ('r', 'p')`,
    );
    for (const { nspname } of rows) {
      const table = `${client.escapeIdentifier(nspname)}.event`;
      const found = await client.query(`select from ${table} limit 1`);
      if (found.rowCount) return true;
    }
    return false;
  } finally {
    await client.end();
  }
}

/** A managed server may keep it to itself. */
async function identifierOf(client: pg.Client): Promise<string | undefined> {
  try {
    const { rows } = await client.query<{ id: string }>(
      'select system_identifier::text as id from pg_control_system()',
    );
    return rows[0]?.id;
  } catch {
    return undefined;
  }
}
