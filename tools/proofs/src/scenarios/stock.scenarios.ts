/** Stock that becomes available, in any way, goes to the orders that wait for it. */
import { setTimeout as pause } from 'node:timers/promises';
import { isProtocolError } from '@morrow/contract';
import {
  calendarDate,
  formatQuantity,
  quantityOf,
  units,
  type CalendarDate,
  type Id,
} from '@morrow/kernel';
import { Companies } from '@morrow/protocol-companies';
import { Items } from '@morrow/protocol-items';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import type { Scenario, World } from '../worlds/world.ts';

const at = (day: string) => new Date(`${day}T10:00:00.000Z`);
const header = { currency: 'GBP', warehouse: 'QUEUE', effectiveAt: at('2026-08-01') };
type Lines = Readonly<Record<string, number>>;

async function prepare(world: World, ...codes: readonly string[]): Promise<void> {
  await world.port(Warehouses).open({ code: 'QUEUE', name: 'Queue' }, world.context());
  const items = codes.map((code) => ({ code, name: code, category: 'goods' as const }));
  await world.port(Items).upsertMany({ items }, world.context());
  const buyer = { code: 'C-QUEUE', name: 'Una', role: 'customer' as const, country: 'France' };
  await world.port(Parties).upsertMany({ parties: [buyer] }, world.context());
}
const receive = (world: World, number: string, lines: Lines) =>
  world.port(Stock).receive(
    {
      ...header,
      number,
      lines: Object.entries(lines).map(([item, count]) => ({
        ...{ item, quantity: units(count), cost: 1_000_000n },
      })),
    },
    world.context(),
  );
const adjust = (world: World, number: string, item: string, count: number) =>
  world
    .port(Stock)
    .adjust(
      { ...header, number, reason: 'Counted', lines: [{ item, quantity: units(count) }] },
      world.context(),
    );
/** Places an order, and waits until stock has answered. */
async function place(
  world: World,
  number: string,
  lines: Lines,
  more: { placedAt?: Date; promisedOn?: CalendarDate } = {},
) {
  const { orderId } = await world.port(Orders).place(
    {
      ...{ number, customer: 'C-QUEUE', currency: 'GBP', warehouse: 'QUEUE' },
      placedAt: at('2026-08-02'),
      ...more,
      lines: Object.entries(lines).map(([item, count]) => ({
        ...{ item, quantity: units(count), price: 2_000_000n },
      })),
    },
    world.context(),
  );
  await world.settled();
  return orderId;
}
type Placed = Readonly<Record<string, Id<'order'>>>;
/** States of orders, and what waits for an item in which order. */
async function standing(world: World, orders: Placed, item: string) {
  await world.settled();
  const states: string[] = [];
  for (const [number, orderId] of Object.entries(orders)) {
    const { state } = await world.port(Orders).get({ orderId }, world.context());
    states.push(`${number} ${state}`);
  }
  const { waiting } = await world.port(Stock).listWaiting({ item, limit: 100 }, world.context());
  const named = new Map(Object.entries(orders).map(([number, id]) => [`order:${id}`, number]));
  const key = { item, warehouse: 'QUEUE' };
  const { onHand, reserved } = await world.port(Stock).getBalance(key, world.context());
  return {
    states,
    waiting: waiting.map(({ number, wanted }) => `${named.get(number)} ${formatQuantity(wanted)}`),
    stock: `${formatQuantity(reserved)} of ${formatQuantity(onHand)}`,
  };
}

const looseBook = { currency: 'GBP', warehouse: 'RULES' };
const commands = (world: World) => {
  const stock = world.port(Stock);
  const line = { item: 'S-RULE', quantity: units(1), cost: 1_000_000n };
  const receipt = { ...looseBook, number: 'S-R', effectiveAt: at('2026-08-01'), lines: [line] };
  const plain = [{ item: 'S-RULE', quantity: units(-1) }];
  const loss = { ...receipt, number: 'S-A', reason: 'Lost', lines: plain };
  const wish = { number: 'S-W', warehouse: 'RULES', lines: [{ ...plain[0], ...line }] };
  type Receipt = Parameters<Stock['receive']>[0];
  type Loss = Parameters<Stock['adjust']>[0];
  type Wish = Parameters<Stock['reserve']>[0];
  return {
    receive: (change: Partial<Receipt>) =>
      stock.receive({ ...receipt, ...change }, world.context()),
    adjust: (change: Partial<Loss>) => stock.adjust({ ...loss, ...change }, world.context()),
    reserve: (change: Partial<Wish>) =>
      stock.reserve(
        { ...wish, lines: [{ item: 'S-RULE', quantity: units(1) }], ...change },
        world.context(),
      ),
    line,
    lossOf: (count: number) => [{ item: 'S-RULE', quantity: units(count) }],
  };
};
async function prepareRules(world: World): Promise<void> {
  await world.port(Warehouses).open({ code: 'RULES', name: 'Rules' }, world.context());
  const goods = { code: 'S-RULE', name: 'Mug', category: 'goods' as const };
  const service = { code: 'S-POST', name: 'Postage', category: 'carriage' as const };
  await world.port(Items).upsertMany({ items: [goods, service] }, world.context());
}
/** Calls until it is not refused: a rule of the company reaches every process in a moment. */
async function eventually(call: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++)
    try {
      await call();
      return;
    } catch (error) {
      if (!isProtocolError(error) || tries >= 200) throw error;
      await pause(50);
    }
}
const nobody = '00000000-0000-7000-8000-000000000000' as Id<'reservation'>;
const inRules = { item: 'S-RULE', warehouse: 'RULES' };

export const scenarios: Readonly<Record<string, Scenario>> = {
  async 'stock is moved only as the rules of the company and of arithmetic allow'(world) {
    await prepareRules(world);
    const { receive: take, adjust: change, reserve, line, lossOf } = commands(world);
    const huge = quantityOf(10n ** 18n - 1n);
    const refused: Readonly<Record<string, () => Promise<unknown>>> = {
      nothing: () => take({ lines: [{ ...line, quantity: units(0) }] }),
      lessThanNothing: () => take({ lines: [{ ...line, quantity: units(-1) }] }),
      costBelowZero: () => take({ lines: [{ ...line, cost: -1n }] }),
      hugeValue: () => take({ lines: [{ ...line, quantity: huge, cost: 10n ** 18n - 1n }] }),
      hugeSum: () =>
        take({ lines: [line, line].map((one) => ({ ...one, quantity: huge, cost: 0n })) }),
      otherCurrency: () => take({ currency: 'JPY' }),
      noCurrency: () => take({ currency: 'ZZZ' }),
      noWarehouse: () => take({ warehouse: 'LAGER2' }),
      noItem: () => take({ lines: [{ ...line, item: 'NOTHING' }] }),
      service: () => take({ lines: [{ ...line, item: 'S-POST' }] }),
      future: () => take({ effectiveAt: new Date('9999-12-31T00:00:00.000Z') }),
      noChange: () => change({ lines: lossOf(0) }),
      changedElsewhere: () => change({ warehouse: 'LAGER2' }),
      moreThanIs: () => change({}),
      reservedElsewhere: () => reserve({ warehouse: 'LAGER2' }),
      reservedNothing: () => reserve({ lines: lossOf(-1) }),
      reservedForOrder: () => reserve({ number: 'order:1' }),
      reservedUnknown: () => reserve({ lines: [{ item: 'NOTHING', quantity: units(1) }] }),
    };
    const answers: Record<string, unknown> = {};
    for (const [name, call] of Object.entries(refused)) answers[name] = await world.refusal(call);
    const balance = await world.port(Stock).getBalance(inRules, world.context());
    return { answers, balance };
  },
  async 'a person takes no more than is there and free; a count may, and is listed'(world) {
    const stock = world.port(Stock);
    const companies = world.port(Companies);
    await prepareRules(world);
    const { receive: take, adjust: change, reserve, line, lossOf } = commands(world);
    await take({ number: 'S-R1', lines: [line, { ...line, quantity: units(2) }] });
    await reserve({ number: 'S-W1' });
    const rule = (negativeStock: 'refuse' | 'allow') =>
      companies.setRules({ negativeStock }, world.context());
    const tooMany = await world.refusal(() => change({ number: 'S-A1', lines: lossOf(-3) }));
    await change({ number: 'S-A2', lines: lossOf(-2) });
    // of the past: what it was in between is a fact, what is there now counts
    await take({ number: 'S-R2', effectiveAt: at('2026-08-09') });
    await change({ number: 'S-A3', effectiveAt: at('2026-07-01') });
    await rule('allow');
    await eventually(() => change({ number: 'S-A4', lines: lossOf(-1) }));
    await rule('refuse');
    await change({ number: 'S-A6', origin: 'count', lines: lossOf(-2) });
    const { balances } = await stock.listBalances(
      { limit: 400, isNegative: true },
      world.context(),
    );
    const counted = await stock.getDocument(
      { kind: 'adjustment', number: 'S-A6' },
      world.context(),
    );
    const held = await stock.getReservation({ number: 'S-W1' }, world.context());
    const missing = { kind: 'issue' as const, number: 'S-A6' };
    const unknown = [
      await world.refusal(() => stock.getDocument(missing, world.context())),
      await world.refusal(() => stock.getReservation({ number: 'S-W9' }, world.context())),
    ];
    const below = balances.filter(({ item }) => item === 'S-RULE');
    await change({ number: 'S-A7', lines: lossOf(9) });
    return {
      ...{ tooMany, below, unknown },
      counted: { ...counted, documentId: 'the id' },
      held: { ...held, reservationId: 'the id' },
    };
  },
  async 'a warehouse is found by its code, and opened by twenty at once'(world) {
    const warehouses = world.port(Warehouses);
    const names = Array.from({ length: 20 }, (_, n) => `Twenty ${n}`);
    const opened = await Promise.all(
      names.map((name) => warehouses.open({ code: 'TWENTY', name }, world.context())),
    );
    const { name } = await warehouses.get({ code: 'TWENTY' }, world.context());
    await warehouses.open({ code: 'TWENTY', name: 'Twenty' }, world.context());
    const codes: string[] = [];
    for (let after: string | undefined; ;) {
      const page = await warehouses.list({ after, limit: 2 }, world.context());
      codes.push(...page.warehouses.map(({ code }) => code));
      after = page.next;
      if (after === undefined) break;
    }
    const stock = world.port(Stock);
    const cursor = { ...inRules, reservationId: nobody, rank: 'nowhere' };
    const bad = [
      () => warehouses.list({ after: 'NOWHERE' }, world.context()),
      () => stock.listMovements({ ...inRules, after: 'nowhere', limit: 1 }, world.context()),
      () => stock.listWaiting({ after: cursor, limit: 1 }, world.context()),
    ];
    const cursors = [];
    for (const call of bad) cursors.push(await world.refusal(call));
    return {
      cursors,
      answered: opened.length,
      isOneOfThem: names.includes(name),
      codes,
      none: await world.refusal(() => warehouses.get({ code: 'NOWHERE' }, world.context())),
      blank: await world.refusal(() => warehouses.open({ code: 'B', name: ' ' }, world.context())),
    };
  },
  async 'orders that wait are served by age from whatever becomes available'(world) {
    const orders = world.port(Orders);
    await prepare(world, 'Q-1');
    const later = { placedAt: at('2026-08-03') };
    const placed = {
      late: await place(world, 'Q-late', { 'Q-1': 2 }, later),
      early: await place(world, 'Q-early', { 'Q-1': 5 }),
      gone: await place(world, 'Q-gone', { 'Q-1': 1 }, later),
      last: await place(world, 'Q-last', { 'Q-1': 4 }, later),
    };
    const look = () => standing(world, placed, 'Q-1');
    const begun = await look();
    await orders.cancel({ orderId: placed.gone }, world.context());
    await world.settled();
    await receive(world, 'Q-R1', { 'Q-1': 4 });
    const received = await look();
    await adjust(world, 'Q-F1', 'Q-1', 3);
    const adjusted = await look();
    await orders.cancel({ orderId: placed.early }, world.context());
    const cancelled = await look();
    return { begun, received, adjusted, cancelled };
  },
  async 'of orders that wait, the one that was promised first is served first'(world) {
    await prepare(world, 'Q-6');
    const on = (day: string) => ({ promisedOn: calendarDate(day) });
    const placed = {
      unnamed: await place(world, 'Q-unnamed', { 'Q-6': 1 }),
      second: await place(world, 'Q-second', { 'Q-6': 1 }, on('2026-08-20')),
      first: await place(world, 'Q-first', { 'Q-6': 1 }, on('2026-08-10')),
    };
    const look = () => standing(world, placed, 'Q-6');
    const seen: (string | undefined)[] = [];
    for (let after: Parameters<Stock['listWaiting']>[0]['after']; ;) {
      const asked = { item: 'Q-6', warehouse: 'QUEUE', limit: 1, after };
      const { waiting, next } = await world.port(Stock).listWaiting(asked, world.context());
      seen.push(...waiting.map(({ promisedOn }) => promisedOn));
      if (!next) break;
      after = next;
    }
    const begun = await look();
    await receive(world, 'Q-R6', { 'Q-6': 1 });
    const one = await look();
    await receive(world, 'Q-R7', { 'Q-6': 1 });
    const two = await look();
    return { begun, one, two, seen };
  },
  async 'an order waits for all of its lines, and what is left serves those after it'(world) {
    const orders = world.port(Orders);
    await prepare(world, 'Q-2', 'Q-3');
    const placed = {
      both: await place(world, 'Q-both', { 'Q-2': 2, 'Q-3': 1 }),
      one: await place(world, 'Q-one', { 'Q-2': 1 }),
    };
    const look = () => standing(world, placed, 'Q-2');
    await receive(world, 'Q-R2', { 'Q-2': 2 });
    const received = await look();
    await receive(world, 'Q-R3', { 'Q-3': 1, 'Q-2': 1 });
    const whole = await look();
    const { number } = await orders.get({ orderId: placed.both }, world.context());
    await orders.ship({ orderId: placed.both, at: at('2026-08-05') }, world.context());
    return { received, whole, number, shipped: await look() };
  },
  async 'an order that is shipped while it waits does not wait any longer'(world) {
    await prepare(world, 'Q-4');
    const placed = { short: await place(world, 'Q-short', { 'Q-4': 3 }) };
    const begun = await standing(world, placed, 'Q-4');
    const shipment = { orderId: placed.short, at: at('2026-08-05') };
    const rule = async (negativeStock: 'allow' | 'refuse') => {
      await world.port(Companies).setRules({ negativeStock }, world.context());
      await world.settled();
    };
    await rule('allow');
    await world.port(Orders).ship(shipment, world.context());
    await rule('refuse');
    const shipped = await standing(world, placed, 'Q-4');
    await receive(world, 'Q-R4', { 'Q-4': 3 });
    return { begun, shipped, received: await standing(world, placed, 'Q-4') };
  },
  async 'a reservation that is released serves who waits, and is released once'(world) {
    const stock = world.port(Stock);
    await prepare(world, 'Q-5');
    await receive(world, 'Q-R5', { 'Q-5': 2 });
    const lines = [{ item: 'Q-5', quantity: units(2) }];
    const wish = { number: 'Q-held', warehouse: 'QUEUE', lines };
    const { reservationId } = await stock.reserve(wish, world.context());
    const placed = { next: await place(world, 'Q-next', { 'Q-5': 2 }) };
    const begun = await standing(world, placed, 'Q-5');
    const { waiting } = await stock.listWaiting({ item: 'Q-5', limit: 1 }, world.context());
    const [line] = waiting;
    const waits = line?.reservationId ?? reservationId;
    const release = (id: typeof reservationId) =>
      stock.release({ reservationId: id }, world.context());
    const refused = await world.refusal(() => release(waits));
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, () => release(reservationId)),
    );
    return {
      begun,
      refused: { ...(refused as object), data: 'the id and the state' },
      answered: answers.filter(({ status }) => status === 'fulfilled').length,
      served: await standing(world, placed, 'Q-5'),
    };
  },
};
