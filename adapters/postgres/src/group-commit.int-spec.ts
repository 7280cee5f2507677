/** What PostgreSQL keeps of a commit beside what the port promises: types, moments, limits and the
 * order of its locks. */
import { closes, noteRow, opens, opensAccount, sale, told, unit } from '@morrow/engines/suite';
import { expect, it } from 'vitest';
import { world } from './store-world.ts';

it('keeps JSON as JSON, whatever it looks like', async () => {
  const { store, query } = await world();
  const facts = [{ deep: [] }, [1], '{"a": "\\u0041"}', -0.125, false, null];
  await store.commit(unit(facts.map((value, at) => opens(noteRow(`N-${at}`, { facts: value })))));
  expect(await query('select distinct pg_typeof(facts)::text as type from note')).toEqual([
    { type: 'jsonb' },
  ]);
});

it('dates a row by the moments of its changes', async () => {
  const { store, query } = await world();
  const row = noteRow('N-1');
  await store.commit(unit([opens(row)], { at: '2026-03-01T08:00:00.000Z' }));
  await store.commit(unit([closes(row)], { at: '2026-03-02T09:30:00.000Z' }));
  expect(await query('select created_at, updated_at from note')).toEqual([
    {
      created_at: new Date('2026-03-01T08:00:00.000Z'),
      updated_at: new Date('2026-03-02T09:30:00.000Z'),
    },
  ]);
});

it('refuses more events at once than a transition can number, with a sentence, alone', async () => {
  const { store } = await world();
  const { events, row, ...rest } = opens(noteRow('N-1'));
  const many = Array.from({ length: 32_768 }, () => events).flat();
  const tooMany = unit([{ ...rest, row: { ...row, version: many.length }, events: many }]);
  const sentence = `A change of note ${row.id} has 32768 events; 32767 fit into one.`;
  expect(await told([store.commit(tooMany), store.commit(unit([opens(noteRow('N-2'))]))])).toEqual([
    'RangeError',
    'stored',
  ]);
  await expect(store.commit(tooMany)).rejects.toThrow(sentence);
  await expect(store.transact('x', (session) => session.write(tooMany))).rejects.toThrow(sentence);
});

it('takes the facts in one order, so that two processes never deadlock on them', async () => {
  const tries: string[] = [];
  const first = await world({
    commitPoint: (label, when) => void (when === 'before' && tries.push(label)),
  });
  const stores = [first.store, await first.again()];
  const admin = await first.admin();
  await admin.query('begin');
  await admin.query('lock table entry_line in exclusive mode');
  tries.length = 0;
  const answering = told(
    stores.flatMap((store, at) => [
      store.commit(unit([], { entries: [sale(`s-${at}`, 1n)] })),
      store.commit(unit([opensAccount(`100${at}`)])),
    ]),
  );
  await expect.poll(() => first.waiting()).toBe(2);
  await admin.query('rollback');
  expect(await answering).toEqual(Array(4).fill('stored'));
  expect(tries).toEqual(['store.commit', 'store.commit']);
});
