/** Lists, counts and look-ups of documents, inside and outside of a transaction. */
import { defineDocument } from '@morrow/contract';
import type { Store } from '@morrow/engines';
import type { Json } from '@morrow/kernel';
import { expect, it } from 'vitest';
import { books, closes, newId, note, noteRow, opens, unit, world } from './store-world.ts';

it('pages documents in the order of their creation', async () => {
  const { store } = await world();
  const rows = Array.from({ length: 5 }, (_, at) =>
    noteRow(`N-${at}`, { customer: at % 2 ? 'Ann' : 'Bob' }),
  );
  await store.commit(unit(rows.map(opens)));
  const first = await store.list('note', { limit: 2 });
  expect(first).toEqual(rows.slice(0, 2));
  expect(await store.list('note', { limit: 2, after: first[1]?.id })).toEqual(rows.slice(2, 4));
  const where = { customer: 'Bob', state: 'open' };
  expect(await store.list('note', { limit: 9, where })).toEqual([rows[0], rows[2], rows[4]]);
  expect(await store.list('note', { limit: 9, where, after: rows[0]?.id })).toEqual([
    rows[2],
    rows[4],
  ]);
  expect(await store.count('note', where)).toBe(3);
  expect(await store.count('note')).toBe(5);
});

it('finds documents by a unique field, and by an indexed link', async () => {
  const { store } = await world();
  const owner = newId();
  const rows = [noteRow('A'), noteRow('B', { owner }), noteRow('C', { owner })];
  await store.commit(unit(rows.map(opens)));
  expect(await store.findBy('note', 'number', ['A', 'X'])).toEqual([rows[0]]);
  expect(await store.findBy('note', 'owner', [owner])).toHaveLength(2);
  expect(await store.findBy('note', 'number', [])).toEqual([]);
});

it('shows a transaction what it has written, and nobody else before its commit', async () => {
  const { store } = await world();
  const row = noteRow('A');
  await store.transact('reaction', async (session) => {
    await session.write(unit([opens(row)]));
    await session.write(unit([closes(row)]));
    expect(await session.findBy('note', 'number', ['A'])).toEqual([closes(row).row]);
    expect(await session.count('note', { state: 'closed' })).toBe(1);
    expect(await store.load('note', row.id)).toBeUndefined();
  });
  expect(await store.load('note', row.id)).toEqual(closes(row).row);
});

it('locks documents in the order of their ids until the commit, as they are by then', async () => {
  const first = await world();
  const stores = [first.store, await first.again()];
  const rows = ['A', 'B', 'C'].map((number) => noteRow(number, { pieces: 0 }));
  await first.store.commit(unit(rows.map(opens)));
  const ids = rows.map(({ id }) => id);
  const add = (store: Store, asked: readonly string[]) =>
    store.transact('add', async (session) => {
      const locked = await session.lockMany('note', [...asked, newId()]);
      expect(locked.map(({ id }) => id)).toEqual(ids);
      const more = (pieces: Json = 0) => ({ pieces: Number(pieces) + 1 });
      await session.write(unit(locked.map((row) => closes(row, more(row.fields['pieces'])))));
    });
  await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      add(stores[at % 2] ?? first.store, at % 3 ? ids : ids.toReversed()),
    ),
  );
  const pieces = (await first.store.loadMany('note', ids)).map(({ fields }) => fields['pieces']);
  expect(pieces).toEqual([20, 20, 20]);
  expect(await first.store.transact('none', ({ lockMany }) => lockMany('note', []))).toEqual([]);
});

it('names a document type and a field that it does not know', async () => {
  const { store } = await world();
  await expect(store.load('order', newId())).rejects.toThrow(/order/);
  await expect(store.list('note', { limit: 1, where: { colour: 'red' } })).rejects.toThrow(
    /colour/,
  );
});

it('lists by a field whose name is a word of its own statements', async () => {
  const text = { kind: 'text', label: 'After', optional: true } as const;
  const later = defineDocument({ ...note, fields: { ...note.fields, after: text, limit: text } });
  const { store } = await world({ domain: { ...books, documents: [later] } });
  const words = { after: 'tea', limit: 'one' };
  const rows = ['A', 'B', 'C'].map((number) => noteRow(number, words));
  await store.commit(unit(rows.map(opens)));
  const page = { after: rows[0]?.id, limit: 1, where: words };
  expect(await store.list('note', page)).toEqual([rows[1]]);
});
