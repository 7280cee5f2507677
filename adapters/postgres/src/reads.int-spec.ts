/** Statements of lists, whose parameters have names of their own. */
import { defineDocument } from '@morrow/contract';
import { books, note, noteRow, opens, unit } from '@morrow/engines/suite';
import { expect, it } from 'vitest';
import { world } from './store-world.ts';

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
