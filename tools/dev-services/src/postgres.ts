// Empty databases for tests, all in the one PostgreSQL of the test run.
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { postgresOfThisRun, type PostgresFacts } from './test-run.ts';

export interface FreshDatabase extends PostgresFacts {
  readonly database: string;
  /** Ends the connections to it too. What is not dropped goes with the test run. */
  drop(): Promise<void>;
}

let known: Promise<PostgresFacts> | undefined;

/** The PostgreSQL of this test run; the first to ask starts it. */
export const testPostgres = (): Promise<PostgresFacts> => (known ??= postgresOfThisRun());

/** An empty database under a name that nobody else has; `name` is how it begins. */
export async function freshDatabase(name = 'test'): Promise<FreshDatabase> {
  const facts = await testPostgres();
  const start = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
  const database = `${start.slice(0, 40)}_${randomBytes(6).toString('hex')}`;
  await administer(facts, `create database "${database}"`);
  return {
    ...facts,
    database,
    drop: () => dropDatabase(facts, database),
  };
}

/** Ends the connections to it too. */
export const dropDatabase = (server: Server, database: string): Promise<void> =>
  administer(server, `drop database if exists "${database}" with (force)`);

type Server = Pick<PostgresFacts, 'host' | 'port' | 'user'>;

async function administer(server: Server, statement: string): Promise<void> {
  const client = new Client({ ...server, database: 'postgres' });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
