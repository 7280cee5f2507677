/** Orders, receipts, losses, returns and cancellations at once, in random interleavings: nothing is
 * reserved that is not there, and nobody waits who could be served. */
import { boot } from '@morrow/business/parts/boot';
import { domains } from '@morrow/business/parts/module-catalog';
import { readSettings } from '@morrow/business/parts/settings';
import { isProtocolError } from '@morrow/contract';
import { quantityOf, units, type Id } from '@morrow/kernel';
import { Companies } from '@morrow/protocol-companies';
import { Items } from '@morrow/protocol-items';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import { expect, it, onTestFinished, vi } from 'vitest';
import { newGround } from '../worlds/served.features.ts';
import { World } from '../worlds/world.ts';

vi.setConfig({ testTimeout: 240_000 });
const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
/** Pseudo-random numbers with a seed (mulberry32). */
function luck(state: number) {
  return (max: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % max;
  };
}
const codes = ['A', 'B', 'C'];
const warehouse = 'MAIN';
const header = { currency: 'GBP', warehouse };
const placedAt = new Date('2026-03-02T10:00:00.000Z');

async function openShop(): Promise<World> {
  const { tenant, env } = await newGround();
  const running = await boot(readSettings(env), {});
  onTestFinished(() => running.stop());
  const world = new World(running.port, tenant, 60_000, running.signed, domains);
  await world.port(Companies).setUp({ name: 'Shop', currency: 'GBP' }, world.context());
  const items = codes.map((code) => ({ code, name: code, category: 'goods' as const }));
  await world.port(Items).upsertMany({ items }, world.context());
  const party = { code: 'C1', name: 'Ann', role: 'customer' as const, country: 'France' };
  await world.port(Parties).upsertMany({ parties: [party] }, world.context());
  await world.port(Warehouses).open({ code: warehouse, name: 'Main' }, world.context());
  return world;
}

/** Refusals are part of the play; anything else is not. */
const tried = (call: Promise<unknown>): Promise<void> =>
  call.then(
    () => undefined,
    (error: unknown) => {
      if (!isProtocolError(error) || error.fault === 'defect') throw error;
    },
  );

/** One random step; orders that were placed are remembered. */
function step(world: World, random: (max: number) => number, at: number, placed: Id<'order'>[]) {
  const stock = world.port(Stock);
  const orders = world.port(Orders);
  const some = () =>
    codes
      .filter(() => random(2))
      .concat(codes[random(codes.length)] ?? '')
      .map((item) => ({ item, quantity: units(1 + random(4)) }));
  const effectiveAt = new Date(placedAt.getTime() - random(1000) * 60_000);
  const any = placed[random(placed.length + 1)];
  switch (random(8)) {
    case 0:
    case 1:
    case 2:
      return orders
        .place(
          {
            ...header,
            number: `O-${at}`,
            customer: 'C1',
            placedAt,
            lines: some().map((line) => ({ ...line, price: 1_000_000n })),
          },
          world.context(),
        )
        .then(({ orderId }) => void placed.push(orderId));
    case 3:
    case 4: {
      const lines = some().map((line) => ({ ...line, cost: 1_000_000n }));
      return tried(
        stock.receive({ ...header, number: `R-${at}`, effectiveAt, lines }, world.context()),
      );
    }
    case 5: {
      const lines = some().map(({ item, quantity }) => ({
        ...{ item, quantity: quantityOf(random(2) ? quantity : -quantity) },
      }));
      const loss = { ...header, number: `A-${at}`, effectiveAt, reason: 'Luck', lines };
      return tried(stock.adjust(loss, world.context()));
    }
    case 6:
      return any ? tried(orders.cancel({ orderId: any }, world.context())) : undefined;
    default:
      return any ? tried(orders.ship({ orderId: any, at: placedAt }, world.context())) : undefined;
  }
}

/** What is free of each item, what waits, and what the orders say. */
async function look(world: World, placed: readonly Id<'order'>[]) {
  await world.settled();
  const free = new Map<string, bigint>();
  for (const item of codes) {
    const { onHand, reserved } = await world
      .port(Stock)
      .getBalance({ item, warehouse }, world.context());
    free.set(item, onHand - reserved);
  }
  const { waiting } = await world.port(Stock).listWaiting({ limit: 200 }, world.context());
  const states = new Map<string, string>();
  for (const orderId of placed)
    states.set(
      `order:${orderId}`,
      (await world.port(Orders).get({ orderId }, world.context())).state,
    );
  return { free, waiting: Map.groupBy(waiting, ({ number }) => number), states };
}

it(`holds under any interleaving, seed ${seed}`, async () => {
  const world = await openShop();
  const random = luck(seed);
  const placed: Id<'order'>[] = [];
  for (let round = 0; round < 8; round++) {
    const steps = Array.from({ length: 15 }, (_, at) =>
      step(world, random, round * 100 + at, placed),
    );
    await Promise.all(steps);
    const { free, waiting, states } = await look(world, placed);
    // orders that were shipped without a reservation may have left less than is reserved
    const servable = [...waiting].filter(([, lines]) =>
      lines.every(({ item, wanted }) => wanted <= (free.get(item) ?? 0n)),
    );
    expect(servable.map(([number]) => number)).toEqual([]);
    const awaiting = [...states].filter(([, state]) => state === 'awaitingStock');
    expect(new Set(waiting.keys())).toEqual(new Set(awaiting.map(([number]) => number)));
  }
  // whatever is wanted comes in: all are served
  const lines = codes.map((item) => ({ item, quantity: units(1000), cost: 1_000_000n }));
  await world
    .port(Stock)
    .receive({ ...header, number: 'R-all', effectiveAt: placedAt, lines }, world.context());
  const { waiting, states } = await look(world, placed);
  expect([waiting.size, [...states.values()].filter((state) => state === 'placed')]).toEqual([
    0,
    [],
  ]);
  expect(await world.faults()).toEqual([]);
});

it('serves who waits in their order, one piece at a time, however it comes', async () => {
  const world = await openShop();
  const place = async (number: string, promisedOn?: string) => {
    const lines = [{ item: 'A', quantity: units(1), price: 1_000_000n }];
    const order = { ...header, number, customer: 'C1', placedAt, lines };
    const asked = promisedOn === undefined ? order : { ...order, promisedOn: promisedOn as never };
    return (await world.port(Orders).place(asked, world.context())).orderId;
  };
  const order: Id<'order'>[] = [];
  for (let n = 0; n < 10; n++) order.push(await place(`O-${n}`));
  const urgent = await place('O-10', '2026-03-05');
  await world.settled();
  const expected = [urgent, ...order];
  const pieces = expected.map((_, n) => {
    const lines = [{ item: 'A', quantity: units(1), cost: 1_000_000n }];
    const receipt = { ...header, number: `R-${n}`, effectiveAt: placedAt, lines };
    return () => world.port(Stock).receive(receipt, world.context());
  });
  for (let served = 0; served < expected.length;) {
    const together = pieces.slice(served, served + 3);
    await Promise.all(together.map((receive) => receive()));
    served += together.length;
    const { states } = await look(world, expected);
    const reserved = expected.filter((id) => states.get(`order:${id}`) === 'reserved');
    expect(reserved).toEqual(expected.slice(0, served));
  }
});
