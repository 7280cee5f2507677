/** How the tables of the inbox stay small, and how they are read. */
import { expect, it } from 'vitest';
import { world, type StoreWorld } from './store-world.ts';

const taking =
  ({ store }: StoreWorld) =>
  (numbers: readonly number[]) =>
    store.transact('reaction', (session) => session.take('handler', 'orders', numbers));

it('keeps rows only above the contiguous beginning', async () => {
  const open = await world();
  const take = taking(open);
  const rows = () => open.query('select number::int from inbox order by 1');
  await take([2, 3, 7]);
  await take([1, 5]);
  expect(await rows()).toEqual([{ number: 5 }, { number: 7 }]);
  await take([4, 6]);
  expect(await rows()).toEqual([]);
});

it('sees one moment when it asks which numbers are fresh', async () => {
  const open = await world();
  await taking(open)([2]);
  const admin = await open.admin();
  await admin.query('begin');
  await admin.query('lock table inbox in access exclusive mode');
  const asked = open.store.inbox.fresh('handler', 'orders', [1, 2, 3]);
  await expect.poll(() => open.waiting()).toBe(1);
  await admin.query('update watermark set number = 2');
  await admin.query('delete from inbox');
  await admin.query('commit');
  expect(await asked).toEqual([3]);
});
