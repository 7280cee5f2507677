/** The relay numbers every committed event once, without a gap, whoever runs it. */
import { expect, it } from 'vitest';
import { closes, noteRow, opens, publishAll, unit, world } from './store-world.ts';

const numbersOf = (events: readonly { readonly number: number }[]) =>
  events.map(({ number }) => number);

it('gives dense numbers in order, and pages that begin anywhere', async () => {
  const { store } = await world();
  const rows = ['a', 'b', 'c'].map((number) => noteRow(number));
  await store.commit(unit(rows.map(opens)));
  for (const row of rows) await store.commit(unit([closes(row)]));
  expect(await store.relay.position()).toEqual({ published: 0, waiting: 6 });
  const published = await publishAll(store);
  expect(numbersOf(published)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(await store.relay.position()).toEqual({ published: 9, waiting: 0 });
  expect(await store.eventsSince(0, 100)).toEqual(published);
  for (let after = 0; after <= 9; after++)
    expect(numbersOf(await store.eventsSince(after, 2))).toEqual(
      [after + 1, after + 2].filter((number) => number <= 9),
    );
});

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

it('is one process at a time, and the next one only when the lease has ended', async () => {
  const first = await world();
  const second = await first.again();
  await first.store.commit(unit([opens(noteRow('a'))]));
  const fence = await first.store.relay.lease('one', 60_000);
  expect(await second.relay.lease('two', 60_000)).toBeUndefined();
  expect(await first.store.relay.lease('one', 60_000)).toBe(fence);
  await first.query(`update relay set lease_until = now() - interval '1 second'`);
  const taken = await second.relay.lease('two', 60_000);
  expect(taken).toBe((fence ?? 0) + 1);
  await expect(first.store.relay.publish(fence ?? 0, 10)).rejects.toThrow(/taken over/);
  expect(numbersOf(await second.relay.publish(taken ?? 0, 10))).toEqual([1]);
});

it('hands over at once when it is released', async () => {
  const first = await world();
  const second = await first.again();
  const fence = await first.store.relay.lease('one', 60_000);
  await first.store.relay.release('one');
  expect(await second.relay.lease('two', 60_000)).toBe((fence ?? 0) + 1);
  await expect(first.store.relay.publish(fence ?? 0, 10)).rejects.toThrow(/taken over/);
});

it('continues the numbers after a take-over in the middle', async () => {
  const first = await world();
  const second = await first.again();
  await first.store.commit(unit(['a', 'b', 'c'].map((number) => opens(noteRow(number)))));
  const fence = await first.store.relay.lease('one', 60_000);
  expect(numbersOf(await first.store.relay.publish(fence ?? 0, 2))).toEqual([1, 2]);
  await first.store.relay.release('one');
  expect(numbersOf(await publishAll(second, 'two'))).toEqual([3]);
  expect(await second.upkeep.faults()).toEqual([]);
});

it('numbers the same without reading what nobody hears', async () => {
  const { store, query, again } = await world();
  for (const number of ['a', 'b', 'c']) await store.commit(unit([opens(noteRow(number))]));
  const fence = (await store.relay.lease('one', 60_000)) ?? 0;
  expect(await store.relay.number(fence, 2)).toBe(2);
  expect(numbersOf(await store.eventsSince(0, 10))).toEqual([1, 2]);
  expect(numbersOf(await store.relay.publish(fence, 10))).toEqual([3]);
  await store.commit(unit([opens(noteRow('d'))]));
  expect(await store.relay.number(fence, 10)).toBe(1);
  expect(await store.relay.number(fence, 10)).toBe(0);
  expect(numbersOf(await store.eventsSince(0, 10))).toEqual([1, 2, 3, 4]);
  expect(await query('select * from outbox')).toEqual([]);
  expect(await store.upkeep.faults()).toEqual([]);
  await store.relay.release('one');
  await (await again()).relay.lease('two', 60_000);
  await expect(store.relay.number(fence, 10)).rejects.toThrow(/taken over/);
});
