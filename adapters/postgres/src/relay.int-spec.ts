/** How the relay finds what it is to number: by a hint, known holes and a sweep. */
import { closes, noteRow, opens, publishAll, unit } from '@morrow/engines/suite';
import { expect, it } from 'vitest';
import { world } from './store-world.ts';

const numbersOf = (events: readonly { readonly number: number }[]) =>
  events.map(({ number }) => number);

it('reads a page of events, not the whole table, however many there are', async () => {
  const { store, query } = await world();
  for (let at = 0; at < 3; at++)
    await store.commit(
      unit(Array.from({ length: 1000 }, (_, of) => opens(noteRow(`N-${at}-${of}`)))),
    );
  await publishAll(store);
  await query('analyze event; analyze publication');
  const scans = async (table: string, kind: string) => {
    const text = `select ${kind}::int as n from pg_stat_user_tables
      where schemaname = 'books' and relname = $1`;
    const [row] = await query<{ n: number }>(text, [table]);
    return row?.n ?? 0;
  };
  const pages = 20;
  const [whole, pageReads] = [
    await scans('event', 'seq_scan'),
    await scans('publication', 'idx_scan'),
  ];
  for (let page = 0; page < pages; page++)
    expect(await store.eventsSince(page * 100, 100)).toHaveLength(100);
  await expect
    .poll(() => scans('publication', 'idx_scan'), { timeout: 30_000 })
    .toBeGreaterThanOrEqual(pageReads + pages);
  expect(await scans('event', 'seq_scan')).toBe(whole);
});

it('numbers a transaction that was held back while later ones were published', async () => {
  const { store, query, admin } = await world();
  await query(`create function hold() returns trigger language plpgsql as $$ begin
    if new.n = 2 then perform pg_advisory_xact_lock(77); end if; return new; end $$`);
  const slow = noteRow('slow');
  await store.commit(unit([opens(slow)]));
  expect(await publishAll(store)).toHaveLength(1);
  await query('create trigger hold after insert on outbox for each row execute function hold()');
  const gate = await admin();
  await gate.query('select pg_advisory_lock(77)');
  const held = store.commit(unit([closes(slow)]));
  await expect
    .poll(() => query(`select 1 from pg_locks where locktype = 'advisory' and not granted`))
    .toHaveLength(1);
  for (const number of ['x', 'y']) await store.commit(unit([opens(noteRow(number))]));
  const early = await publishAll(store);
  expect(early.map(({ type, number }) => [type, number])).toEqual([
    ['noteOpened', 2],
    ['noteOpened', 3],
  ]);
  await gate.query('select pg_advisory_unlock(77)');
  await held;
  const late = await publishAll(store);
  expect(late.map(({ type, number }) => [type, number])).toEqual([
    ['noteSigned', 4],
    ['noteClosed', 5],
  ]);
  expect(numbersOf(await store.eventsSince(0, 10))).toEqual([1, 2, 3, 4, 5]);
});

it('finds in its sweep what lies below its hint without being known as a hole', async () => {
  const { store, query } = await world();
  const rows = ['a', 'b'].map((number) => noteRow(number));
  await store.commit(unit(rows.map(opens)));
  await query('update outbox set n = n');
  const below = await query<object>('delete from outbox where pos = 1 returning *');
  expect(await publishAll(store)).toHaveLength(1);
  expect(below).toHaveLength(1);
  await query(`insert into outbox (pos, stream_id, first_version, n) overriding system value
    values (1, $1, 1, 1)`, [rows[0]?.id]); // prettier-ignore
  await expect.poll(() => publishAll(store), { timeout: 10_000 }).toHaveLength(1);
  expect(numbersOf(await store.eventsSince(0, 10))).toEqual([1, 2]);
});
