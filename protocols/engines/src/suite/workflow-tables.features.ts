/** What every store does for workflows: event or wait, whichever comes first finds the other. */
import { describe, expect, it } from 'vitest';
import type { Session } from '../session.ts';
import type { Store } from '../store.ts';
import type { AwaitingStep, HeardEventRow } from '../workflow-tables.ts';
import { newId, noteRow, opens, unit, type OpenBooks } from './notes.ts';

const early = '2026-03-01T08:00:00.000Z';
const noon = '2026-03-01T12:00:00.000Z';
const heard = (key: string, number: number, part: Partial<HeardEventRow> = {}): HeardEventRow => ({
  key,
  producer: 'wms',
  number,
  event: { type: 'shipped', data: { order: 'Ä-1' } },
  at: early,
  ...part,
});
const inside = <T>(store: Store, work: (session: Session) => Promise<T>) =>
  store.transact('workflow', work);

export function workflowTablesSuite(engine: string, open: OpenBooks): void {
  describe(`what workflows wait for ${engine}`, () => {
    isFound(open);
    isKept(open);
  });
}

function isFound(open: OpenBooks): void {
  it('keeps each event once under each key, and gives those of a moment on in order', async () => {
    const { store } = await open();
    const [late, first, other, twice] = [
      heard('a', 1, { at: noon }),
      heard('a', 9, { producer: 'orders' }),
      heard('b', 2),
      heard('a', 2),
    ];
    const all = await inside(store, async ({ workflow }) => {
      await workflow.hear([]);
      await workflow.hear([late, first, other, twice]);
      await workflow.hear([{ ...late, event: { type: 'changed' }, at: early }, heard('c', 1)]);
      return workflow.heard(['a', 'b', 'nobody'], early);
    });
    expect(all).toEqual([first, twice, other, late]);
    const since = (at: string) => inside(store, ({ workflow }) => workflow.heard(['a'], at));
    expect(await since(noon)).toEqual([late]);
    expect(await since('2026-03-01T12:00:00.001Z')).toEqual([]);
    expect(await inside(store, ({ workflow }) => workflow.heard([], early))).toEqual([]);
  });

  it('knows which steps await a key until they no longer do', async () => {
    const { store } = await open();
    const [one, two] = [newId(), newId()];
    const waits: AwaitingStep[] = [
      { key: 'a', instance: one, step: 'paid' },
      { key: 'a', instance: one, step: 'shipped' },
      { key: 'a', instance: two, step: 'paid' },
      { key: 'b', instance: two, step: 'shipped' },
    ];
    const left = (keys = ['a', 'b']) => inside(store, ({ workflow }) => workflow.awaiting(keys));
    await inside(store, async ({ workflow }) => {
      await workflow.await([]);
      await workflow.await(waits.toReversed());
      await workflow.await(waits);
    });
    expect(await left()).toEqual(waits);
    expect(await left(['b', 'c'])).toEqual(waits.slice(3));
    await inside(store, ({ workflow }) => workflow.forget(one, ['paid', 'unknown']));
    expect(await left()).toEqual(waits.slice(1));
    await inside(store, ({ workflow }) => workflow.forget(two, []));
    expect(await left()).toEqual(waits.slice(1));
    await inside(store, ({ workflow }) => workflow.forget(two));
    expect(await left()).toEqual([waits[1]]);
  });

  it('loses no event, whether it comes before its wait, after it or beside it', async () => {
    const { store, again } = await open();
    const stores = [store, await again()];
    const keys = Array.from({ length: 40 }, (_, at) => `order ${at}`);
    const met: string[] = [];
    const hears = (key: string, at: number) =>
      inside(stores[at % 2] ?? store, async ({ workflow }) => {
        await workflow.lock([key]);
        await workflow.hear([heard(key, at)]);
        return (await workflow.awaiting([key])).length;
      });
    const awaits = (key: string, at: number) =>
      inside(stores[(at + 1) % 2] ?? store, async ({ workflow }) => {
        await workflow.lock([key]);
        await workflow.await([{ key, instance: newId(), step: 'shipped' }]);
        return (await workflow.heard([key], early)).length;
      });
    await Promise.all(
      keys.map(async (key, at) => {
        const [event, wait] = await Promise.all([hears(key, at), awaits(key, at)]);
        met.push(...Array<string>(event + wait).fill(key));
      }),
    );
    expect(met.toSorted()).toEqual(keys.toSorted());
  });
}

function isKept(open: OpenBooks): void {
  it('commits with the documents of its transaction or not at all', async () => {
    const { store } = await open();
    const row = noteRow('N-1');
    await store.commit(unit([opens(row)]));
    const refused = inside(store, async ({ workflow, write }) => {
      await workflow.hear([heard('a', 1)]);
      await workflow.await([{ key: 'a', instance: row.id, step: 'paid' }]);
      await write(unit([opens(row)]));
    });
    await expect(refused).rejects.toMatchObject({ name: 'CommitRefused' });
    const found = await inside(store, async ({ workflow }) => [
      await workflow.heard(['a'], early),
      await workflow.awaiting(['a']),
    ]);
    expect(found).toEqual([[], []]);
  });

  it('prunes old events some at a time', async () => {
    const { store } = await open();
    const events = [1, 2, 3, 4, 5].map((number) => heard('a', number));
    const kept = heard('a', 6, { at: noon });
    await inside(store, ({ workflow }) => workflow.hear([...events, kept]));
    const prune = () => store.workflow.prune(noon, 3);
    expect([await prune(), await prune(), await prune()]).toEqual([3, 2, 0]);
    expect(await inside(store, ({ workflow }) => workflow.heard(['a'], early))).toEqual([kept]);
  });

  it('is left alone by a replay', async () => {
    const { store } = await open();
    const wait = { key: 'a', instance: newId(), step: 'paid' };
    await inside(store, async ({ workflow }) => {
      await workflow.hear([heard('a', 1)]);
      await workflow.await([wait]);
    });
    const rebuild = await store.rebuild();
    expect((await rebuild?.compare())?.map(({ table }) => table)).not.toContain('workflow_heard');
    const nothing = () => ({ streamId: newId(), entries: [], facts: [] });
    await rebuild?.swap(nothing, () => () => []);
    await rebuild?.close();
    const found = await inside(store, async ({ workflow }) => [
      await workflow.heard(['a'], early),
      await workflow.awaiting(['a']),
    ]);
    expect(found).toEqual([[heard('a', 1)], [wait]]);
  });
}
