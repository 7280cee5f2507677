/** Timers that another transaction holds are passed over, and nobody waits for them. */
import type { Store, Timer } from '@morrow/engines';
import { meta, newId, unit } from '@morrow/engines/suite';
import { expect, it } from 'vitest';
import { world } from './store-world.ts';

const timer = (dueAt: string): Timer => ({
  ...{ id: newId(), dueAt, streamId: newId(), name: 'remind', data: {} },
});
const early = '2026-03-01T08:00:00.000Z';
const noon = '2026-03-01T12:00:00.000Z';
const late = '2026-03-02T08:00:00.000Z';
const sets = (...timers: readonly Timer[]) => unit([], { timers });
const take = (store: Store, now: string) =>
  store.transact('timer.fire', (session) => session.takeTimer(['remind'], now));
const claim = (store: Store, owner: string) =>
  store.timers.claim('remind', { now: noon, until: late, owner, limit: 5 });

it('claims, while a transaction holds a timer, the others', async () => {
  const { store } = await world();
  const [held, free] = [timer(early), timer(noon)];
  await store.commit(sets(held, free));
  await store.transact('timer.fire', async (session) => {
    await session.takeTimer(['remind'], early);
    expect(await claim(store, 'a')).toMatchObject([{ id: free.id }]);
    await session.write(sets({ ...held, dueAt: late }));
  });
  expect(await claim(store, 'b')).toEqual([]);
});

it('passes over one that another transaction holds', async () => {
  const { store } = await world();
  const [held, free] = [timer(early), timer(noon)];
  await store.commit(sets(held, free));
  await store.transact('timer.fire', async (session) => {
    expect(await session.takeTimer(['remind'], noon)).toMatchObject({ id: held.id });
    expect(await take(store, noon)).toMatchObject({ id: free.id });
    expect(await take(store, noon)).toBeUndefined();
  });
});

it('is ended by its id where it has failed, unless somebody holds it', async () => {
  const { store } = await world();
  const [sound, failing] = [timer(early), timer(early)];
  await store.commit(sets(sound, failing));
  await store.timers.postpone({ ...failing, meta, attempts: 0 }, { sentence: 'no such item' });
  const end = (id: string) => store.transact('x', (session) => session.takeFailedTimer(id));
  expect(await end(sound.id)).toBeUndefined();
  await store.transact('x', async (session) => {
    expect(await session.takeFailedTimer(failing.id)).toEqual({ ...failing, meta, attempts: 1 });
    expect(await end(failing.id)).toBeUndefined();
  });
  expect(await end(failing.id)).toBeUndefined();
  expect(await take(store, noon)).toMatchObject({ id: sound.id });
});
