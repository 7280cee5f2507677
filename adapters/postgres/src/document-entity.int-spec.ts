/** Documents as TypeORM reads them: the same values as through the store, on its connections. */
import { newId, note, noteRow, opens, unit } from '@morrow/engines/suite';
import { expect, it } from 'vitest';
import { documentOf, type DocumentEntity } from './document-entity.ts';
import { documentTable } from './document-table.ts';
import { tenant, world } from './store-world.ts';

const full = noteRow('N-1', {
  customer: 'Äpfel & "Öl", 東京',
  pieces: Number.MAX_SAFE_INTEGER,
  isUrgent: false,
  total: '-92233720368547758070000000000000001',
  weight: '0.000001',
  unitPrice: '10.500',
  day: '2024-02-29',
  sentAt: '2026-03-29T00:59:59.999Z',
  way: 'air',
  owner: newId(),
  lines: [{ b: 1, a: ['x', null, true], nested: { deep: '1.10' } }],
  facts: 'a text: {"a": 1}',
});

it('hydrates documents to the rows that the store gives', async () => {
  const { store, stores } = await world();
  const rows = [
    full,
    noteRow('N-2'),
    noteRow('N-3', { pieces: 0, total: '0', facts: [{ a: null }, 2.5] }),
  ];
  await store.commit(unit(rows.map(opens)));
  const notes = stores.sourceOf(tenant).getRepository<DocumentEntity>('note');
  const hydrated = await notes.createQueryBuilder('n').orderBy('n.id').getMany();
  const read = hydrated.map((entity) => documentOf(documentTable(note), entity));
  expect(read).toEqual(rows);
  for (const row of read) expect(await store.load('note', row.id)).toEqual(row);
  expect(await store.list('note', { limit: 10 })).toEqual(read);
  const [first] = hydrated;
  expect([first?.['createdAt'], first?.['updatedAt']]).toEqual(
    Array(2).fill('2026-03-01T08:00:00.000Z'),
  );
});

it('writes no document past its transitions', async () => {
  const { store, stores } = await world();
  await store.commit(unit([opens(full)]));
  const notes = stores.sourceOf(tenant).getRepository<DocumentEntity>('note');
  const one = await notes.findOneByOrFail({ id: full.id });
  await expect(notes.save({ ...one, pieces: 4 })).rejects.toThrow(/transitions only/);
  expect(await store.load('note', full.id)).toEqual(full);
});

it('reads under the role of the domain, and ends with the stores', async () => {
  const { stores } = await world();
  const source = stores.sourceOf(tenant);
  expect(await source.query('select current_user as role, current_schema() as schema')).toEqual([
    { role: 'morrow_books', schema: 'books' },
  ]);
  await stores.close();
  expect(source.isInitialized).toBe(false);
  expect(() => stores.sourceOf('nobody')).toThrow(/nobody/);
});
