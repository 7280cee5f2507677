/** What the suite cannot see of stores in memory: what they share, and what they keep apart. */
import { books, noteRow, opens, unit } from '@morrow/engines/suite';
import { expect, it } from 'vitest';
import { openMemoryStores, type MemoryDatabase } from './index.ts';

const open = (databases = new Map<string, MemoryDatabase>()) =>
  openMemoryStores({ domain: books, tenants: ['main', 'other'], databases });

it('keeps tenants apart, and knows no others', async () => {
  const stores = open();
  await stores.of('main').commit(unit([opens(noteRow('N-1'))]));
  expect([await stores.of('main').count('note'), await stores.of('other').count('note')]).toEqual([
    1, 0,
  ]);
  expect(stores.tenants()).toEqual(['main', 'other']);
  expect(() => stores.of('nobody')).toThrow('There is no tenant nobody here');
});

it('calls a process after another has written', async () => {
  const databases = new Map<string, MemoryDatabase>();
  const [one, other] = [open(databases).of('main'), open(databases).of('main')];
  const called: string[] = [];
  other.relay.onWritten(() => called.push('written'));
  other.relay.onCommit(() => called.push('committed'));
  await one.commit(unit([opens(noteRow('N-1'))]));
  expect(called).toEqual(['written']);
});

it('gives rows that nobody can change', async () => {
  const store = open().of('main');
  const row = noteRow('N-1', { lines: [{ item: 'TEA' }] });
  await store.commit(unit([opens(row)]));
  const stored = await store.load('note', row.id);
  expect(() => Object.assign(stored?.fields ?? {}, { number: 'N-2' })).toThrow(TypeError);
});

it('sets a tenant aside that is no longer served, and brings it back', async () => {
  const stores = open();
  await stores.of('main').commit(unit([opens(noteRow('N-1'))]));
  await stores.dropTenant('main');
  expect(stores.tenants()).toEqual(['other']);
  expect(await stores.setAside('main', '1')).toBe('main_1');
  expect(await stores.setAside('nobody', '1')).toBeUndefined();
  await stores.addTenant('main', '1');
  expect(await stores.of('main').count('note')).toBe(1);
  expect((await stores.usage()).map(({ tenant }) => tenant)).toEqual(['other', 'main']);
});
