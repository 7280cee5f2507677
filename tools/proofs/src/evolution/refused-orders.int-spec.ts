/** Orders that release 0.1 refused stock, of whose lines it kept nothing: they wait after an
 * upgrade as others do, those that are void do not. */
import { boot } from '@morrow/business/parts/boot';
import { domains } from '@morrow/business/parts/module-catalog';
import { readSettings } from '@morrow/business/parts/settings';
import { units } from '@morrow/kernel';
import { Companies } from '@morrow/protocol-companies';
import { Items } from '@morrow/protocol-items';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import { expect, it, onTestFinished, vi } from 'vitest';
import { newGround, type Ground } from '../worlds/served.features.ts';
import { World } from '../worlds/world.ts';

vi.setConfig({ testTimeout: 120_000 });
const moment = new Date('2026-03-02T10:00:00.000Z');
const header = { currency: 'GBP', warehouse: 'MAIN' };

async function started({ env, tenant }: Ground) {
  const running = await boot(readSettings(env), {});
  let isOpen = true;
  const stop = async () => {
    if (isOpen) await running.stop();
    isOpen = false;
  };
  onTestFinished(stop);
  const world = new World(running.port, tenant, undefined, running.signed, domains);
  return { world, stop };
}

/** Of events that are gone nobody has heard. */
const atMost = (domain: string) => `
  update ${domain}.watermark set number = least(number, (select n from wms.relay))
    where producer = 'wms';`;
/** What reservations that were refused were like in release 0.1 (`libs/wms/published.json`), and a
 * history of orders of which nobody has taken notice yet. */
const asInRelease = `
  update wms.event w set meta = jsonb_set(w.meta, '{lifecycle}',
      '{"id":"reservation","version":1,"hash":"8bccc97dc62d7331"}')
    where w.type = 'stockRefused';
  update wms.reservation set version = 1, state = 'refused', lines = '[]', promised_on = null,
      since = null, lifecycle_version = 1, lifecycle_hash = '8bccc97dc62d7331'
    where state in ('waiting', 'withdrawn');
  delete from wms.event where type in ('reservationWanted', 'reservationWithdrawn');
  create temp table numbered as
    select p.stream_id, p.first_version, count(*) as n, min(p.first_number) as place
    from wms.publication p join wms.event e on e.stream_id = p.stream_id
      and e.stream_version between p.first_version and p.first_version + p.n - 1
    group by 1, 2;
  truncate wms.publication;
  insert into wms.publication (stream_id, first_version, n, first_number)
    select stream_id, first_version, n, sum(n) over (order by place) - n + 1 from numbered;
  update wms.relay set n = (select sum(n) from wms.publication);
${['finance', 'orders', 'wms', 'workflows'].map(atMost).join('')}
  delete from wms.stock_waiting;
  delete from wms.watermark where handler = 'readRefused';
  delete from wms.inbox where handler = 'readRefused';`;

async function place(world: World, number: string, count: number) {
  const lines = [{ item: 'A', quantity: units(count), price: 2_000_000n }];
  const order = { ...header, number, customer: 'C1', placedAt: moment, lines };
  return (await world.port(Orders).place(order, world.context())).orderId;
}
const stateOf = async (world: World, orderId: Awaited<ReturnType<typeof place>>) =>
  (await world.port(Orders).get({ orderId }, world.context())).state;

it('are served once stock is there; one that was cancelled is not', async () => {
  const ground = await newGround();
  const before = await started(ground);
  const { world: old } = before;
  await old.port(Companies).setUp({ name: 'Shop', currency: 'GBP' }, old.context());
  const item = { code: 'A', name: 'Item A', category: 'goods' as const };
  await old.port(Items).upsertMany({ items: [item] }, old.context());
  const party = { code: 'C1', name: 'Ann', role: 'customer' as const, country: 'France' };
  await old.port(Parties).upsertMany({ parties: [party] }, old.context());
  await old.port(Warehouses).open({ code: 'MAIN', name: 'Main' }, old.context());
  const [gone, first, second] = [
    await place(old, 'O-1', 2),
    await place(old, 'O-2', 3),
    await place(old, 'O-3', 4),
  ];
  await old.settled();
  await old.port(Orders).cancel({ orderId: gone }, old.context());
  await old.settled();
  await before.stop();
  await ground.statement(asInRelease);

  const { world } = await started(ground);
  const line = { item: 'A', quantity: units(5), cost: 1_000_000n };
  const receipt = { ...header, number: 'R-1', effectiveAt: moment, lines: [line] };
  await world.port(Stock).receive(receipt, world.context());
  await expect.poll(() => stateOf(world, first), { timeout: 60_000 }).toBe('reserved');
  await expect
    .poll(async () => (await world.port(Stock).listWaiting({ limit: 9 }, world.context())).waiting)
    .toMatchObject([{ number: `order:${second}`, wanted: units(4) }]);
  await world
    .port(Stock)
    .receive(
      { ...receipt, number: 'R-2', lines: [{ ...line, quantity: units(2) }] },
      world.context(),
    );
  await world.settled();
  const states = await Promise.all([gone, first, second].map((id) => stateOf(world, id)));
  expect(states).toEqual(['cancelled', 'reserved', 'reserved']);
  const key = { item: 'A', warehouse: 'MAIN' };
  expect(await world.port(Stock).getBalance(key, world.context())).toMatchObject({
    reserved: units(7),
    onHand: units(7),
  });
  expect((await world.replay('wms', true)).faults).toEqual([]);
});
