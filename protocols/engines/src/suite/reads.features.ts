/** What every store gives when it is asked: documents by id and by field, lists and counts, inside
 * and outside of a transaction. */
import type { Json } from '@morrow/kernel';
import { describe, expect, it } from 'vitest';
import type { Store } from '../store.ts';
import { closes, newId, noteRow, opens, unit, type OpenBooks } from './notes.ts';

export function readsSuite(engine: string, open: OpenBooks): void {
  describe(`documents ${engine}`, () => {
    areListed(open);
    areReadInside(open);
  });
}

function areListed(open: OpenBooks): void {
  it('pages documents in the order of their creation', async () => {
    const { store } = await open();
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
    expect(await store.count('note', { lifecycleVersion: '1' })).toBe(5);
    expect(await store.count('note', { lifecycleVersion: '2' })).toBe(0);
  });

  it('refuses a cursor that no page has given', async () => {
    const { store } = await open();
    await expect(store.list('note', { limit: 1, after: newId() })).rejects.toThrow(/cursor/);
  });

  it('finds documents by a unique field, and by an indexed link', async () => {
    const { store } = await open();
    const owner = newId();
    const rows = [noteRow('A'), noteRow('B', { owner }), noteRow('C', { owner })];
    await store.commit(unit(rows.map(opens)));
    expect(await store.findBy('note', 'number', ['A', 'X'])).toEqual([rows[0]]);
    expect(await store.findBy('note', 'owner', [owner])).toHaveLength(2);
    expect(await store.findBy('note', 'number', [])).toEqual([]);
  });

  it('names a document type and a field that it does not know', async () => {
    const { store } = await open();
    await expect(store.load('order', newId())).rejects.toThrow(/order/);
    await expect(store.list('note', { limit: 1, where: { colour: 'red' } })).rejects.toThrow(
      /colour/,
    );
  });
}

function areReadInside(open: OpenBooks): void {
  it('shows a transaction what it has written, and nobody else before its commit', async () => {
    const { store } = await open();
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

  it('locks documents in the order of their ids, as they are by then', async () => {
    const { store, again } = await open();
    const stores = [store, await again()];
    const rows = ['A', 'B', 'C'].map((number) => noteRow(number, { pieces: 0 }));
    await store.commit(unit(rows.map(opens)));
    const ids = rows.map(({ id }) => id);
    const add = (on: Store, asked: readonly string[]) =>
      on.transact('add', async (session) => {
        const locked = await session.lockMany('note', [...asked, newId()]);
        expect(locked.map(({ id }) => id)).toEqual(ids);
        const more = (pieces: Json = 0) => ({ pieces: Number(pieces) + 1 });
        await session.write(unit(locked.map((row) => closes(row, more(row.fields['pieces'])))));
      });
    await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        add(stores[at % 2] ?? store, at % 3 ? ids : ids.toReversed()),
      ),
    );
    const pieces = (await store.loadMany('note', ids)).map(({ fields }) => fields['pieces']);
    expect(pieces).toEqual([20, 20, 20]);
    expect(await store.transact('none', ({ lockMany }) => lockMany('note', []))).toEqual([]);
  });
}
