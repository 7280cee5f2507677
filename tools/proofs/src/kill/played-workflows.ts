/** Workflows that between them meet every commit of the engine, and how people play each. */
import { setTimeout as pause } from 'node:timers/promises';
import type { CallContext } from '@morrow/contract';
import { units } from '@morrow/kernel';
import { Orders } from '@morrow/protocol-orders';
import { Stock } from '@morrow/protocol-stock';
import { Workflows, type InstanceState } from '@morrow/protocol-workflows';
import pg from 'pg';
import { expect } from 'vitest';
import { groundOf, openGround } from '../worlds/ground.ts';
import { furtherOrder, orderOf, orderWorkflow, placedAt } from '../worlds/order-workflow.ts';
import type { World } from '../worlds/world.ts';
import { persist } from './persist.ts';
import type { GroundFacts, ServerUnderTest } from './server-under-test.ts';

export const stocked = 1000;

const retry = 'retry: { times: 50, wait: PT0.2S, factor: 1 }';
const ship = `    call: orders.ship
    input: { orderId: =trigger.data.orderId }
    ${retry}
    compensate: { none: Goods that have left come back as a return. }
`;
const further = (step: string, more = '') => furtherOrder(step, `${more}    ${retry}\n`);
/** Further orders, one after the other. */
const chain = (names: readonly string[]) =>
  names.map((name, at) => further(name, at ? `    after: [${names[at - 1]}]\n` : '')).join('');
const review = `  ask: { approval: { role: boss, title: =trigger.data.number } }
  ship:
    after: [ask]
    when: steps.ask.output.decision = "approved"
${ship}`;
const steps = {
  forward: `  reserved:
    await:
      event: orders.orderReserved
      when: event.data.orderId = trigger.data.orderId
  rest: { after: [reserved], sleep: PT0.1S }
  look:
    after: [rest]
    call: orders.get
    input: { orderId: =trigger.data.orderId }
    ${retry}
  ship:
    after: [rest]
${ship}  issued:
    after: [ship]
    await: { event: stock.stockIssued, when: event.data.cause = "order:" & trigger.data.orderId }
`,
  back: `${chain(['more1', 'more2', 'more3', 'more4'])}  look:
    after: [more4]
    call: orders.get
    ${retry}
    input: { orderId: 00000000-0000-7000-8000-000000000000 }
`,
  approved: review,
  rejected: review,
  stuck: `  look:
    call: orders.get
    input: { orderId: =trigger.data.number }
`,
  delayed: `  ask: { approval: { role: boss, title: =trigger.data.number } }
  look:
    after: [ask]
    call: parties.getMany
    input: { codes: [C1] }
    ${retry}
`,
  cancelled: `${further('second')}  ask:
    after: [second]
    approval: { role: nobody, title: =trigger.data.number }
  wait: { sleep: P1D }
`,
  late: `${further('second')}  wait: { after: [second], sleep: P1D }
`,
} as const;
export type Kind = keyof typeof steps;
export const kinds = Object.keys(steps) as Kind[];
/** How an instance of each kind ends. */
export const endOf = (kind: Kind): InstanceState =>
  ['back', 'cancelled', 'late'].includes(kind) ? 'undone' : 'done';
/** What becomes of the orders that one play of a kind places. */
export const ordersOf = (kind: Kind): Readonly<Record<string, number>> => {
  if (kind === 'forward' || kind === 'approved') return { shipped: 1 };
  if (kind === 'back') return { reserved: 1, cancelled: 4 };
  return { reserved: 1, ...(endOf(kind) === 'undone' && { cancelled: 1 }) };
};

/** What a play needs of the server that dies. */
export interface Stage {
  readonly world: World;
  readonly database: pg.ClientConfig;
}
export const stageOf = (
  { world, tenant }: Pick<ServerUnderTest, 'world' | 'tenant'>,
  { postgres }: Pick<GroundFacts, 'postgres'>,
): Stage => ({ world, database: { ...postgres, database: `morrow_${tenant}` } });

/** Asks the database of the tenant, whatever the server does. */
export async function query<T>({ database }: Stage, text: string): Promise<readonly T[]> {
  const client = new pg.Client(database);
  await client.connect();
  const { rows } = await client.query(text).finally(() => client.end());
  return rows as readonly T[];
}

/** The shop, its goods, and every workflow. */
export async function prepare({ world }: Stage): Promise<void> {
  await openGround(groundOf(world));
  const lines = [{ item: 'A', quantity: units(stocked), cost: 1_000_000n }];
  const received = { currency: 'GBP', warehouse: 'MAIN', number: 'R1', effectiveAt: placedAt };
  await world.port(Stock).receive({ ...received, lines }, world.context());
  for (const kind of kinds) {
    const more = kind === 'late' ? 'deadline: PT0.4S\n' : '';
    const text = orderWorkflow(kind, steps[kind], 1, more);
    await world.port(Workflows).publish({ text }, world.context());
  }
}

export async function place({ world }: Stage, number: string): Promise<void> {
  await persist(() => world.port(Orders).place(orderOf(number), world.context(`place ${number}`)));
}

/** The instance of an order, when it stands so. */
export async function standing({ world }: Stage, number: string, ...states: InstanceState[]) {
  const [workflow = ''] = number.split('-');
  for (;;) {
    for (const state of states) {
      const asked = { workflow, state, limit: 100 };
      const { instances } = await persist(() =>
        world.port(Workflows).instances(asked, world.context()),
      );
      const found = instances.find(({ startKey }) => startKey === `${workflow}|${number}`);
      if (found) return found;
    }
    await pause(30);
  }
}

/** A person's command, asked again under its key: it is answered the same. */
async function decided<T>(
  { world }: Stage,
  key: string,
  command: (context: CallContext) => Promise<T>,
): Promise<void> {
  const answer = await persist(() => command(world.context(key)));
  expect(await persist(() => command(world.context(key)))).toEqual(answer);
}

async function decide(stage: Stage, number: string, decision: 'approved' | 'rejected') {
  const { approvalId } = await askedOf(stage, 'boss', number);
  await decided(stage, `decide ${number}`, (context) =>
    stage.world.port(Workflows).decide({ approvalId, decision }, context),
  );
}
async function askedOf({ world }: Stage, role: string, number: string) {
  for (;;) {
    const { approvals } = await persist(() =>
      world.port(Workflows).approvals({ role, limit: 60 }, world.context()),
    );
    const found = approvals.find(({ title }) => title === number);
    if (found) return found;
    await pause(30);
  }
}

/** A person has a step done again, and then goes on without it. */
async function free(stage: Stage, number: string): Promise<void> {
  const workflows = stage.world.port(Workflows);
  const { instanceId } = await standing(stage, number, 'stuck');
  const asked = { instanceId, step: 'look' };
  await decided(stage, `retry ${number}`, (context) => workflows.retryStep(asked, context));
  await standing(stage, number, 'stuck');
  await decided(stage, `skip ${number}`, (context) => workflows.skipStep(asked, context));
}

async function cancel(stage: Stage, number: string): Promise<void> {
  await askedOf(stage, 'nobody', number);
  const { instanceId } = await standing(stage, number, 'running');
  await decided(stage, `cancel ${number}`, (context) =>
    stage.world.port(Workflows).cancel({ instanceId }, context),
  );
}

/** Parties cannot be read until a call has failed for it; nobody can place an order meanwhile. */
async function delay(stage: Stage, number: string): Promise<void> {
  const { world } = stage;
  const { instanceId } = await standing(stage, number, 'running');
  await query(stage, 'revoke select on masters.party from morrow_masters');
  await decide(stage, number, 'approved');
  for (let isDelayed = false; !isDelayed; await pause(30)) {
    const shown = await persist(() =>
      world.port(Workflows).instance({ instanceId }, world.context()),
    );
    isDelayed = shown.state === 'done' || shown.steps.some(({ tries }) => tries > 0);
  }
  await query(stage, 'grant select on masters.party to morrow_masters');
}

const acts: Partial<Record<Kind, (stage: Stage, number: string) => Promise<void>>> = {
  approved: (stage, number) => decide(stage, number, 'approved'),
  rejected: (stage, number) => decide(stage, number, 'rejected'),
  stuck: free,
  cancelled: cancel,
  delayed: delay,
};

/** Places an order of a kind and does what people do about it; ends when its instance has. */
export async function play(stage: Stage, kind: Kind, number: string): Promise<void> {
  await place(stage, number);
  await acts[kind]?.(stage, number);
  await standing(stage, number, endOf(kind));
}
