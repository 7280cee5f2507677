/** A plug-in is taken away and comes back: what needs it is parked meanwhile, says so, and goes
 * on. */
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { boot } from '@morrow/business/parts/boot';
import { readSettings } from '@morrow/business/parts/settings';
import { units } from '@morrow/kernel';
import { Notices } from '@morrow/protocol-notices';
import { Orders } from '@morrow/protocol-orders';
import { Workflows, type InstanceState } from '@morrow/protocol-workflows';
import { expect, it, onTestFinished } from 'vitest';
import { pluginPacks } from '../scenarios/all-scenarios.ts';
import { groundOf, openGround } from '../worlds/ground.ts';
import { newGround, type Ground } from '../worlds/served.features.ts';
import { World } from '../worlds/world.ts';

const missing = 'notices.send is not here: add the module that offers it to the placement.';
const tellsSales = `form: morrow.workflow/1
name: tellSales
version: 1
summary: Tells sales of every order
trigger: { event: orders.orderPlaced, key: trigger.data.orderId }
steps:
  tell:
    call: notices.send
    input:
      to: sales
      subject: An order
      text: =trigger.data.number
`;

/** The same business, started anew: with the plug-in or without it. */
async function started({ tenant, env }: Ground, more: NodeJS.ProcessEnv) {
  const settings = readSettings({ ...env, ...more });
  const running = await boot(settings, {});
  let isRunning = true;
  const stop = async () => {
    if (isRunning) await running.stop();
    isRunning = false;
  };
  onTestFinished(stop);
  const { port, signed } = running;
  return { world: new World(port, tenant, undefined, signed, settings.modules), stop };
}
const shop = (world: World) => openGround(groundOf(world));
const placeOrder = (world: World, number: string) => {
  const header = { currency: 'GBP', warehouse: 'MAIN', customer: 'C1', number };
  const line = { item: 'A', quantity: units(1), price: 20_000_000n };
  const placedAt = new Date('2026-03-02T10:00:00.000Z');
  return world.port(Orders).place({ ...header, placedAt, lines: [line] }, world.context());
};

/** The instance of an order once it stands as said. */
async function seen(world: World, orderId: string, state: InstanceState) {
  for (;;) {
    const found = await world.port(Workflows).instances({ limit: 50 }, world.context());
    const one = found.instances.find(({ startKey }) => startKey === `tellSales|${orderId}`);
    if (one?.state === state) return one;
    await pause(30);
  }
}
async function told(world: World) {
  const asked = { to: 'sales', limit: 15 };
  const { notices } = await world.port(Notices).list(asked, world.context());
  return notices.map(({ text }) => text);
}
const neededBy = async (world: World) => {
  const named = { name: 'tellSales' };
  return (await world.port(Workflows).show(named, world.context())).missing;
};

it('parks what needs a module that is gone, and goes on when it is there again', async () => {
  const ground = await newGround();
  const text = Buffer.from(tellsSales).toString('base64url');

  const bare = await started(ground, {});
  await shop(bare.world);
  const early = await bare.world.port(Workflows).lint({ text }, bare.world.context());
  expect(early.problems.map(({ sentence }) => sentence)).toEqual(['There is no protocol notices.']);
  await bare.stop();

  const whole = await started(ground, { M_PACKS: pluginPacks });
  await whole.world.port(Workflows).publish({ text }, whole.world.context());
  const first = await placeOrder(whole.world, '1');
  await seen(whole.world, first.orderId, 'done');
  expect(await told(whole.world)).toEqual(['1']);
  expect(await neededBy(whole.world)).toEqual([]);
  await whole.stop();

  const without = await started(ground, {});
  const second = await placeOrder(without.world, '2');
  const parked = await seen(without.world, second.orderId, 'parked');
  expect(parked.sentence).toBe(missing);
  expect(await neededBy(without.world)).toEqual(['notices.send']);
  await without.stop();

  const named = 'masters,orders,wms,finance,workflows,notices';
  const again = await started(ground, { M_MODULES: named });
  await seen(again.world, second.orderId, 'done');
  expect(await told(again.world)).toEqual(['1', '2']);
  await again.world.settled();
  expect(await again.world.faults()).toEqual([]);
}, 120_000);

it('is asked for by its name: a module that no placement knows is refused', async () => {
  const { env } = await newGround();
  expect(() => readSettings({ ...env, M_MODULES: 'kitchen' })).toThrow('notices');
  const { modules } = readSettings({ ...env, M_PACKS: resolve(pluginPacks) });
  expect(modules).toContain('notices');
  expect(readSettings(env).modules).not.toContain('notices');
});
