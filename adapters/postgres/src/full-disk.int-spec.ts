/** A disk without room: the caller hears of it in one sentence, and with room all goes on. */
import { isProtocolError, isStorageFull } from '@morrow/contract';
import { noteRow, opens, unit } from '@morrow/engines/suite';
import { expect, it } from 'vitest';
import { world, type StoreWorld } from './store-world.ts';

/** From now on a new event makes PostgreSQL write to a device that is always full. */
const fill = ({ query }: StoreWorld) =>
  query(`
    create function spill() returns trigger language plpgsql security definer as
      $$ begin copy (select repeat('x', 100000)) to '/dev/full'; return new; end $$;
    create trigger spill before insert on event for each row execute function spill()`);
const free = ({ query }: StoreWorld) => query('drop trigger spill on event');

const refusalOf = async (work: Promise<unknown>): Promise<unknown> => {
  const error: unknown = await work.then(
    () => 'stored',
    (reason: unknown) => reason,
  );
  return isProtocolError(error)
    ? { fault: error.fault, isStorageFull: isStorageFull(error), sentence: error.message }
    : error;
};
const full = {
  fault: 'unavailable',
  isStorageFull: true,
  sentence:
    'The disk that holds the data directory is full: free some space and start again; ' +
    'nothing that was acknowledged is lost.',
};

it('is told as such, changes nothing, and does not last longer than it does', async () => {
  const ground = await world();
  const { store } = ground;
  await store.commit(unit([opens(noteRow('before'))]));
  await fill(ground);
  const together = ['a', 'b', 'c'].map((number) => store.commit(unit([opens(noteRow(number))])));
  expect(await Promise.all(together.map(refusalOf))).toEqual([full, full, full]);
  const alone = store.transact('test', (session) => session.write(unit([opens(noteRow('d'))])));
  expect(await refusalOf(alone)).toEqual(full);
  expect(await store.count('note')).toBe(1);
  await free(ground);
  await store.commit(unit([opens(noteRow('after'))]));
  expect(await store.count('note')).toBe(2);
});
