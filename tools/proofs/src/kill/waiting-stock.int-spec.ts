/** The server dies before and after each commit that offers stock to orders which wait: they are
 * served once, in their order, and with no more than is there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deathsIn } from '@morrow/business/parts/failpoints';
import { testPostgres } from '@morrow/dev-services';
import { units, type Id } from '@morrow/kernel';
import { Companies } from '@morrow/protocol-companies';
import { Items } from '@morrow/protocol-items';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import { afterAll, expect, it, vi } from 'vitest';
import type { World } from '../worlds/world.ts';
import { inTurn } from './lives.ts';
import { persist } from './persist.ts';
import { startServer } from './server-under-test.ts';

vi.setConfig({ testTimeout: 180_000 });
const postgres = await testPostgres();
const header = { currency: 'GBP', warehouse: 'MAIN' };
const moment = new Date('2026-03-02T10:00:00.000Z');

/** Five orders wait; a receipt, a find, a release and a cancellation serve four of them. */
async function played(world: World) {
  const ask = <T>(call: (context: ReturnType<World['context']>) => Promise<T>) => {
    const { key } = world.context();
    return persist(() => call(world.context(key)));
  };
  await ask((context) => world.port(Companies).setUp({ name: 'Shop', currency: 'GBP' }, context));
  const items = [{ code: 'A', name: 'A', category: 'goods' as const }];
  await ask((context) => world.port(Items).upsertMany({ items }, context));
  const parties = [{ code: 'C1', name: 'Ann', role: 'customer' as const, country: 'France' }];
  await ask((context) => world.port(Parties).upsertMany({ parties }, context));
  await ask((context) => world.port(Warehouses).open({ code: 'MAIN', name: 'Main' }, context));
  const line = { item: 'A', quantity: units(2), cost: 1_000_000n };
  const document = { ...header, effectiveAt: moment, lines: [line] };
  const receive = (number: string) =>
    ask((context) => world.port(Stock).receive({ ...document, number }, context));
  await receive('R-1');
  const wish = { number: 'held', warehouse: 'MAIN', lines: [{ item: 'A', quantity: units(2) }] };
  const { reservationId } = await ask((context) => world.port(Stock).reserve(wish, context));
  const placed: Id<'order'>[] = [];
  for (let n = 0; n < 5; n++) {
    const lines = [{ item: 'A', quantity: units(2), price: 2_000_000n }];
    const order = { ...header, number: `O-${n}`, customer: 'C1', placedAt: moment, lines };
    const { orderId } = await ask((context) => world.port(Orders).place(order, context));
    placed.push(orderId);
    await persist(() => world.settled());
  }
  await receive('R-2');
  const found = { ...document, number: 'F-1', reason: 'Found' };
  const finds = [{ item: 'A', quantity: units(2) }];
  await ask((context) => world.port(Stock).adjust({ ...found, lines: finds }, context));
  await ask((context) => world.port(Stock).release({ reservationId }, context));
  await persist(() => world.settled());
  const [first] = placed;
  if (first) await ask((context) => world.port(Orders).cancel({ orderId: first }, context));
  await persist(() => world.settled());
  const states = [];
  for (const orderId of placed)
    states.push((await ask((context) => world.port(Orders).get({ orderId }, context))).state);
  const key = { item: 'A', warehouse: 'MAIN' };
  const { onHand, reserved } = await ask((context) => world.port(Stock).getBalance(key, context));
  return { states, onHand, reserved, faults: await persist(() => world.faults()) };
}

/** Commits that offer stock, and the one in which an order hears of it. */
const places = [
  'stock.receive/stock.stockReserved',
  'stock.adjust/stock.stockReserved',
  'stock.release/stock.stockReserved',
  'followOrders/stock.reservationReleased',
  'followStock/orders.orderReserved',
];
const cases = places.flatMap((place) => ['before', 'after'].map((when) => `${place}:${when}`));
const isSoak = process.env['M_SOAK'] === '1';
const folder = mkdtempSync(join(tmpdir(), 'morrow-waiting-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the play ends in, with lives that die once at each of the places; and where they died. */
async function dying(deaths: readonly string[]) {
  const died = join(folder, `${deaths.length}-${deaths[0]?.replace('/', '-')}`);
  const settings = { M_FAILPOINT: deaths.join(' '), M_FAILPOINT_DIED: died };
  const server = await startServer({ postgres, settings }, {});
  try {
    return { ...(await played(server.world)), deaths: [...deathsIn(died)].sort() };
  } finally {
    await server.close();
  }
}
const end = {
  states: ['cancelled', 'reserved', 'reserved', 'reserved', 'awaitingStock'],
  onHand: units(6),
  reserved: units(6),
  faults: [],
};

it('dies before one and after the next, and stock goes to who has waited longest', async () => {
  const deaths = inTurn(cases, (place) => place);
  expect(await dying(deaths)).toEqual({ ...end, deaths: [...deaths].sort() });
});
it.runIf(isSoak).each(cases)('%s', async (place) => {
  expect(await dying([place])).toEqual({ ...end, deaths: [place] });
});
