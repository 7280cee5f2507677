/** One domain on a database of its own, for the tests of this folder. */
import { freshDatabase, type FreshDatabase } from '@morrow/dev-services';
import type { Store } from '@morrow/engines';
import { books } from '@morrow/engines/suite';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';
import {
  openPostgresStores,
  type PostgresOptions,
  type PostgresStores,
} from './postgres-stores.ts';

export interface StoreWorld {
  readonly stores: PostgresStores;
  readonly store: Store;
  readonly database: string;
  /** A second process on the same database. */
  again(): Promise<Store>;
  /** Statements of an administrator, past the store. */
  query<Row>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  admin(): Promise<Client>;
  /** How many statements wait for a lock in this database. */
  waiting(): Promise<number>;
}

export const tenant = 'main';

/** `fresh`: a database that outlives the test; absent: one that the test has for itself. */
export async function world(
  part: Partial<PostgresOptions> = {},
  fresh?: FreshDatabase,
): Promise<StoreWorld> {
  const { drop, database, ...server } = fresh ?? (await freshDatabase('store'));
  if (!fresh) onTestFinished(drop);
  const options: PostgresOptions = {
    server,
    domain: books,
    tenants: [tenant],
    databaseOf: () => database,
    ...part,
  };
  const open = async () => {
    const stores = await openPostgresStores(options);
    onTestFinished(() => stores.close());
    return stores;
  };
  const admin = async () => {
    const client = new Client({ ...server, database, options: '-c search_path=books' });
    client.on('error', () => undefined);
    await client.connect();
    onTestFinished(() => client.end());
    return client;
  };
  const stores = await open();
  const client = await admin();
  const waiting = `select count(*)::int as n from pg_locks where not granted
    and database = (select oid from pg_database where datname = current_database())`;
  return {
    stores,
    store: stores.of(tenant),
    database,
    again: async () => (await open()).of(tenant),
    query: async (text, values = []) => (await client.query(text, [...values])).rows,
    admin,
    waiting: async () => (await client.query(waiting)).rows[0].n,
  };
}
