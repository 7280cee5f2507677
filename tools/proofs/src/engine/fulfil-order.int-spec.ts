/** The workflow that the platform brings along, from the order to goods that have left. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { checkout } from '@morrow/business/parts/settings';
import { present, units } from '@morrow/kernel';
import { Orders } from '@morrow/protocol-orders';
import { Stock } from '@morrow/protocol-stock';
import { Workflows, type InstanceState } from '@morrow/protocol-workflows';
import { expect, it } from 'vitest';
import { groundOf, openGround } from '../worlds/ground.ts';
import { served } from '../worlds/served.features.ts';
import { World } from '../worlds/world.ts';

const text = readFileSync(resolve(checkout, 'deploy/workflows/fulfil-order.yaml'), 'utf8');
const placedAt = new Date('2026-03-02T10:00:00.000Z');
const header = { currency: 'GBP', warehouse: 'MAIN' };

/** A shop with a hundred pieces of one item on its shelf, in which the workflow is published. */
async function openShop() {
  const { running, tenant, holding } = await served();
  const signed = (context: Parameters<typeof running.signed>[0]) => running.signed(context);
  const world = new World((protocol) => running.port(protocol), tenant, 30_000, signed);
  await openGround(groundOf(world));
  const line = { item: 'A', quantity: units(100), cost: 1_000_000n };
  const received = { ...header, number: 'R1', effectiveAt: placedAt, lines: [line] };
  await world.port(Stock).receive(received, world.context());
  const workflows = world.port(Workflows);
  const publish = (version: number) =>
    workflows.publish({ text: textOf(version) }, world.context());
  const turn = (how: 'pause' | 'resume' | 'retire', version: number) =>
    workflows[how]({ name: 'fulfilOrder', version }, world.context());
  await publish(1);
  return { world, workflows, publish, turn, holding };
}
/** The workflow as a version of itself, as it is published. */
const textOf = (version: number) =>
  Buffer.from(text.replace('version: 1', `version: ${version}`)).toString('base64url');
const placeOrder = (world: World, number: string, count: number) => {
  const line = { item: 'A', quantity: units(count), price: 20_000_000n };
  const asked = { ...header, number, customer: 'C1', placedAt, lines: [line] };
  return world.port(Orders).place(asked, world.context());
};

async function seen(world: World, startKey: string, state: InstanceState) {
  for (;;) {
    const found = await world.port(Workflows).instances({ limit: 50 }, world.context());
    const one = found.instances.find((instance) => instance.startKey === startKey);
    if (one?.state === state) return one;
    await pause(30);
  }
}

it('ships small orders by itself, and large ones when somebody has agreed', async () => {
  const { world, workflows } = await openShop();
  const small = await placeOrder(world, '1', 2);
  const large = await placeOrder(world, '2', 60);
  const { instanceId } = await seen(world, `fulfilOrder|${small.orderId}`, 'done');
  const { steps, output } = await workflows.instance({ instanceId }, world.context());
  expect(steps.map(({ step, state }) => `${step} ${state}`)).toEqual([
    'reserve done',
    'review skipped',
    'ship done',
    'cancel skipped',
    'issue done',
  ]);
  expect(JSON.parse(output ?? '')).toEqual({
    order: small.orderId,
    state: 'shipped',
    cost: '-200',
  });
  const [asked] = (await workflows.approvals({ limit: 10 }, world.context())).approvals;
  expect(asked).toMatchObject({ role: 'sales', title: 'Ship order 2?', state: 'open' });
  const decision = {
    approvalId: present(asked, 'It is asked for').approvalId,
    decision: 'rejected',
    note: 'no',
  } as const;
  await workflows.decide(decision, world.context());
  await seen(world, `fulfilOrder|${large.orderId}`, 'done');
  await world.settled();
  const orders = await world.port(Orders).countByState({}, world.context());
  expect(orders.states.map(({ state }) => state).sort()).toEqual(['cancelled', 'shipped']);
  const { counts } = await workflows.countInstances({}, world.context());
  expect(counts).toEqual([{ workflow: 'fulfilOrder', version: 1, state: 'done', instances: 2 }]);
  expect(await world.faults()).toEqual([]);
}, 60_000);

/** The relay of orders gives no event a number while this row is held: nobody hears of any. */
const relayOfOrders = 'select 1 from orders.relay for update';

/** Orders for which there is an instance, by number, each with its version. */
async function takenOrders({ world, workflows }: Awaited<ReturnType<typeof openShop>>) {
  await world.settled();
  const { instances } = await workflows.instances({ limit: 50 }, world.context());
  const { orders } = await world.port(Orders).list({ limit: 50 }, world.context());
  const numbers = new Map(orders.map(({ orderId, number }) => [`fulfilOrder|${orderId}`, number]));
  return instances.map(({ startKey, version }) => `${numbers.get(startKey)} by ${version}`).sort();
}

it('takes no order that was placed while it was paused, and is heard of only later', async () => {
  const shop = await openShop();
  await shop.turn('pause', 1);
  await shop.holding(relayOfOrders, async () => {
    await placeOrder(shop.world, '1', 1);
    await shop.turn('resume', 1);
  });
  await placeOrder(shop.world, '2', 1);
  expect(await takenOrders(shop)).toEqual(['2 by 1']);
}, 60_000);

it('lets no version below take an order while the highest is paused; retired it does', async () => {
  const shop = await openShop();
  await shop.publish(2);
  await placeOrder(shop.world, '1', 1);
  expect(await takenOrders(shop)).toEqual(['1 by 2']);
  await shop.turn('pause', 2);
  await placeOrder(shop.world, '2', 1);
  expect(await takenOrders(shop)).toEqual(['1 by 2']);
  await shop.holding(relayOfOrders, async () => {
    await placeOrder(shop.world, '3', 1);
    await shop.turn('resume', 2);
  });
  await placeOrder(shop.world, '4', 1);
  expect(await takenOrders(shop)).toEqual(['1 by 2', '4 by 2']);
  await shop.turn('retire', 2);
  await placeOrder(shop.world, '5', 1);
  expect(await takenOrders(shop)).toEqual(['1 by 2', '4 by 2', '5 by 1']);
}, 60_000);
