/** PostgreSQL does what every store does. Tests empty their databases for those that follow, since
 * making one takes longer than most tests. */
import { freshDatabase, type FreshDatabase } from '@morrow/dev-services';
import { storeSuite } from '@morrow/engines/suite';
import { Client } from 'pg';
import { afterAll, onTestFinished } from 'vitest';
import { migrationTable } from './migrations.ts';
import { world } from './store-world.ts';

const made: FreshDatabase[] = [];
const free: FreshDatabase[] = [];
const newDatabase = async () => {
  const fresh = await freshDatabase('store');
  made.push(fresh);
  return fresh;
};
/** Tables of one row, which a migration has written. */
const singles = ['relay', 'ledger_facts'];

async function empty({ drop: _, ...address }: FreshDatabase): Promise<void> {
  const client = new Client({ ...address, options: '-c search_path=books' });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'books' and tablename <> $1`,
    [migrationTable],
  );
  const deletes = rows.map(({ name }) => `delete from "${name}";`);
  const inserts = singles.map((name) => `insert into ${name} default values;`);
  await client.query([...deletes, ...inserts].join('\n'));
  await client.end();
}

storeSuite('on PostgreSQL', async (commitPoint) => {
  const fresh = free.pop() ?? (await newDatabase());
  // after the stores of the test are closed
  onTestFinished(() => empty(fresh).then(() => void free.push(fresh)));
  return world({ commitPoint }, fresh);
});

afterAll(() => Promise.all(made.map(({ drop }) => drop())));
