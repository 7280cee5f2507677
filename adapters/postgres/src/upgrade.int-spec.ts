/** A database that an older release made opens with everything that it held. */
import { books, closes, noteRow, opens, publishAll, sale, unit } from '@morrow/engines/suite';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshDatabase } from '@morrow/dev-services';
import { Client } from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { openPostgresStores } from './postgres-stores.ts';
import { tenant } from './store-world.ts';

/** A database of version 2 (`version-2.sql`), not opened by this release yet. */
async function olderDatabase() {
  const { drop, database, ...server } = await freshDatabase('older');
  onTestFinished(drop);
  const client = new Client({ ...server, database, options: '-c search_path=books' });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query(readFileSync(join(import.meta.dirname, 'version-2.sql'), 'utf8'));
  const open = async () => {
    const domain = books;
    const stores = await openPostgresStores({
      server,
      domain,
      tenants: [tenant],
      databaseOf: () => database,
    });
    onTestFinished(() => stores.close());
    return stores.of(tenant);
  };
  const query = async (text: string) => (await client.query(text)).rows;
  /** Without nulls: a field that was added is null in every row. */
  const held = async () => {
    const rows: unknown[] = [];
    for (const table of tablesHeld)
      rows.push(...(await query(`select json_strip_nulls(to_json(t)) from ${table} t`)));
    return rows;
  };
  return { open, query, held };
}
const tablesHeld = [
  ...['note', 'account', 'event', 'outbox', 'publication', 'receipt', 'inbox', 'watermark'],
  ...['entry', 'entry_line', 'account_balance', 'stock_balance', 'stock_movement', 'dead_letter'],
];

it('keeps every row of the release before, and goes on from them', async () => {
  const { open, query, held } = await olderDatabase();
  const before = await held();
  expect(before).toHaveLength(28);
  const store = await open();
  expect(await held()).toEqual(before);
  expect(await store.upkeep.faults()).toEqual([]);
  const [first] = await store.list('note', { limit: 1 });
  expect(first).toMatchObject({
    version: 3,
    state: 'closed',
    fields: { number: 'N-1', customer: 'Bob', total: '700', sentAt: '2026-03-01T00:00:00.001Z' },
  });
  expect(await store.findReceipt('k-1')).toMatchObject({ answer: { ok: ['k-1', 1.5, null] } });
  const waiting = await store.list('note', { limit: 5, where: { state: 'open' } });
  await store.commit(unit(waiting.map((row) => closes(row, { way: 'air' }))));
  const [id, entryId] = [
    '01890000-0000-7000-8000-0000000000a1',
    '01890000-0000-7000-8000-0000000000a2',
  ];
  const entries = [{ ...sale('s-2', 300n), id: entryId }];
  await store.commit(unit([opens(noteRow('N-4', {}, id))], { entries }));
  await query('update relay set lease_until = now()');
  expect((await publishAll(store)).at(-1)?.number).toBe(13);
  expect(await store.ledger.totals('EUR')).toEqual([
    { account: '1000', debit: 1000n, credit: 0n },
    { account: '4000', debit: 0n, credit: 1000n },
  ]);
  expect(await store.upkeep.faults()).toEqual([]);
});

it('takes over the book of migrations, and tells the release before that it is newer', async () => {
  const { open, query } = await olderDatabase();
  await open();
  const once = await query('select * from schema_migration');
  await open();
  expect(await query('select * from schema_migration')).toEqual(once);
  expect(
    await query(`select name from schema_migration where name like 'version%' order by id`),
  ).toEqual(['version 2', 'version 3'].map((name) => ({ name })));
  expect(await query('select max(version) from migration')).toEqual([{ max: 3 }]);
});

it('refuses a newer database that was booked before TypeORM kept the book', async () => {
  const { open, query } = await olderDatabase();
  await query('insert into migration (version) values (9000)');
  await expect(open()).rejects.toThrow(/^The database \S+ holds books of version 9000, .*\.$/);
  expect(await query(`select from pg_class where relname = 'schema_migration'`)).toEqual([]);
});
