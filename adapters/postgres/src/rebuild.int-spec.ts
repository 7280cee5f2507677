/** A rebuild in PostgreSQL: rows that were changed by hand are found and replaced, choices that
 * were allowed once stay allowed, and no schema stays behind. */
import type { Derived, Stream } from '@morrow/engines';
import { closes, noteRow, opens, unit } from '@morrow/engines/suite';
import { expect, it } from 'vitest';
import { world, type StoreWorld } from './store-world.ts';

/** The rows that the notes of the suite come from. */
const derive = ({ id, events }: Stream): Derived => {
  const [first] = events;
  const fields = Object.assign({}, noteRow('').fields, ...events.map(({ data }) => data));
  const state = events.length > 1 ? 'closed' : 'open';
  const lifecycle = first?.meta.lifecycle ?? noteRow('').lifecycle;
  const row = { id, version: events.length, state, lifecycle, fields };
  const times = { createdAt: first?.at ?? '', updatedAt: events.at(-1)?.at ?? '' };
  return {
    streamId: id,
    document: { documentType: 'note', row, ...times },
    entries: [],
    facts: [],
  };
};
async function rebuilt({ store }: StoreWorld) {
  const rebuild = await store.rebuild();
  if (!rebuild) throw new Error('Another rebuild is under way');
  for await (const streams of rebuild.streams()) await rebuild.write(streams.map(derive));
  await rebuild.settle(() => []);
  return rebuild;
}

it('names what was changed by hand, replaces it, and leaves no schema behind', async () => {
  const here = await world();
  const row = noteRow('N-1');
  await here.store.commit(unit([opens(row)]));
  await here.store.commit(unit([closes(row, { customer: 'ann' })]));
  await here.store.commit(unit([opens(noteRow('N-2'))]));
  await here.query(`update note set customer = 'bob' where number = 'N-1'`);
  await here.query(`delete from note where number = 'N-2'`);
  const rebuild = await rebuilt(here);
  const found = (await rebuild.compare()).flatMap(({ differences }) => differences);
  expect(found).toEqual([
    `note ${row.id}: customer is "bob", its events make it "ann"`,
    expect.stringMatching(/^note .* is missing, its events make it$/),
  ]);
  await rebuild.swap(derive, () => () => []);
  await rebuild.close();
  expect(await here.store.load('note', row.id)).toMatchObject({ fields: { customer: 'ann' } });
  expect(await here.store.count('note')).toBe(2);
  const left = `select count(*)::int as n from pg_namespace where nspname = 'books_rebuilt'`;
  expect(await here.query(left)).toEqual([{ n: 0 }]);
});

it('keeps choices that were allowed once', async () => {
  const here = await world();
  await here.query(`alter table note drop constraint note_way_choices,
    add constraint note_way_choices check (way in ('sea', 'air', 'rail'))`);
  const row = noteRow('N-1');
  await here.store.commit(unit([opens(row)]));
  await here.store.commit(unit([closes(row, { way: 'rail' })]));
  const rebuild = await rebuilt(here);
  await rebuild.swap(derive, () => () => []);
  await rebuild.close();
  await here.store.commit(unit([opens(noteRow('N-2', { way: 'rail' }))]));
  expect(await here.store.count('note', { way: 'rail' })).toBe(2);
  await expect(here.store.commit(unit([opens(noteRow('N-3', { way: 'road' }))]))).rejects.toThrow(
    /note_way_choices/,
  );
});
