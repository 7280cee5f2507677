/** Orders of customers of several segments, on flows and under rules that a pack adds. */
import { units } from '@morrow/kernel';
import { Companies } from '@morrow/protocol-companies';
import { Items } from '@morrow/protocol-items';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import type { Scenario, World } from '../worlds/world.ts';

const orderOf = (number: string, customer: string) => ({
  number,
  customer,
  currency: 'GBP',
  warehouse: 'MAIN',
  placedAt: new Date('2026-07-01T10:00:00.000Z'),
});
const line = { item: 'SEG', quantity: units(1), price: 2_000_000n };

const role = 'customer' as const;
/** A customer of a segment, and an item of which each of two warehouses has some. */
async function prepare(world: World, code: string, segment: string, country = 'France') {
  const party = { code, name: code, role, country, segment };
  await world.port(Parties).upsertMany({ parties: [party] }, world.context());
  const items = ['SEG', 'SPLIT'].map((name) => ({ code: name, name, category: 'goods' as const }));
  await world.port(Items).upsertMany({ items }, world.context());
}
const stocked = async (world: World, warehouse: string, count: number) => {
  await world.port(Warehouses).open({ code: warehouse, name: warehouse }, world.context());
  const goods = { item: 'SPLIT', quantity: units(count), cost: 1_500_000n };
  const effectiveAt = new Date('2026-06-01T10:00:00.000Z');
  const header = { number: `SPLIT-${warehouse}`, warehouse, currency: 'GBP', effectiveAt };
  await world.port(Stock).receive({ ...header, lines: [goods] }, world.context());
};
const heldIn = async (world: World, warehouse: string) => {
  const asked = { item: 'SPLIT', warehouse };
  const { onHand, reserved, value } = await world.port(Stock).getBalance(asked, world.context());
  return { onHand, reserved, value };
};

export const scenarios: Readonly<Record<string, Scenario>> = {
  async 'an order keeps the segment that its customer had'(world) {
    const [orders, parties] = [world.port(Orders), world.port(Parties)];
    const asked = { role: 'customer' as const, country: 'France' };
    const firm = { ...asked, code: 'S-FIRM', name: 'Firm', segment: 'b2b' };
    const shop = { ...asked, code: 'S-SHOP', name: 'Shop' };
    type Wanted = typeof asked & { code: string; name: string; segment?: string };
    const upsert = (...wanted: Wanted[]) =>
      parties.upsertMany({ parties: wanted }, world.context());
    await world
      .port(Items)
      .upsertMany({ items: [{ code: 'SEG', name: 'Mug', category: 'goods' }] }, world.context());
    const made = [await upsert(firm, shop), await upsert({ ...shop, name: 'The shop' })];
    const codes = ['S-FIRM', 'S-SHOP', 'S-NOBODY'];
    await world.port(Companies).setRules({ unknownCustomers: 'allow' }, world.context());
    await world.settled();
    const placed = await orders.placeMany(
      {
        orders: codes.map((code) => orderOf(`SEG-${code}`, code)),
        lines: codes.map((_, order) => ({ order, ...line })),
      },
      world.context(),
    );
    const { orderId } = await orders.place(
      { ...orderOf('SEG-1', 'S-FIRM'), lines: [line] },
      world.context(),
    );
    await world.port(Companies).setRules({ unknownCustomers: 'refuse' }, world.context());
    const ids = [...placed.results.map((result) => result.orderId ?? orderId), orderId];
    const shown = [];
    for (const id of ids) shown.push(await orders.get({ orderId: id }, world.context()));
    made.push(await upsert({ ...asked, code: 'S-FIRM', name: 'The firm' }));
    const kept = await parties.getMany({ codes }, world.context());
    made.push(await upsert({ ...firm, name: 'The firm', segment: '' }));
    const { segment } = await parties.get({ code: 'S-FIRM' }, world.context());
    return {
      made,
      segments: shown.map((order) => `${order.number} ${order.segment}`),
      kept: kept.parties.map((party) => `${party.name} ${party.segment}`).sort(),
      segment,
    };
  },
  async 'an order is split over warehouses, and leaves from each what was allocated there'(world) {
    const orders = world.port(Orders);
    await prepare(world, 'S-SPLIT', 'routed');
    await stocked(world, 'NORTH', 4);
    await stocked(world, 'SOUTH', 6);
    const available = await world
      .port(Stock)
      .availability({ items: ['SPLIT', 'NONE'] }, world.context());
    const asked = { ...orderOf('SPLIT-1', 'S-SPLIT'), warehouse: 'SOUTH' };
    const lines = [{ ...line, item: 'SPLIT', quantity: units(5) }];
    const { orderId, state } = await orders.place({ ...asked, lines }, world.context());
    await world.settled();
    const before = await heldIn(world, 'SOUTH');
    const allocations = [
      { warehouse: 'NORTH', item: 'SPLIT', quantity: units(4) },
      { warehouse: 'SOUTH', item: 'SPLIT', quantity: units(1) },
    ];
    const move = (to: string, given: typeof allocations | undefined) =>
      orders.move({ orderId, to, note: 'Routed', allocations: given }, world.context());
    const refused = [
      await world.refusal(() => orders.ship({ orderId }, world.context())),
      await world.refusal(() => move('nowhere', undefined)),
      await world.refusal(() => move('split', allocations.slice(1))),
    ];
    const moved = await move('split', allocations);
    await world.settled();
    const routed = await heldIn(world, 'SOUTH');
    const at = new Date('2026-07-02T10:00:00.000Z');
    const shipped = await orders.ship({ orderId, at }, world.context());
    await world.settled();
    const kept = await orders.get({ orderId }, world.context());
    const { states } = await orders.countByState({}, world.context());
    return {
      available,
      states: [state, moved.state, shipped.state],
      refused: refused.map((each) => ({ ...(each as object), data: 'with the id' })),
      held: { before, routed },
      left: [await heldIn(world, 'NORTH'), await heldIn(world, 'SOUTH')],
      allocations: kept.allocations,
      split: (await orders.list({ limit: 10, state: 'split' }, world.context())).orders,
      counted: states.map((each) => each.state),
    };
  },
  async 'rules of a pack set prices and refuse, each with its name and sentence'(world) {
    const orders = world.port(Orders);
    await prepare(world, 'S-HALF', 'half');
    await prepare(world, 'S-LOST', 'routed', '');
    await prepare(world, 'S-ODD', 'broken');
    await prepare(world, 'S-FAR', 'routed');
    const codes = ['S-HALF', 'S-LOST', 'S-ODD', 'S-FAR'];
    const placed = await orders.placeMany(
      {
        orders: codes.map((code) => ({
          ...orderOf(`RULE-${code}`, code),
          ...(code === 'S-FAR' ? { shippedAt: new Date('2026-07-01T11:00:00.000Z') } : {}),
        })),
        lines: codes.map((_, order) => ({ order, ...line })),
      },
      world.context(),
    );
    const place = (code: string, more: object) =>
      orders.place({ ...orderOf(`RULE-${code}-1`, code), lines: [line], ...more }, world.context());
    const half = await place('S-HALF', {});
    const shippedAt = new Date('2026-07-01T11:00:00.000Z');
    return {
      placed: placed.results.map(({ number, refused }) => ({ number, refused })),
      half: half.total,
      lost: await world.refusal(() => place('S-LOST', {})),
      atOnce: await world.refusal(() => place('S-FAR', { shippedAt })),
    };
  },
};
