/** How keys that workflows wait for are locked in PostgreSQL. */
import type { Session, Store } from '@morrow/engines';
import { expect, it } from 'vitest';
import { world } from './store-world.ts';

const inside = <T>(store: Store, work: (session: Session) => Promise<T>) =>
  store.transact('workflow', work);

it('locks keys in one order, each once, until the commit', async () => {
  const { store, again, query } = await world();
  const other = await again();
  const keys = Array.from({ length: 30 }, (_, at) => `k-${at}`);
  let within = 0;
  let most = 0;
  const hold = (at: number) =>
    inside(at % 2 ? store : other, async ({ workflow }) => {
      await workflow.lock(at % 3 ? [...keys, ...keys] : keys.toReversed());
      most = Math.max(most, ++within);
      const [row] = await query<{ n: number }>(
        `select count(*)::int as n from pg_locks where locktype = 'advisory' and granted
           and database = (select oid from pg_database where datname = current_database())`,
      );
      within--;
      return row?.n;
    });
  const counts = await Promise.all(Array.from({ length: 12 }, (_, at) => hold(at)));
  expect([counts, most]).toEqual([Array(12).fill(keys.length), 1]);
  await inside(store, ({ workflow }) => workflow.lock([]));
});
