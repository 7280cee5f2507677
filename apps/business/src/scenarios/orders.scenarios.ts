/** Orders of customers of several segments. */
import { units } from '@morrow/kernel';
import { Items } from '@morrow/protocol-items';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import type { Scenario } from './world.ts';

const orderOf = (number: string, customer: string) => ({
  number,
  customer,
  currency: 'GBP',
  warehouse: 'MAIN',
  placedAt: new Date('2026-07-01T10:00:00.000Z'),
});
const line = { item: 'SEG', quantity: units(1), price: 2_000_000n };

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
};
