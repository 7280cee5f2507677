/** The engine of workflows dies at each of its commit points, one life after the other; every
 * instance ends, and each step has taken effect once. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isProtocolError } from '@morrow/contract';
import { testPostgres } from '@morrow/dev-services';
import { units } from '@morrow/kernel';
import { Companies } from '@morrow/protocol-companies';
import { Items } from '@morrow/protocol-items';
import { Orders } from '@morrow/protocol-orders';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import { Workflows } from '@morrow/protocol-workflows';
import { afterAll, expect, it } from 'vitest';
import { placeOf } from '../failpoints.ts';
import type { World } from '../scenarios/world.ts';
import { startServer, type ServerUnderTest } from './server-under-test.ts';

const postgres = await testPostgres();
const folder = mkdtempSync(join(tmpdir(), 'morrow-kill-workflows-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const placedAt = new Date('2026-03-02T10:00:00.000Z');
const header = { currency: 'GBP', warehouse: 'MAIN', customer: 'C1', placedAt };
const stocked = 1000;

const definition = (name: string, steps: string) =>
  Buffer.from(
    `form: morrow.workflow/1
name: ${name}
version: 1
summary: Looks after orders whose numbers begin with its name
trigger:
  event: orders.orderPlaced
  when: $substringBefore(trigger.data.number, "-") = "${name}"
  key: trigger.data.number
steps:
${steps}`,
  ).toString('base64url');

/** Waits for an event, for a moment, calls, and waits for what comes of it. */
const forward = `  reserved:
    await:
      event: orders.orderReserved
      when: event.data.orderId = trigger.data.orderId
  rest: { after: [reserved], sleep: PT0.2S }
  ship:
    after: [rest]
    call: orders.ship
    input: { orderId: =trigger.data.orderId }
    compensate: { none: Goods that have left come back as a return. }
  issued:
    after: [ship]
    await: { event: stock.stockIssued, when: event.data.cause = "order:" & trigger.data.orderId }
`;
/** Places a second order, is refused, and cancels it. */
const back = `  second:
    call: orders.place
    input:
      number: ="second to " & trigger.data.number
      customer: C1
      currency: GBP
      warehouse: MAIN
      placedAt: =trigger.data.placedAt
      lines: [{ item: A, quantity: "1", price: "1" }]
    compensate: { call: orders.cancel, input: { orderId: =steps.second.output.orderId } }
  look:
    after: [second]
    call: orders.get
    input: { orderId: 00000000-0000-7000-8000-000000000000 }
`;

/** Again while the server is away; under one key, so that it takes effect once. */
async function persist<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++)
    try {
      return await work();
    } catch (error) {
      const isAway = isProtocolError(error) && ['unavailable', 'timeout'].includes(error.fault);
      if (!isAway || tries > 200) throw error;
      await pause(100);
    }
}

async function prepare(world: World): Promise<void> {
  await world.port(Companies).setUp({ name: 'Shop', currency: 'GBP' }, world.context());
  const item = { code: 'A', name: 'Item A', category: 'goods' as const };
  await world.port(Items).upsertMany({ items: [item] }, world.context());
  await world.port(Warehouses).open({ code: 'MAIN', name: 'Main' }, world.context());
  const lines = [{ item: 'A', quantity: units(stocked), cost: 1_000_000n }];
  const received = { currency: 'GBP', warehouse: 'MAIN', number: 'R1', effectiveAt: placedAt };
  await world.port(Stock).receive({ ...received, lines }, world.context());
  for (const text of [definition('forward', forward), definition('back', back)])
    await world.port(Workflows).publish({ text }, world.context());
}

async function place(world: World, number: string): Promise<void> {
  const line = { item: 'A', quantity: units(1), price: 1_000_000n };
  const key = `place ${number}`;
  const asked = { ...header, number, lines: [line] };
  await persist(() => world.port(Orders).place(asked, world.context(key)));
}

/** Instances by workflow and state, when all of them are over. */
async function ended(world: World, instances: number): Promise<Readonly<Record<string, number>>> {
  for (;;) {
    const { counts } = await persist(() =>
      world.port(Workflows).countInstances({}, world.context()),
    );
    const over = counts.filter(({ state }) => state === 'done' || state === 'undone');
    if (over.reduce((sum, { instances: some }) => sum + some, 0) >= instances)
      return Object.fromEntries(
        counts.map(({ workflow, state, instances: some }) => [`${workflow} ${state}`, some]),
      );
    await pause(200);
  }
}

/** Places of the engine that an undisturbed pair of instances meets. */
async function placesMet(): Promise<readonly string[]> {
  const log = join(folder, 'met.log');
  writeFileSync(log, '');
  const server = await startServer({ postgres }, { M_FAILPOINT_LOG: log });
  try {
    await prepare(server.world);
    writeFileSync(log, '');
    await place(server.world, 'forward-1');
    await place(server.world, 'back-1');
    await ended(server.world, 2);
  } finally {
    await server.close();
  }
  const lines = readFileSync(log, 'utf8').split('\n').filter(Boolean);
  const met = new Set(lines.map(placeOf).map(({ label, when }) => `${label}:${when}`));
  return [...met].filter((at) => /^(follow\.|workflow\.|timer\.|store\.commit)/.test(at)).sort();
}

it('dies at each commit point: nothing is lost, doubled or wedged', async () => {
  const met = await placesMet();
  const labels = new Set(met.map((at) => at.slice(0, at.lastIndexOf(':'))));
  for (const label of ['follow.orders', 'follow.stock', 'workflow.await', 'timer.claim'])
    expect(labels).toContain(label);
  // a step's commit is one of many that share their name: several of them are met
  const lives = met.flatMap((at) =>
    at.startsWith('store.commit') ? [1, 2, 4, 7].map((time) => `${at}:${time}`) : [`${at}:1`],
  );
  const server: ServerUnderTest = await startServer(
    { postgres },
    {},
    lives.map((life) => ({ M_FAILPOINT: life })),
  );
  try {
    const { world } = server;
    await prepare(world);
    process.stdout.write(`${lives.length} lives: ${lives.join(', ')}\n`);
    server.kill();
    let orders = 0;
    for (let life = 1; life <= lives.length; life++)
      while (server.restarts() <= life) {
        orders++;
        await place(world, `forward-${orders}`);
        await place(world, `back-${orders}`);
        await pause(50);
      }
    const counts = await ended(world, orders * 2);
    expect(counts).toEqual({ 'forward done': orders, 'back undone': orders });
    await persist(() => world.settled());
    const stock = await persist(() =>
      world.port(Stock).getBalance({ item: 'A', warehouse: 'MAIN' }, world.context()),
    );
    expect(stock.onHand).toBe(units(stocked - orders));
    const { states } = await persist(() => world.port(Orders).countByState({}, world.context()));
    const inState = Object.fromEntries(states.map(({ state, orders: some }) => [state, some]));
    // each order that went forward was shipped; each second one was placed once, and cancelled
    expect(inState).toEqual({ shipped: orders, reserved: orders, cancelled: orders });
    expect(await persist(() => world.faults())).toEqual([]);
  } finally {
    await server.close();
  }
}, 600_000);
