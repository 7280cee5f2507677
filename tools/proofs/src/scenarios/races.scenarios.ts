/** Races: twenty calls of one command at one moment. Each gets an answer or a declared refusal, and
 * the answers agree with what is stored. */
import { isProtocolError } from '@morrow/contract';
import { calendarDate, units } from '@morrow/kernel';
import { Companies } from '@morrow/protocol-companies';
import { Imports } from '@morrow/protocol-imports';
import { Items } from '@morrow/protocol-items';
import { Ledger } from '@morrow/protocol-ledger';
import { Notices } from '@morrow/protocol-notices';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Returns } from '@morrow/protocol-returns';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import { Workflows } from '@morrow/protocol-workflows';
import { expect } from 'vitest';
import { orderWorkflow } from '../worlds/order-workflow.ts';
import type { Scenario, World } from '../worlds/world.ts';

const callers = Array.from({ length: 20 }, (_, at) => at);
/** What each caller wants; which of them comes last is luck. */
const wishes = callers.map((n) => `wish-${n}`);

/** Answers and codes of refusals of all callers; fails where one met a defect. */
async function raced<T>(call: (n: number) => Promise<T>) {
  const refusals: string[] = [];
  const answers: T[] = [];
  const outcomes = await Promise.allSettled(callers.map(call));
  for (const outcome of outcomes)
    if (outcome.status === 'fulfilled') answers.push(outcome.value);
    else if (isProtocolError(outcome.reason)) refusals.push(outcome.reason.code);
    else throw outcome.reason;
  return { answers, refusals };
}
/** One caller is answered, all others are refused by this code. */
async function oneWins<T>(code: string, call: (n: number) => Promise<T>): Promise<T> {
  const { answers, refusals } = await raced(call);
  expect(refusals).toEqual(callers.slice(1).map(() => code));
  return answers[0]!;
}
/** All callers are answered. */
async function allWin<T>(call: (n: number) => Promise<T>): Promise<T[]> {
  const { answers, refusals } = await raced(call);
  expect(refusals).toEqual([]);
  return answers;
}

const at = new Date('2026-03-05T10:00:00.000Z');
const goods = { warehouse: 'MAIN', currency: 'GBP' };
const one = [{ item: 'RACE', quantity: units(1) }];
const orderOf = (number: string) => ({
  ...{ ...goods, number, customer: 'RACE', placedAt: at },
  lines: [{ item: 'RACE', quantity: units(1), price: 2_000_000n }],
});
/** Names that no caller wishes for: it renames the winner of the races before, whichever it is. */
async function ground(world: World): Promise<void> {
  const item = { code: 'RACE', name: 'Ground', category: 'goods' as const };
  await world.port(Items).upsertMany({ items: [item] }, world.context());
  const party = { code: 'RACE', name: 'Ground', role: 'customer' as const, country: 'France' };
  await world.port(Parties).upsertMany({ parties: [party] }, world.context());
}
const onHand = async (world: World) =>
  (await world.port(Stock).getBalance({ item: 'RACE', warehouse: 'MAIN' }, world.context())).onHand;
const entryOf = (source: string) => ({
  ...{ source, date: calendarDate('2026-02-07'), currency: 'GBP', memo: 'Race' },
  lines: [
    { account: '@badDebts', amount: 3n },
    { account: '@cash', amount: -3n },
  ],
});
const sums = { lines: 0, amount: '0' };
const reconciliation = { ...sums, posted: sums, refused: sums, reasons: [], parts: [] };
const beginRun = (world: World, file: string) =>
  world.port(Imports).begin({ kind: 'race', file, fingerprint: file }, world.context());
const raceWorkflow = { name: 'race', version: 1 };
/** Of workflows that order and reserve; without those domains nobody races for them. */
function workflowsIn(world: World): Workflows {
  world.port(Orders);
  world.port(Stock);
  return world.port(Workflows);
}
const publishRace = (world: World) =>
  workflowsIn(world).publish(
    { text: orderWorkflow('race', '  rest:\n    sleep: P1D\n') },
    world.context(),
  );

/** By command; the commands of one protocol build upon one another, in this order. */
export const races: Readonly<Record<string, (world: World) => Promise<void>>> = {
  async 'companies.setUp'(world) {
    const companies = world.port(Companies);
    const setUp = (name: string) => companies.setUp({ name, currency: 'GBP' }, world.context());
    const answers = await allWin((n) => setUp(wishes[n]!));
    expect(answers.map(({ name }) => name)).toEqual(wishes);
    expect(wishes).toContain((await companies.get({}, world.context())).name);
    await setUp('The Shop');
  },
  async 'items.upsertMany'(world) {
    const items = world.port(Items);
    const category = 'goods' as const;
    const answers = await allWin((n) =>
      items.upsertMany({ items: [{ code: 'RACE', name: wishes[n]!, category }] }, world.context()),
    );
    const made = answers.reduce((sum, { created, changed }) => sum + created + changed, 0);
    expect(made).toBe(callers.length);
    expect(answers.reduce((sum, { created }) => sum + created, 0)).toBe(1);
    expect(wishes).toContain((await items.get({ code: 'RACE' }, world.context())).name);
  },
  async 'parties.upsertMany'(world) {
    const parties = world.port(Parties);
    const asked = { code: 'RACE', role: 'customer' as const, country: 'France' };
    const answers = await allWin((n) =>
      parties.upsertMany({ parties: [{ ...asked, name: wishes[n]! }] }, world.context()),
    );
    expect(answers.reduce((sum, { created }) => sum + created, 0)).toBe(1);
    const found = await parties.getMany({ codes: ['RACE'] }, world.context());
    expect(wishes).toContain(found.parties[0]?.name);
  },
  async 'warehouses.open'(world) {
    const warehouses = world.port(Warehouses);
    const answers = await allWin((n) =>
      warehouses.open({ code: 'RACE', name: wishes[n]! }, world.context()),
    );
    expect(answers.map(({ name }) => name)).toEqual(wishes);
    const { warehouses: all } = await warehouses.list({}, world.context());
    expect(all.filter(({ code }) => code === 'RACE')).toHaveLength(1);
  },
  async 'stock.receive'(world) {
    await ground(world);
    const before = await onHand(world);
    const lines = [{ item: 'RACE', quantity: units(50), cost: 1_000_000n }];
    const asked = { ...goods, number: 'RACE-R', effectiveAt: at, lines };
    await oneWins('numberTaken', () => world.port(Stock).receive(asked, world.context()));
    expect(await onHand(world)).toBe(before + units(50));
  },
  async 'stock.adjust'(world) {
    const before = await onHand(world);
    const asked = { ...goods, number: 'RACE-A', effectiveAt: at, reason: 'Found', lines: one };
    await oneWins('numberTaken', () => world.port(Stock).adjust(asked, world.context()));
    expect(await onHand(world)).toBe(before + units(1));
  },
  async 'stock.reserve'(world) {
    const asked = { number: 'RACE-W', warehouse: 'MAIN', lines: one };
    await oneWins('numberTaken', () => world.port(Stock).reserve(asked, world.context()));
    const key = { item: 'RACE', warehouse: 'MAIN' };
    const { reserved } = await world.port(Stock).getBalance(key, world.context());
    expect(reserved).toBe(units(1));
  },
  async 'stock.release'(world) {
    const stock = world.port(Stock);
    const asked = { number: 'RACE-F', warehouse: 'MAIN', lines: one };
    const { reservationId } = await stock.reserve(asked, world.context());
    const key = { item: 'RACE', warehouse: 'MAIN' };
    const { reserved: before } = await stock.getBalance(key, world.context());
    const { answers, refusals } = await raced(() =>
      stock.release({ reservationId }, world.context()),
    );
    expect(answers.length).toBeGreaterThan(0);
    const declared = ['unknownReservation', 'notReserved'];
    expect(refusals.filter((code) => !declared.includes(code))).toEqual([]);
    const { reserved } = await stock.getBalance(key, world.context());
    expect(reserved).toBe(before - units(1));
  },
  async 'orders.place'(world) {
    await ground(world);
    const orders = world.port(Orders);
    await oneWins('numberTaken', () => orders.place(orderOf('RACE-1'), world.context()));
  },
  async 'orders.placeMany'(world) {
    const { lines, ...header } = orderOf('RACE-2');
    const asked = { orders: [header], lines: lines.map((line) => ({ order: 0, ...line })) };
    const answers = await allWin(() => world.port(Orders).placeMany(asked, world.context()));
    const refused = answers.flatMap(({ results }) => results[0]?.refused?.code ?? []);
    expect(refused).toEqual(callers.slice(1).map(() => 'numberTaken'));
  },
  async 'orders.ship'(world) {
    const orders = world.port(Orders);
    const { orderId } = await orders.place(orderOf('RACE-3'), world.context());
    await world.settled();
    const { answers, refusals } = await raced(() => orders.ship({ orderId, at }, world.context()));
    expect(new Set(answers.map(({ state }) => state))).toEqual(new Set(['shipped']));
    expect(new Set(refusals)).toEqual(new Set(refusals.length ? ['notInState'] : []));
    expect((await orders.get({ orderId }, world.context())).state).toBe('shipped');
  },
  async 'orders.cancel'(world) {
    const orders = world.port(Orders);
    const { orderId } = await orders.place(orderOf('RACE-4'), world.context());
    await world.settled();
    const { answers, refusals } = await raced(() => orders.cancel({ orderId }, world.context()));
    expect(new Set(answers.map(({ state }) => state))).toEqual(new Set(['cancelled']));
    expect(new Set(refusals)).toEqual(new Set(refusals.length ? ['notInState'] : []));
    expect((await orders.get({ orderId }, world.context())).state).toBe('cancelled');
    await world.settled();
  },
  async 'returns.receiveMany'(world) {
    const header = { ...goods, number: 'RACE-B', customer: 'RACE', receivedAt: at };
    const line = { return: 0, item: 'RACE', quantity: units(1), price: 2_000_000n };
    const asked = { returns: [header], lines: [{ ...line, order: 'RACE-3' }] };
    const answers = await allWin(() => world.port(Returns).receiveMany(asked, world.context()));
    expect(answers.filter(({ results }) => results[0]?.returnId)).toHaveLength(1);
  },
  async 'ledger.openAccount'(world) {
    const ledger = world.port(Ledger);
    const asked = { code: '6099', kind: 'expense' as const, isPostable: true };
    const { name } = await oneWins('accountTaken', (n) =>
      ledger.openAccount({ ...asked, name: wishes[n]! }, world.context()),
    );
    const { accounts } = await ledger.listAccounts({}, world.context());
    expect(accounts.find(({ code }) => code === '6099')?.name).toBe(name);
  },
  async 'ledger.post'(world) {
    const ledger = world.port(Ledger);
    const answers = await allWin(() => ledger.post(entryOf('race:1'), world.context()));
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(answers.map(({ entryId }) => entryId)).size).toBe(1);
  },
  async 'ledger.postMany'(world) {
    const { lines, ...header } = entryOf('race:2');
    const asked = { entries: [header], lines: lines.map((line) => ({ entry: 0, ...line })) };
    const answers = await allWin(() => world.port(Ledger).postMany(asked, world.context()));
    expect(answers.reduce((sum, { posted }) => sum + posted, 0)).toBe(1);
  },
  async 'ledger.reverse'(world) {
    const ledger = world.port(Ledger);
    const { entryId } = await ledger.post(entryOf('race:3'), world.context());
    const asked = { entryId, date: calendarDate('2026-02-08'), memo: 'Race' };
    const answers = await allWin(() => ledger.reverse(asked, world.context()));
    expect(new Set(answers.map((answer) => answer.entryId)).size).toBe(1);
  },
  async 'ledger.lockPeriod'(world) {
    const asked = { period: '2027-01' };
    await oneWins('notOpen', () => world.port(Ledger).lockPeriod(asked, world.context()));
  },
  async 'ledger.unlockPeriod'(world) {
    const asked = { period: '2027-01' };
    await oneWins('notLocked', () => world.port(Ledger).unlockPeriod(asked, world.context()));
  },
  async 'imports.begin'(world) {
    const same = await allWin(() => beginRun(world, 'race.csv'));
    expect(new Set(same.map(({ importId }) => importId)).size).toBe(1);
  },
  async 'imports.finish'(world) {
    const { importId } = await beginRun(world, 'race.csv');
    await oneWins('importEnded', () =>
      world.port(Imports).finish({ importId, reconciliation }, world.context()),
    );
  },
  async 'imports.fail'(world) {
    const { importId } = await beginRun(world, 'torn.csv');
    await oneWins('importEnded', (n) =>
      world.port(Imports).fail({ importId, sentence: wishes[n]! }, world.context()),
    );
  },
  async 'imports.progress'(world) {
    const { importId } = await beginRun(world, 'progress.csv');
    const answers = await allWin((n) =>
      world
        .port(Imports)
        .progress({ importId, booked: { lines: n, amount: String(n) } }, world.context()),
    );
    // what covers more lines stands
    expect(answers.filter(({ booked }) => booked?.lines === callers.length - 1).length).not.toBe(0);
    const { runs } = await world.port(Imports).list({ limit: 100 }, world.context());
    const stored = runs.find((run) => run.importId === importId);
    expect(stored?.booked?.lines).toBe(callers.length - 1);
  },
  async 'imports.abandon'(world) {
    const { importId } = await beginRun(world, 'given-up.csv');
    const answers = await allWin(() => world.port(Imports).abandon({ importId }, world.context()));
    expect(new Set(answers.map(({ isAbandoned }) => isAbandoned))).toEqual(new Set([true]));
  },
  async 'notices.send'(world) {
    const asked = { to: 'race', subject: 'Race' };
    const sent = await allWin((n) =>
      world.port(Notices).send({ ...asked, text: wishes[n]! }, world.context()),
    );
    expect(new Set(sent.map(({ noticeId }) => noticeId)).size).toBe(callers.length);
  },
  async 'notices.markRead'(world) {
    const details = { to: 'raced', subject: 'Race', text: 'Once' };
    const { noticeId } = await world.port(Notices).send(details, world.context());
    const answers = await allWin(() => world.port(Notices).markRead({ noticeId }, world.context()));
    expect(new Set(answers.map(({ isRead }) => isRead))).toEqual(new Set([true]));
  },
  async 'workflows.publish'(world) {
    const answers = await allWin(() => publishRace(world));
    expect(new Set(answers.map(({ hash }) => hash)).size).toBe(1);
  },
  async 'workflows.pause'(world) {
    const answers = await allWin(() => workflowsIn(world).pause(raceWorkflow, world.context()));
    expect(new Set(answers.map(({ state }) => state))).toEqual(new Set(['paused']));
  },
  async 'workflows.resume'(world) {
    const answers = await allWin(() => workflowsIn(world).resume(raceWorkflow, world.context()));
    expect(new Set(answers.map(({ state }) => state))).toEqual(new Set(['published']));
  },
  async 'workflows.retire'(world) {
    const answers = await allWin(() => workflowsIn(world).retire(raceWorkflow, world.context()));
    expect(new Set(answers.map(({ state }) => state))).toEqual(new Set(['retired']));
  },
};

/** Commands whose race ends in one of several states: `decided-at-once.int-spec.ts` plays them. */
export const racedElsewhere = [
  'workflows.decide',
  'workflows.retryStep',
  'workflows.skipStep',
  'workflows.resolveStep',
  'workflows.cancel',
];
/** Commands that run through the same function as another one. */
export const alike: Readonly<Record<string, string>> = { 'orders.move': 'orders.ship' };

export const scenarios: Readonly<Record<string, Scenario>> = Object.fromEntries(
  Object.entries(races).map(([command, race]) => [
    `twenty calls of ${command} at one moment are answered truly`,
    async (world: World) => {
      await race(world);
      return undefined;
    },
  ]),
);
