/** A projection for tests: how often something was deposited into each till, and the sum of the
 * cash that was in it then. Neither is right when an event counts twice, or not at all. */
import { newPulse, systemIds } from '@morrow/adapter-local';
import { openPostgresStores } from '@morrow/adapter-postgres';
import { onBatch, type Handler } from '@morrow/contract';
import { Till } from '@morrow/contract/suite';
import type { Session, Store } from '@morrow/document-keeper';
import type { BalanceRow, Bus } from '@morrow/engines';
import {
  EventKeeper,
  keepingOperations,
  remoteEvents,
  type KeepingTools,
} from '@morrow/event-keeper';
import { tillContext, type openTills, type TillGround } from './till-world.ts';

/** The tills that are tallied. */
export const tallied = Array.from({ length: 150 }, (_, at) => `till-${at}`);
const keyOf = (till: string) => ({ item: till, warehouse: 'TALLY' });

/** Keeps its figures in the balances of the stock-keeper. `refuse` may throw. */
export const tallyOf = (refuse: (till: string) => void = () => undefined): readonly Handler[] =>
  onBatch(Till, ['deposited'], { name: 'tally', summary: 'Tallies', kind: 'projection' }, () => ({
    async handle(events, _context, session: Session) {
      const tills = [...new Set(events.map(({ data }) => data.till))];
      tills.forEach(refuse);
      const held = await session.stock.lock(tills.map(keyOf));
      const balances = held.map((row): BalanceRow => {
        const own = events.filter(({ data }) => data.till === row.item);
        const cash = own.reduce((sum, { data }) => sum + data.minor, 0n);
        const onHand = row.onHand + BigInt(own.length);
        return { ...row, onHand, value: row.value + cash };
      });
      await session.stock.save({ balances, inserted: [], revalued: [] });
    },
    async reset(_tenant, session: Session) {
      const held = await session.stock.lock(tallied.map(keyOf));
      const balances = held.map((row): BalanceRow => ({ ...row, onHand: 0n, value: 0n }));
      await session.stock.save({ balances, inserted: [], revalued: [] });
    },
  })).start(undefined, []);

/** Deposits and cash by till. */
export async function tallyIn(store: Store) {
  const rows = await store.stock.balances(tallied.map(keyOf));
  return Object.fromEntries(rows.map(({ item, onHand, value }) => [item, [onHand, value]]));
}
/** Another figure than the events give. */
export const spoil = (store: Store, till: string) =>
  store.transact('spoil', async (session) => {
    const held = await session.stock.lock([keyOf(till)]);
    const balances = held.map((row): BalanceRow => ({ ...row, value: 999n }));
    await session.stock.save({ balances, inserted: [], revalued: [] });
  });

type Shop = Awaited<ReturnType<typeof openTills>>;
/** Another domain, which tallies the tills of a shop from afar. */
export async function openTally(shop: Shop, { server, database, clock }: TillGround, bus: Bus) {
  const tenants = ['main'];
  const domain = { name: 'books', documents: [], keeps: ['stock' as const] };
  const databaseOf = () => database;
  const stores = await openPostgresStores({ server, domain, tenants, databaseOf });
  const untold = { about: {}, replays: {}, tenantTools: {} } as unknown as KeepingTools;
  const { stores: shopStores, keeper: shopKeeper } = shop;
  const producer = keepingOperations('shop', {
    ...{ ...untold, stores: shopStores, keeper: shopKeeper },
  });
  const keeper = new EventKeeper({
    ...{ domain: 'books', handlers: tallyOf(), stores, bus, clock, newPulse },
    owner: systemIds.next(),
    sourceOf: () => remoteEvents(producer, () => tillContext(systemIds.next())),
    onProblem: () => undefined,
  });
  const close = async () => {
    await keeper.stop();
    await stores.close();
  };
  return { keeper, store: stores.of('main'), close };
}
