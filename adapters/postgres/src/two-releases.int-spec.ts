/** Processes of two releases, or with and without a pack, change the documents of one database in
 * turns: neither loses what only the other knows. */
import { defineDocument } from '@morrow/contract';
import { freshDatabase } from '@morrow/dev-services';
import type { Derived, DocumentRow, Store, Stream } from '@morrow/engines';
import { books, closes, note, noteRow, opens, unit } from '@morrow/engines/suite';
import type { JsonObject } from '@morrow/kernel';
import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openPostgresStores } from './postgres-stores.ts';
import { tenant } from './store-world.ts';

type Note = typeof note;
/** Fields that the newer release, and a pack, add to the note of the older one. */
const added = {
  segment: { kind: 'text', label: 'Segment', optional: true, indexed: true },
  route: { kind: 'choice', label: 'Route', optional: true, choices: ['north', "d'or"] },
  checks: { kind: 'table', label: 'Checks', optional: true },
} as const;
const newer = defineDocument({ ...note, fields: { ...note.fields, ...added } }) as unknown as Note;
const packed = defineDocument({
  ...note,
  fields: { ...note.fields, giftBox: { kind: 'flag', label: 'Gift box', optional: true } },
}) as unknown as Note;

/** Opens processes of several releases on one database. */
async function releases() {
  const { drop, database, ...server } = await freshDatabase('releases');
  onTestFinished(drop);
  const open = async (type: Note): Promise<Store> => {
    const stores = await openPostgresStores({
      server,
      domain: {
        ...books,
        documents: [type, ...books.documents.filter(({ name }) => name !== 'note')],
      },
      tenants: [tenant],
      databaseOf: () => database,
    });
    onTestFinished(() => stores.close());
    return stores.of(tenant);
  };
  const query = async (text: string) => {
    const client = new Client({ ...server, database, options: '-c search_path=books' });
    await client.connect();
    return client
      .query(text)
      .then(({ rows }) => rows)
      .finally(() => client.end());
  };
  return { open, query };
}
const bare = (fields: JsonObject) => noteRow('N-1', fields);
async function loaded(store: Store, { id }: DocumentRow): Promise<DocumentRow> {
  const row = await store.load('note', id);
  if (!row) throw new Error('The note is there');
  return row;
}
/** Changes a note as the process of this store sees it. */
async function change(store: Store, row: DocumentRow, fields: JsonObject) {
  await store.commit(unit([closes(await loaded(store, row), fields)]));
}
const own = { segment: 'wholesale', route: "d'or", checks: [{ by: 'Ann' }] };

/** Rows of a rebuild: what events of the stream carry, as far as the release knows it. */
const derive =
  (type: Note) =>
  ({ id, documentType, events }: Stream): Derived => {
    const known = Object.fromEntries(Object.keys(type.fields).map((field) => [field, null]));
    const carried = Object.assign({}, ...events.map(({ data }) => data)) as JsonObject;
    const fields = Object.fromEntries(
      Object.keys(known).map((field) => [field, carried[field] ?? null]),
    );
    const lifecycle = events[0]?.meta.lifecycle;
    if (documentType !== 'note' || !lifecycle) return { streamId: id, entries: [], facts: [] };
    const state = events.length > 1 ? 'closed' : 'open';
    const row = { id, version: events.length, state, lifecycle, fields };
    const [createdAt, updatedAt] = [events[0]?.at ?? '', events.at(-1)?.at ?? ''];
    const document = { documentType, row, createdAt, updatedAt };
    return { streamId: id, document, entries: [], facts: [] };
  };
/** Derives the tables anew as the release of the store does, and puts them in place. */
async function replay(store: Store, type: Note, meanwhile?: () => Promise<void>) {
  const rebuild = await store.rebuild();
  if (!rebuild) throw new Error('Another rebuild is under way');
  for await (const streams of rebuild.streams()) await rebuild.write(streams.map(derive(type)));
  await rebuild.settle(() => []);
  await meanwhile?.();
  await rebuild.swap(derive(type), () => () => []);
  await rebuild.close();
}

describe('two releases that write in turns', () => {
  it.each([
    ['the newer one started last', ['old', 'new']],
    ['the older one started last', ['new', 'old']],
  ] as const)('lose nothing: %s', async (_, order) => {
    const { open } = await releases();
    const types = { old: note, new: newer };
    const stores: Partial<Record<'old' | 'new', Store>> = {};
    for (const each of order) stores[each] = await open(types[each]);
    const { old: older, new: newest } = stores as Record<'old' | 'new', Store>;
    const row = bare({ ...own, customer: 'Ann' });
    await newest.commit(unit([opens(row)]));
    await change(older, row, { customer: 'Bob' });
    expect((await loaded(newest, row)).fields).toMatchObject({ ...own, customer: 'Bob' });
    await change(newest, row, { segment: 'retail', pieces: 3 });
    await change(older, row, { weight: '2' });
    const whole = { ...own, segment: 'retail', customer: 'Bob', pieces: 3, weight: '2' };
    expect((await loaded(newest, row)).fields).toMatchObject(whole);
    expect((await loaded(older, row)).fields).not.toHaveProperty('segment');
    // in a transaction, and after a restart of either
    const again = { old: await open(note), new: await open(newer) };
    await again.old.transact('test', async (session) => {
      const [locked] = await session.lockMany('note', [row.id]);
      if (locked) await session.write(unit([closes(locked, { isUrgent: true })]));
    });
    await change(again.new, row, { route: 'north' });
    await change(older, row, { total: '7' });
    const end = { ...whole, isUrgent: true, route: 'north', total: '7' };
    expect((await loaded(again.new, row)).fields).toMatchObject(end);
    await again.old.commit(unit([opens(noteRow('N-2'))]));
    const [other] = await again.new.findBy('note', 'number', ['N-2']);
    expect(other?.fields).toMatchObject({ segment: null, route: null, checks: null });
  });

  it('commit in one moment, each in its own groups', async () => {
    const { open } = await releases();
    const [older, newest] = [await open(note), await open(newer)];
    const rows = Array.from({ length: 20 }, (_, at) => noteRow(`N-${at}`, own));
    await newest.commit(unit(rows.map(opens)));
    const writing = rows.map((row, at) =>
      change(at % 2 ? older : newest, row, { customer: `C-${at}` }),
    );
    await Promise.all(writing);
    for (const [at, row] of rows.entries())
      expect((await loaded(newest, row)).fields).toMatchObject({ ...own, customer: `C-${at}` });
  });
});

it('a process without a pack keeps what the fields of the pack hold', async () => {
  const { open } = await releases();
  const [withPack, without] = [await open(packed), await open(newer)];
  const row = bare({ giftBox: true });
  await withPack.commit(unit([opens(row)]));
  await change(without, row, { ...own });
  await change(withPack, row, { customer: 'Eve' });
  expect((await loaded(withPack, row)).fields).toMatchObject({ giftBox: true, customer: 'Eve' });
  expect((await loaded(without, row)).fields).toMatchObject({ ...own, customer: 'Eve' });
});

describe('a replay by the older release', () => {
  const indexesOf = `select indexname, indexdef from pg_indexes where schemaname = 'books'
    and tablename = 'note' order by 1`;
  const checksOf = `select conname, pg_get_constraintdef(oid) as text from pg_constraint
    where conrelid = 'note'::regclass order by 1`;

  it('keeps the columns, values, indexes and checks of the newer one', async () => {
    const { open, query } = await releases();
    const [older, newest] = [await open(note), await open(newer)];
    const row = bare({ ...own, customer: 'Ann' });
    const late = noteRow('N-9', { segment: 'late' });
    await newest.commit(unit([{ ...opens(row), events: [opened({ ...own, customer: 'Ann' })] }]));
    const [indexes, checks] = [await query(indexesOf), await query(checksOf)];
    await replay(older, note, async () => {
      await newest.commit(unit([opens(late)]));
      await change(newest, row, { segment: 'export' });
    });
    expect(await query(indexesOf)).toEqual(indexes);
    expect(await query(checksOf)).toEqual(checks);
    const fields = { ...own, number: 'N-1', customer: 'Ann', segment: 'export' };
    expect((await loaded(newest, row)).fields).toMatchObject(fields);
    expect((await loaded(newest, late)).fields).toMatchObject({ segment: 'late' });
    await change(older, row, { pieces: 1 });
    await replay(newest, newer);
    expect((await loaded(newest, row)).fields).toMatchObject({ ...fields, pieces: 1 });
  });

  it('keeps columns that the newer one adds while it is under way', async () => {
    const { open } = await releases();
    const older = await open(note);
    const row = bare({});
    await older.commit(unit([opens(row)]));
    let newest: Store | undefined;
    await replay(older, note, async () => {
      newest = await open(newer);
      await change(newest, row, own);
    });
    expect(newest && (await loaded(newest, row)).fields).toMatchObject(own);
  });
});

const opened = (data: JsonObject) => ({
  protocol: 'notes',
  type: 'noteOpened',
  schemaVersion: 1,
  data: { number: 'N-1', ...data },
});

it('an older process does not replace the functions that releases share by its own', async () => {
  const { open, query } = await releases();
  await open(newer);
  const text = `select obj_description('books.take_events(text,text,bigint[])'::regprocedure) as v`;
  await query(`comment on function take_events is '9000'`);
  await query(`create or replace function take_events(p_handler text, p_producer text,
    p_numbers bigint[]) returns bigint[] language sql as 'select p_numbers'`);
  const store = await open(note);
  expect(await query(text)).toEqual([{ v: '9000' }]);
  expect(await store.transact('test', (session) => session.take('a', 'b', [5]))).toEqual([5]);
  expect(await store.transact('test', (session) => session.take('a', 'b', [5]))).toEqual([5]);
});
