/** The schema of a domain: whose it is, how it widens, and what is refused at the start. */
import { defineDocument } from '@morrow/contract';
import { freshDatabase } from '@morrow/dev-services';
import { books, note, noteRow, opens, unit } from '@morrow/engines/suite';
import { expect, it, onTestFinished } from 'vitest';
import { openPostgresStores } from './postgres-stores.ts';
import { tenant, world } from './store-world.ts';

it('refuses a database of a newer release with one sentence', async () => {
  const { query, again, database } = await world();
  await query(`insert into schema_migration (timestamp, name) values (1, 'version 9000')`);
  await query(`comment on database "${database}" is '{"books":"what the newer release leaves"}'`);
  const knows = 'this release knows 3: start the newer release.';
  await expect(again()).rejects.toThrow(`holds books of version 9000, ${knows}`);
});

it('books each version and each widening once, where no mark says that it stands', async () => {
  const { query, again, database } = await world();
  const booked = () => query<{ name: string }>('select name from schema_migration order by id');
  const names = ['version 2', 'version 3', 'book', 'stock', 'workflow', 'note', 'account'];
  expect((await booked()).map(({ name }) => name)).toEqual(names);
  await again();
  expect(await booked()).toHaveLength(names.length);
  await query('alter table note drop column customer');
  await again();
  expect(await booked()).toHaveLength(names.length);
  await query(`comment on database "${database}" is null`);
  await again();
  expect((await booked()).map(({ name }) => name)).toEqual([...names, 'note']);
});

it('runs as a role that owns nothing, makes no tables and reads no other domain', async () => {
  const { query, stores, database, admin } = await world();
  const other = { ...books, name: 'shelves', keeps: [] };
  const { host, port, user } = await freshDatabase('role');
  const more = await openPostgresStores({
    server: { host, port, user },
    domain: other,
    tenants: [tenant],
    databaseOf: () => database,
  });
  onTestFinished(() => more.close());
  expect(stores.tenants()).toEqual([tenant]);
  expect(
    await query(`select count(*)::int as n from pg_class where relowner = 'morrow_books'::regrole`),
  ).toEqual([{ n: 0 }]);
  const client = await admin();
  await client.query('set role morrow_books');
  for (const forbidden of [
    'create table mine (id int)',
    'create table public.mine (id int)',
    'select * from shelves.note',
    'delete from schema_migration',
    'drop table note',
    'create schema mine',
  ])
    await expect(client.query(forbidden)).rejects.toThrow(/permission denied|must be owner/);
  expect((await client.query('select * from books.note')).rows).toEqual([]);
});

it('refuses to start with a role that may read another domain', async () => {
  const { query, again, admin } = await world();
  const client = await admin();
  await client.query('create schema other');
  await query('grant usage on schema other to morrow_books');
  await expect(again()).rejects.toThrow(/books.*more than it should/);
});

it('opens twice at the same moment, and adds a tenant later', async () => {
  const { host, port, user, database, drop } = await freshDatabase('twice');
  onTestFinished(drop);
  const open = () =>
    openPostgresStores({
      server: { host, port, user },
      domain: books,
      tenants: [tenant],
      databaseOf: (name) => (name === tenant ? database : `${database}_${name}`),
    });
  const opened = await Promise.all([open(), open(), open()]);
  onTestFinished(async () => void (await Promise.all(opened.map((stores) => stores.close()))));
  const [stores] = opened;
  await stores?.addTenant('acme');
  expect(stores?.tenants()).toEqual([tenant, 'acme']);
  await stores?.of('acme').commit(unit([opens(noteRow('N-1'))]));
  expect(await stores?.of('acme').count('note')).toBe(1);
  expect(await stores?.of(tenant).count('note')).toBe(0);
  expect(() => stores?.of('nobody')).toThrow(/nobody/);
});

it('adds the columns of new fields and keeps each value while the field is gone', async () => {
  const { host, port, user, database, drop } = await freshDatabase('widen');
  onTestFinished(drop);
  const { customer: _, ...fewer } = note.fields;
  const lean = defineDocument({ ...note, fields: fewer });
  const openWith = async (documents: readonly (typeof note)[]) => {
    const stores = await openPostgresStores({
      server: { host, port, user },
      domain: { ...books, documents },
      tenants: [tenant],
      databaseOf: () => database,
    });
    onTestFinished(() => stores.close());
    return stores.of(tenant);
  };
  const first = await openWith([lean as unknown as typeof note]);
  await first.commit(unit([opens(noteRow('N-1'))]));
  const wide = await openWith([note]);
  const row = noteRow('N-2', { customer: 'Ann' });
  await wide.commit(unit([opens(row)]));
  await openWith([lean as unknown as typeof note]);
  const again = await openWith([note]);
  expect(await again.load('note', row.id)).toEqual(row);
  expect(await again.count('note')).toBe(2);
});

it('refuses a field that has become another kind with a sentence', async () => {
  const { stores, database } = await world();
  expect(stores.tenants()).toEqual([tenant]);
  const { host, port, user } = await freshDatabase('kind');
  const fields = { ...note.fields, weight: { kind: 'text', label: 'Weight' } } as const;
  const changed = openPostgresStores({
    server: { host, port, user },
    domain: { ...books, documents: [defineDocument({ ...note, fields })] },
    tenants: [tenant],
    databaseOf: () => database,
  });
  await expect(changed).rejects.toThrow(/^The column weight of note is numeric .* text.*\.$/);
});

it('starts beside processes that are writing, without waiting for their transactions', async () => {
  const { admin, again } = await world();
  const busy = await admin();
  await busy.query('begin');
  await busy.query('lock table note, event, receipt, publication, entry in row exclusive mode');
  expect(await (await again()).count('note')).toBe(0);
  await busy.query('rollback');
});

it('widens the choices of a field and never narrows them', async () => {
  const { host, port, user, database, drop } = await freshDatabase('choices');
  onTestFinished(drop);
  const openWith = async (choices: readonly string[]) => {
    const way = { kind: 'choice', label: 'Way', optional: true, choices } as const;
    const stores = await openPostgresStores({
      server: { host, port, user },
      domain: {
        ...books,
        documents: [defineDocument({ ...note, fields: { ...note.fields, way } })],
      },
      tenants: [tenant],
      databaseOf: () => database,
    });
    onTestFinished(() => stores.close());
    return stores.of(tenant);
  };
  const goes = (way: string) => unit([opens(noteRow(way, { way }))]);
  const first = await openWith(['sea', "l'air"]);
  await expect(first.commit(goes('rail'))).rejects.toThrow(/note_way_choices/);
  const wider = await openWith(['rail', 'sea']);
  await wider.commit(goes('rail'));
  await wider.commit(goes("l'air"));
  await expect(wider.commit(goes('road'))).rejects.toThrow(/note_way_choices/);
});
