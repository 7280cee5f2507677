/** A rebuild against a real database: what it derives, what it finds, and what it swaps while
 * others write. */
import type { Derived, Stream } from '@morrow/engines';
import { describe, expect, it } from 'vitest';
import {
  closes,
  noteRow,
  opens,
  publishAll,
  sale,
  unit,
  world,
  type World,
} from './store-world.ts';

/** The rows that the notes and sales of the store's world come from. */
const derive = (stream: Stream): Derived => {
  const [first] = stream.events;
  const isNote = stream.documentType === 'note';
  const fields = Object.assign({}, noteRow('').fields, ...stream.events.map(({ data }) => data));
  const lifecycle = first?.meta.lifecycle;
  return {
    streamId: stream.id,
    document:
      isNote && lifecycle
        ? {
            documentType: 'note',
            row: {
              id: stream.id,
              version: stream.events.length,
              state: stream.events.length > 1 ? 'closed' : 'open',
              lifecycle,
              fields,
            },
            createdAt: first?.at ?? '',
            updatedAt: stream.events.at(-1)?.at ?? '',
          }
        : undefined,
    entries: [],
    facts: [],
  };
};

async function rebuilt({ store }: World) {
  const rebuild = await store.rebuild();
  if (!rebuild) throw new Error('Another rebuild is under way');
  for await (const streams of rebuild.streams()) await rebuild.write(streams.map(derive));
  await rebuild.settle(() => []);
  return rebuild;
}

describe('a rebuild', () => {
  it('finds tables as their events make them, and names what differs', async () => {
    const here = await world();
    const row = noteRow('N-1');
    await here.store.commit(unit([opens(row)]));
    await here.store.commit(unit([closes(row, { customer: 'ann' })]));
    await here.store.commit(unit([opens(noteRow('N-2'))]));
    const equal = await rebuilt(here);
    const notes = (await equal.compare()).find(({ table }) => table === 'note');
    expect(notes).toMatchObject({ stored: { rows: 2 }, differences: [] });
    expect(notes?.rebuilt).toEqual(notes?.stored);
    await equal.close();

    await here.query(`update note set customer = 'bob' where number = 'N-1'`);
    await here.query(`delete from note where number = 'N-2'`);
    const unequal = await rebuilt(here);
    const found = (await unequal.compare()).flatMap(({ differences }) => differences);
    expect(found).toEqual([
      `note ${row.id}: customer is "bob", its events make it "ann"`,
      expect.stringMatching(/^note .* is missing, its events make it$/),
    ]);
    await unequal.close();
  });

  it('counts the rows that it does not name', async () => {
    const here = await world();
    const rows = Array.from({ length: 23 }, (_, at) => noteRow(`N-${at}`));
    await here.store.commit(unit(rows.map((row) => opens(row))));
    await here.query(`update note set customer = 'bob'`);
    const rebuild = await rebuilt(here);
    const found = (await rebuild.compare()).flatMap(({ differences }) => differences);
    expect([found.length, found.at(-1)]).toEqual([21, '3 more rows of note differ']);
    await rebuild.close();
  });

  it('puts derived tables in place with what came in between; writers go on', async () => {
    const here = await world();
    const row = noteRow('N-1');
    await here.store.commit(unit([opens(row), opens(noteRow('N-2'))]));
    await publishAll(here.store);
    await here.query(`update note set customer = 'bob'`);
    const rebuild = await rebuilt(here);
    const late = noteRow('N-3');
    await here.store.commit(unit([opens(late)]));
    await here.store.commit(unit([closes(row, { customer: 'ann' })]));
    const writers = Array.from({ length: 20 }, (_, at) =>
      here.store.commit(unit([opens(noteRow(`M-${at}`))])),
    );
    await rebuild.swap(derive, () => () => []);
    await rebuild.close();
    await Promise.all(writers);
    await here.store.commit(unit([closes(late)]));
    expect(await here.store.count('note')).toBe(23);
    expect(await here.store.load('note', row.id)).toMatchObject({
      state: 'closed',
      fields: { customer: 'ann' },
    });
    const again = await rebuilt(here);
    expect((await again.compare()).flatMap(({ differences }) => differences)).toEqual([]);
    await again.close();
    const [left] = await here.query<{ n: number }>(
      `select count(*)::int as n from pg_namespace where nspname = 'books_rebuilt'`,
    );
    expect(left?.n).toBe(0);
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

  it('lets one rebuild run at a time, and names entries that no event tells of', async () => {
    const here = await world();
    await here.store.commit(unit([], { entries: [sale('S-1', 5n)] }));
    const rebuild = await rebuilt(here);
    expect(await here.store.rebuild()).toBeUndefined();
    const found = (await rebuild.compare()).flatMap(({ differences }) => differences);
    expect(found[0]).toMatch(/^entry .* is stored, but no event makes it$/);
    await rebuild.close();
    const next = await here.store.rebuild();
    expect(next).toBeDefined();
    await next?.close();
  });
});
