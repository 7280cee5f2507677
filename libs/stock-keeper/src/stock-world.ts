/** A store in memory that keeps stock, for the tests of this folder. */
import { openMemoryStores } from '@morrow/adapter-memory';
import { recordMovements, type NewMovement } from './record-movements.ts';

const tenant = 'main';
const rowsMax = 1000;

/** Records movements in a transaction for each call, and gives all that is stored, in order. */
export function stockInMemory() {
  const stores = openMemoryStores({
    domain: { name: 'wms', documents: [], keeps: ['stock'] },
    tenants: [tenant],
  });
  const store = stores.of(tenant);
  return {
    record: (moves: readonly NewMovement[]) =>
      store.transact('stock', ({ stock }) => recordMovements(stock, moves, 2)),
    async figures() {
      const balances = await store.stock.listBalances(undefined, rowsMax);
      const movements = balances.map((key) => store.stock.movements(key, '', rowsMax));
      return { balances, movements: (await Promise.all(movements)).flat() };
    },
  };
}
