/** What every store does with timers: they are set, replaced and dropped with changes, and each is
 * taken by one. */
import { describe, expect, it } from 'vitest';
import type { Store } from '../store.ts';
import type { DueTimer, Timer } from '../timers.ts';
import {
  closes,
  meta,
  newId,
  noteRow,
  opens,
  othersHadTurns,
  told,
  unit,
  type OpenBooks,
} from './notes.ts';

const timer = (dueAt: string, part: Partial<Timer> = {}): Timer => ({
  id: newId(),
  dueAt,
  streamId: newId(),
  name: 'remind',
  data: { text: 'Äpfel' },
  ...part,
});
const early = '2026-03-01T08:00:00.000Z';
const noon = '2026-03-01T12:00:00.000Z';
const late = '2026-03-02T08:00:00.000Z';
const sets = (...timers: readonly Timer[]) => unit([], { timers });
const take = (store: Store, now: string, names = ['remind']) =>
  store.transact('timer.fire', (session) => session.takeTimer(names, now));
const claim = (store: Store, now: string, owner: string, limit = 5) =>
  store.timers.claim('remind', { now, until: late, owner, limit });

export function timersSuite(engine: string, open: OpenBooks): void {
  describe(`a timer ${engine}`, () => {
    isSet(open);
    isTaken(open);
    isClaimed(open);
    fails(open);
  });
}

function isSet(open: OpenBooks): void {
  it('comes with what was given, once, in the order of the moments', async () => {
    const { store } = await open();
    const [first, second, third] = [timer(early), timer(noon), timer(late)];
    await store.commit(sets(third));
    await store.commit(unit([opens(noteRow('N-1'))], { timers: [second, first] }));
    expect(await store.timers.next(['remind'])).toBe(early);
    expect(await store.timers.next(['other'])).toBeUndefined();
    expect(await take(store, noon, ['other'])).toBeUndefined();
    expect(await take(store, noon)).toEqual({ ...first, meta, attempts: 0 });
    expect(await take(store, noon)).toEqual({ ...second, meta, attempts: 0 });
    expect(await take(store, noon)).toBeUndefined();
    expect(await store.timers.next(['remind'])).toBe(late);
  });

  it('is stored with its change or not at all', async () => {
    const { store } = await open();
    const row = noteRow('N-1');
    await store.commit(unit([opens(row)]));
    await store.commit(unit([closes(row)]));
    const answers = await told([
      store.commit(unit([closes(row)], { timers: [timer(early)] })),
      store.commit(unit([opens(noteRow('N-1'))], { timers: [timer(early)] })),
      store.commit(unit([opens(noteRow('N-2'))], { timers: [timer(noon)] })),
    ]);
    expect(answers).toEqual(['staleVersion', 'duplicate', 'stored']);
    expect(await store.timers.next(['remind'])).toBe(noon);
  });

  it('is replaced or dropped by a later unit, by many at the same moment too', async () => {
    const { store } = await open();
    const [moved, dropped] = [timer(early), timer(early)];
    await store.commit(sets(moved, dropped));
    await store.commit(sets({ ...moved, dueAt: noon, data: { n: 1 } }));
    await store.commit(unit([], { timersDropped: [dropped.id, newId()] }));
    expect(await take(store, early)).toBeUndefined();
    expect(await take(store, noon)).toMatchObject({ dueAt: noon, data: { n: 1 } });
    const often = timer(early);
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => store.commit(sets({ ...often, data: { n } }))),
    );
    const taken = [await take(store, noon), await take(store, noon)];
    expect(taken).toEqual([expect.objectContaining({ id: often.id }), undefined]);
  });
}

function isTaken(open: OpenBooks): void {
  it('goes to one of many that reach for it, and stays where its work fails', async () => {
    const { store, again } = await open();
    const stores = [store, await again()];
    const timers = Array.from({ length: 30 }, () => timer(early));
    await store.commit(sets(...timers));
    const failing = store.transact('timer.fire', async (session) => {
      await session.takeTimer(['remind'], noon);
      throw new Error('could not');
    });
    await expect(failing).rejects.toThrow('could not');
    const taken = await Promise.all(
      Array.from({ length: 60 }, (_, at) => take(stores[at % 2] ?? store, noon)),
    );
    const ids = taken.flatMap((one) => one?.id ?? []);
    expect(ids.toSorted()).toEqual(timers.map(({ id }) => id).toSorted());
  });

  it('is not taken by others while a transaction holds it', async () => {
    const { store } = await open();
    const [held, free] = [timer(early), timer(noon)];
    await store.commit(sets(held, free));
    let others: Promise<readonly (DueTimer | undefined)[]> | undefined;
    await store.transact('timer.fire', async (session) => {
      expect(await session.takeTimer(['remind'], noon)).toMatchObject({ id: held.id });
      others = Promise.all([take(store, noon), take(store, noon)]);
      await othersHadTurns();
    });
    const ids = (await others)?.flatMap((one) => one?.id ?? []);
    expect(ids).toEqual([free.id]);
  });

  it('is set again by the very work that it began', async () => {
    const { store } = await open();
    const daily = timer(early);
    await store.commit(sets(daily));
    await store.transact('timer.fire', async (session) => {
      await session.takeTimer(['remind'], noon);
      await session.write(sets({ ...daily, dueAt: late }));
    });
    expect(await store.timers.next(['remind'])).toBe(late);
  });
}

function isClaimed(open: OpenBooks): void {
  it('is claimed as it was, earliest first, and again when the claim has run out', async () => {
    const { store } = await open();
    const [first, second, third] = [timer(early), timer(noon), timer(late)];
    await store.commit(sets(third, second, first, timer(early, { name: 'other' })));
    const before = { meta, attempts: 0 };
    expect(await claim(store, noon, 'a', 1)).toEqual([{ ...first, ...before }]);
    expect(await claim(store, noon, 'b')).toEqual([{ ...second, ...before }]);
    expect(await claim(store, noon, 'c')).toEqual([]);
    expect(await claim(store, late, 'c')).toEqual([
      { ...first, ...before, dueAt: late, data: { owner: 'a' } },
      { ...second, ...before, dueAt: late, data: { owner: 'b' } },
      { ...third, ...before },
    ]);
  });

  it('is claimed by one of many that reach for it', async () => {
    const { store, again } = await open();
    const stores = [store, await again()];
    const timers = Array.from({ length: 300 }, () => timer(early));
    await store.commit(sets(...timers));
    const claims = await Promise.all(
      Array.from({ length: 100 }, (_, at) => claim(stores[at % 2] ?? store, noon, `o-${at}`)),
    );
    for (let more = 1; more; claims.push(await claim(store, noon, 'last')))
      more = claims.at(-1)?.length ?? 0;
    const ids = claims.flat().map(({ id }) => id);
    expect(ids.toSorted()).toEqual(timers.map(({ id }) => id).toSorted());
  });

  it.each([
    ['before', noon],
    ['after', late],
  ])('comes to another where its process ends %s the claim is stored: at %s', async (end, then) => {
    const { store } = await open((label, when) => {
      if (label === 'timer.claim' && when === end) throw new Error('killed');
    });
    const due = timer(early);
    await store.commit(sets(due));
    await expect(claim(store, noon, 'a')).rejects.toThrow('killed');
    if (end === 'after') expect(await take(store, noon)).toBeUndefined();
    const taken = await take(store, then);
    expect(taken).toMatchObject(end === 'before' ? due : { id: due.id, data: { owner: 'a' } });
  });

  it('is not claimed while a transaction holds it, nor before its new moment', async () => {
    const { store } = await open();
    const [held, free] = [timer(early), timer(noon)];
    await store.commit(sets(held, free));
    let claimed: Promise<readonly DueTimer[]> | undefined;
    await store.transact('timer.fire', async (session) => {
      await session.takeTimer(['remind'], early);
      claimed = claim(store, noon, 'a');
      await othersHadTurns();
      await session.write(sets({ ...held, dueAt: late }));
    });
    expect(await claimed).toMatchObject([{ id: free.id }]);
    expect(await claim(store, noon, 'b')).toEqual([]);
  });

  it('may be replaced or dropped by the claimant', async () => {
    const { store } = await open();
    const [moved, done] = [timer(early), timer(early)];
    await store.commit(sets(moved, done));
    expect(await claim(store, noon, 'a')).toHaveLength(2);
    await store.commit(unit([], { timers: [{ ...moved, dueAt: noon }], timersDropped: [done.id] }));
    expect(await claim(store, noon, 'b')).toMatchObject([{ id: moved.id, data: moved.data }]);
    expect(await claim(store, late, 'c')).toMatchObject([{ id: moved.id, data: { owner: 'b' } }]);
  });
}

function fails(open: OpenBooks): void {
  it('is tried later where it failed, and is left to a person in the end', async () => {
    const { store } = await open();
    const failing = timer(early);
    await store.commit(sets(failing));
    const due = { ...failing, meta, attempts: 0 };
    await store.timers.postpone(due, { sentence: 'no such item', tryAt: noon });
    await store.timers.postpone(due, { sentence: 'late news', tryAt: late });
    expect(await take(store, early)).toBeUndefined();
    expect(await store.timers.next(['remind'])).toBe(noon);
    await store.timers.postpone({ ...due, attempts: 1 }, { sentence: 'no such item' });
    expect(await store.timers.next(['remind'])).toBeUndefined();
    expect(await store.upkeep.faults()).toEqual([
      `The timer remind ${failing.id} has failed 2 times and waits for a person: no such item`,
    ]);
    const found = { ...due, attempts: 2, sentence: 'no such item' };
    expect(await store.timers.failed({ limit: 10 })).toEqual([found]);
    expect(await store.timers.failed({ limit: 10, after: failing.id })).toEqual([]);
    expect(await store.timers.failedOne(failing.id)).toEqual(found);
    await store.commit(sets({ ...failing, dueAt: late }));
    expect(await store.timers.failed({ limit: 10 })).toEqual([]);
    expect(await store.timers.failedOne(failing.id)).toBeUndefined();
    expect(await take(store, late)).toMatchObject({ attempts: 0 });
  });

  it('is ended by its id where it has failed', async () => {
    const { store } = await open();
    const [sound, failing] = [timer(early), timer(early)];
    await store.commit(sets(sound, failing));
    await store.timers.postpone({ ...failing, meta, attempts: 0 }, { sentence: 'no such item' });
    const end = (id: string) => store.transact('x', (session) => session.takeFailedTimer(id));
    expect(await end(sound.id)).toBeUndefined();
    expect(await end(failing.id)).toEqual({ ...failing, meta, attempts: 1 });
    expect(await end(failing.id)).toBeUndefined();
    expect(await take(store, noon)).toMatchObject({ id: sound.id });
  });

  it('is named by the laws where nobody has taken it for a day', async () => {
    const { store } = await open();
    const soon = new Date(Date.now() - 60_000).toISOString();
    await store.commit(sets(timer(soon), timer(early, { name: 'forgotten' })));
    expect(await store.upkeep.faults()).toEqual([
      expect.stringMatching(/^The timer forgotten \S+ was due at 2026-03-01.* nobody took it$/),
    ]);
  });
}
