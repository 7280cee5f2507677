/** Contrary decisions at one moment: one of them is stored, and everybody is told which. */
import { boot } from '@morrow/business/parts/boot';
import { readSettings } from '@morrow/business/parts/settings';
import { isProtocolError } from '@morrow/contract';
import { testNats } from '@morrow/dev-services';
import { units, type Id } from '@morrow/kernel';
import { Companies } from '@morrow/protocol-companies';
import { Items } from '@morrow/protocol-items';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import { Workflows, type InstanceState } from '@morrow/protocol-workflows';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newGround } from '../worlds/served.features.ts';
import { World } from '../worlds/world.ts';

const nats = await testNats();
const rounds = [1, 2, 3];
const callers = Array.from({ length: 20 }, (_, at) => at);
const base64 = (text: string) => Buffer.from(text).toString('base64url');
const definition = (name: string, steps: string) => `form: morrow.workflow/1
name: ${name}
version: 1
summary: Looks after orders whose numbers begin with its name
trigger:
  event: orders.orderPlaced
  when: $substringBefore(trigger.data.number, "-") = "${name}"
  key: trigger.data.number
steps:
${steps}`;
const ask = definition(
  'ask',
  '  ask:\n    approval: { role: sales, title: =trigger.data.number }\n' +
    '  rest:\n    after: [ask]\n    sleep: P1D\n',
);
const halt = definition(
  'halt',
  '  look:\n    call: orders.get\n    input: { orderId: =trigger.data.number }\n' +
    '  rest:\n    after: [look]\n    sleep: P1D\n',
);

/** Worlds over the same data: of one process, or of two that each host every domain. */
async function worldsOf(processes: number): Promise<readonly World[]> {
  const { tenant, env } = await newGround();
  const url = 'missing' in nats ? undefined : nats.url;
  const mode =
    processes === 1
      ? { M_MODE: 'indie' }
      : { M_MODE: 'enterprise', NATS_URL: url, M_NATS_TRUSTED: 'yes' };
  const modules = 'masters,orders,wms,finance,workflows';
  const worlds: World[] = [];
  for (let at = 0; at < processes; at++) {
    const settings = readSettings({ ...env, ...mode, M_MODULES: modules, M_FLEET: '1' });
    const { port, signed, stop } = await boot(settings, {});
    onTestFinished(stop);
    worlds.push(new World(port, tenant, undefined, signed));
  }
  return worlds;
}
const lineOf = { item: 'A', quantity: units(1), price: 2_000_000n };
const placedAt = new Date('2026-03-02T10:00:00.000Z');
const orderOf = (number: string) => ({
  ...{ number, customer: 'C1', currency: 'GBP', warehouse: 'MAIN', placedAt },
  lines: [lineOf],
});

async function prepare(world: World): Promise<void> {
  await world.port(Companies).setUp({ name: 'Shop', currency: 'GBP' }, world.context());
  await world.port(Warehouses).open({ code: 'MAIN', name: 'Main' }, world.context());
  const items = [{ code: 'A', name: 'A', category: 'goods' as const }];
  await world.port(Items).upsertMany({ items }, world.context());
  const parties = [{ code: 'C1', name: 'C', role: 'customer' as const, country: 'France' }];
  await world.port(Parties).upsertMany({ parties }, world.context());
  const goods = [{ item: 'A', quantity: units(500), cost: 1_000_000n }];
  const header = { number: 'R', warehouse: 'MAIN', currency: 'GBP', effectiveAt: placedAt };
  await world.port(Stock).receive({ ...header, lines: goods }, world.context());
  for (const text of [ask, halt])
    await world.port(Workflows).publish({ text: base64(text) }, world.context());
}
/** What each caller was told, all of them calling at once; half of them through each process. */
async function atOnce<T>(worlds: readonly World[], call: (world: World, n: number) => Promise<T>) {
  const outcomes = await Promise.allSettled(
    callers.map((n) => call(worlds[n % worlds.length]!, n)),
  );
  const told = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'no'));
  const refused = outcomes.flatMap((outcome): { code: string; message: string }[] => {
    if (outcome.status === 'fulfilled') return [];
    if (isProtocolError(outcome.reason)) return [outcome.reason];
    throw outcome.reason;
  });
  return { told, refused };
}
async function standing(world: World, number: string, state: InstanceState) {
  const [workflow = ''] = number.split('-');
  const found = async () =>
    (
      await world.port(Workflows).instances({ state, workflow, limit: 100 }, world.context())
    ).instances.find(({ startKey }) => startKey === `${workflow}|${number}`);
  await expect.poll(found, { timeout: 30_000 }).toBeDefined();
  return (await found())!.instanceId;
}
async function askedFor(world: World, number: string) {
  const found = async () =>
    (await world.port(Workflows).approvals({ limit: 50 }, world.context())).approvals.find(
      ({ title }) => title === number,
    );
  await expect.poll(found, { timeout: 30_000 }).toBeDefined();
  return (await found())!.approvalId;
}

/** Of contrary decisions all that are told yes agree with what stands. */
async function decideTogether(worlds: readonly World[], number: string): Promise<void> {
  const [world] = worlds as [World];
  await world.port(Orders).place(orderOf(number), world.context());
  const approvalId = await askedFor(world, number);
  const wanted = (n: number) => (n % 4 < 2 ? 'approved' : 'rejected');
  const { told, refused } = await atOnce(worlds, async (by, n) => {
    const asked = { approvalId, decision: wanted(n), note: `by ${n}` } as const;
    return (await by.port(Workflows).decide(asked, by.context(crypto.randomUUID()))).state;
  });
  const decided = await Promise.all(
    (['approved', 'rejected', 'open', 'withdrawn'] as const).map(async (state) => {
      const page = await world.port(Workflows).approvals({ state, limit: 50 }, world.context());
      return page.approvals.filter((one) => one.approvalId === approvalId);
    }),
  );
  const [stored, ...others] = decided.flat();
  expect(others).toEqual([]);
  expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['alreadyDecided']));
  expect(told).toEqual(callers.map((n) => (wanted(n) === stored?.state ? stored.state : 'no')));
  for (const { message } of refused)
    expect(message).toMatch(
      new RegExp(`^The approval has already been decided: ${stored?.state} by person:test on 20`),
    );
}

/** Of contrary orders about a step that is stuck, and about an order, each that is told yes
 * stands. */
async function freeTogether(worlds: readonly World[], number: string): Promise<void> {
  const [world] = worlds as [World];
  await world.port(Orders).place(orderOf(number), world.context());
  const instanceId = await standing(world, number, 'stuck');
  const asked = { instanceId, step: 'look' };
  const { told, refused } = await atOnce(worlds, async (by, n) => {
    const workflows = by.port(Workflows);
    if (n % 2)
      await workflows.skipStep({ ...asked, note: `by ${n}` }, by.context(crypto.randomUUID()));
    else
      await workflows.resolveStep(
        { ...asked, output: `{"n":${n}}` },
        by.context(crypto.randomUUID()),
      );
    return 'yes';
  });
  expect(told.filter((answer) => answer === 'yes')).toHaveLength(1);
  expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['notStuck']));
  const { steps } = await world.port(Workflows).instance({ instanceId }, world.context());
  const state = told.indexOf('yes') % 2 ? 'skipped' : 'done';
  expect(steps.find(({ step }) => step === 'look')?.state).toBe(state);
}

async function cancelTogether(worlds: readonly World[], number: string): Promise<void> {
  const [world] = worlds as [World];
  await world.port(Orders).place(orderOf(number), world.context());
  const instanceId = await standing(world, number, 'stuck');
  const { told, refused } = await atOnce(worlds, async (by, n) => {
    const workflows = by.port(Workflows);
    if (n % 2)
      return (await workflows.cancel({ instanceId }, by.context(crypto.randomUUID()))).state;
    return (
      await workflows.retryStep({ instanceId, step: 'look' }, by.context(crypto.randomUUID()))
    ).state;
  });
  expect(told.filter((_, n) => n % 2)).not.toContain('running');
  const codes = new Set(refused.map(({ code }) => code));
  expect([...codes].filter((code) => !['notStuck', 'isOver'].includes(code))).toEqual([]);
  await expect
    .poll(
      async () => (await world.port(Workflows).instance({ instanceId }, world.context())).state,
      { timeout: 30_000 },
    )
    .toMatch(/^(undone|stuck)$/);
}

async function shipOrCancel(worlds: readonly World[], number: string): Promise<void> {
  const [world] = worlds as [World];
  const { orderId } = await world.port(Orders).place(orderOf(number), world.context());
  await world.settled();
  const { told, refused } = await atOnce(worlds, async (by, n) => {
    const asked = { orderId: orderId as Id<'order'> };
    const orders = by.port(Orders);
    const { state } = await (n % 2
      ? orders.ship(asked, by.context(crypto.randomUUID()))
      : orders.cancel(asked, by.context(crypto.randomUUID())));
    return state as string;
  });
  const { state } = await world.port(Orders).get({ orderId }, world.context());
  expect(new Set(told.filter((answer) => answer !== 'no'))).toEqual(new Set([state]));
  expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['notInState']));
}

describe.each([1, 2])('commands that contradict each other, in %s processes', (processes) => {
  it.skipIf(processes > 1 && 'missing' in nats)(
    'are decided once, and nobody is told otherwise',
    async () => {
      const worlds = await worldsOf(processes);
      await prepare(worlds[0]!);
      for (const round of rounds) {
        await decideTogether(worlds, `ask-${round}`);
        await freeTogether(worlds, `halt-${round}`);
        await cancelTogether(worlds, `halt-c${round}`);
        await shipOrCancel(worlds, `ship-${round}`);
      }
    },
    240_000,
  );
});
