/** The scenarios of the platform: sentences of the business, played against protocols through every
 * binding. */
import { calendarDate, units, type Id } from '@morrow/kernel';
import { Companies } from '@morrow/protocol-companies';
import { Items } from '@morrow/protocol-items';
import { Ledger } from '@morrow/protocol-ledger';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Returns } from '@morrow/protocol-returns';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import type { Scenario, World } from '../worlds/world.ts';

const at = (day: string) => new Date(`${day}T10:00:00.000Z`);
const pounds = (amount: number) => BigInt(Math.round(amount * 1_000_000));
const header = { currency: 'GBP', warehouse: 'MAIN' };
const nobody = '00000000-0000-7000-8000-000000000000';
const asOrder = (id: string) => id as Id<'order'>;

const orderOf = (number: string, item: string, count: number, price = 2) => ({
  ...header,
  number,
  customer: 'C1',
  placedAt: at('2026-03-02'),
  lines: [{ item, quantity: units(count), price: pounds(price) }],
});
const receive = (world: World, number: string, day: string, lines: [string, number, number][]) =>
  world.port(Stock).receive(
    {
      ...header,
      number,
      effectiveAt: at(day),
      lines: lines.map(([item, count, cost]) => ({
        item,
        quantity: units(count),
        cost: pounds(cost),
      })),
    },
    world.context(),
  );
const balanceOf = async (world: World, item: string) => {
  const { onHand, reserved, value } = await world
    .port(Stock)
    .getBalance({ item, warehouse: 'MAIN' }, world.context());
  return { onHand, reserved, value };
};

export const scenarios: Readonly<Record<string, Scenario>> = {
  async 'nothing is received, ordered or booked before the company is set up'(world) {
    const context = () => world.context();
    return {
      noStock: await world.refusal(() => receive(world, 'R-0', '2026-03-01', [['A', 1, 1]])),
      early: await world.refusal(() => {
        const { date, memo } = { date: calendarDate('2026-01-02'), memo: 'Too early' };
        const lines = [
          { account: '@cash', amount: 1n },
          { account: '3100', amount: -1n },
        ];
        const entry = { source: 'early', date, currency: 'GBP', memo, lines };
        return world.port(Ledger).post(entry, context());
      }),
      noOrder: await world.refusal(() =>
        world.port(Orders).place(orderOf('SO-0', 'A', 1), context()),
      ),
    };
  },
  async 'a company is set up once, in one currency'(world) {
    const companies = world.port(Companies);
    const context = () => world.context();
    return {
      none: await world.refusal(() => companies.get({}, context())),
      noRules: await world.refusal(() => companies.setRules({}, context())),
      noName: await world.refusal(() => companies.setUp({ name: ' ', currency: 'GBP' }, context())),
      unknown: await world.refusal(() =>
        companies.setUp({ name: 'Shop', currency: 'ZZZ' }, context()),
      ),
      made: await companies.setUp({ name: 'Shop', currency: 'GBP' }, context()),
      fixed: await world.refusal(() =>
        companies.setUp({ name: 'Shop', currency: 'EUR' }, context()),
      ),
      renamed: await companies.setUp({ name: 'The Shop', currency: 'GBP' }, context()),
      got: await companies.get({}, context()),
    };
  },
  async 'items, parties and warehouses are known by their codes'(world) {
    const [items, parties, warehouses] = [
      world.port(Items),
      world.port(Parties),
      world.port(Warehouses),
    ];
    const context = () => world.context();
    const goods = ['A', 'B', 'R', 'L', 'X'].map((code) => ({
      code,
      name: `Item ${code}`,
      category: 'goods' as const,
    }));
    const post = { code: 'POST', name: 'Carriage', category: 'carriage' as const };
    const party = { code: 'C1', name: 'Ann', role: 'customer' as const, country: 'France' };
    const made = [
      await items.upsertMany({ items: [...goods, post] }, context()),
      await items.upsertMany({ items: [{ ...post, name: 'Postage' }] }, context()),
      await parties.upsertMany({ parties: [party] }, context()),
      await parties.upsertMany({ parties: [{ ...party, name: 'Anne' }] }, context()),
      await warehouses.open({ code: 'MAIN', name: 'Main' }, context()),
      await warehouses.open({ code: 'MAIN', name: 'Main house' }, context()),
      await warehouses.list({}, context()),
    ];
    const { name } = await items.get({ code: 'POST' }, context());
    const many = await items.getMany({ codes: ['A', 'NONE'] }, context());
    const listed = await items.list({ limit: 100 }, context());
    const people = await parties.list({ limit: 100 }, context());
    return {
      made,
      name,
      many: many.items.map(({ code }) => code),
      listed: listed.items.map(({ code }) => code).sort(),
      people: people.parties.map(({ name: called }) => called),
      party: (await parties.get({ code: 'C1' }, context())).country,
      noItem: await world.refusal(() => items.get({ code: 'NONE' }, context())),
      noParty: await world.refusal(() => parties.get({ code: 'NONE' }, context())),
    };
  },
  async 'an order is reserved, shipped, and ends in the books'(world) {
    const orders = world.port(Orders);
    await receive(world, 'R-1', '2026-03-01', [['A', 10, 1.5]]);
    const asked = orderOf('SO-1', 'A', 4, 2.55);
    const lines = [...asked.lines, { item: 'POST', quantity: units(1), price: pounds(3) }];
    const placed = await orders.place({ ...asked, lines }, world.context());
    await world.settled();
    const reserved = await orders.get({ orderId: placed.orderId }, world.context());
    const before = await balanceOf(world, 'A');
    const { orderId } = placed;
    const shipped = await orders.ship({ orderId, at: at('2026-03-03') }, world.context());
    await world.settled();
    const again = await world.refusal(() => orders.ship({ orderId }, world.context()));
    return {
      placed: { state: placed.state, total: placed.total },
      reserved: { state: reserved.state, lines: reserved.lines },
      before,
      shipped: shipped.state,
      after: await balanceOf(world, 'A'),
      again: { ...(again as object), data: 'the id' },
    };
  },
  async 'an order waits for stock, and can be cancelled'(world) {
    const orders = world.port(Orders);
    const { orderId } = await orders.place(orderOf('SO-2', 'A', 1000), world.context());
    await world.settled();
    const { state } = await orders.get({ orderId }, world.context());
    const cancelled = await orders.cancel({ orderId }, world.context());
    await receive(world, 'R-2', '2026-03-01', [['B', 5, 1]]);
    const other = await orders.place(orderOf('SO-3', 'B', 5), world.context());
    await world.settled();
    const held = await balanceOf(world, 'B');
    await orders.cancel({ orderId: other.orderId }, world.context());
    await world.settled();
    return { state, cancelled: cancelled.state, held, free: await balanceOf(world, 'B') };
  },
  async 'orders that cannot be placed are refused with a reason'(world) {
    const orders = world.port(Orders);
    const none = orderOf('SO-4', 'NONE', 1);
    const { lines: _, ...batch } = orderOf('SO-5', 'A', 1);
    const many = await orders.placeMany(
      {
        orders: [batch, { ...batch, number: 'SO-6' }, { ...batch, number: 'SO-1' }],
        lines: [
          { order: 0, item: 'A', quantity: units(1), price: pounds(1) },
          { order: 1, item: 'NONE', quantity: units(1), price: pounds(1) },
          { order: 2, item: 'A', quantity: units(1), price: pounds(1) },
        ],
      },
      world.context(),
    );
    const missing = asOrder(nobody);
    await world.settled();
    const listed = await orders.list({ limit: 100 }, world.context());
    return {
      unknown: await world.refusal(() => orders.place(none, world.context())),
      taken: await world.refusal(() => orders.place(orderOf('SO-1', 'A', 1), world.context())),
      missing: await world.refusal(() => orders.get({ orderId: missing }, world.context())),
      many: many.results.map(({ number, refused }) => ({ number, refused })),
      listed: listed.orders.map(({ number, state }) => `${number} ${state}`).sort(),
      counted: await orders.countByState({}, world.context()),
    };
  },
  async 'goods come back from a customer at average cost'(world) {
    const returns = world.port(Returns);
    const back = { ...header, number: 'C-1', customer: 'C1', receivedAt: at('2026-03-05') };
    const { results } = await returns.receiveMany(
      {
        returns: [back, { ...back, number: 'C-2' }],
        lines: [
          { return: 0, item: 'A', quantity: units(1), price: pounds(2.55), order: 'SO-1' },
          { return: 1, item: 'NONE', quantity: units(1), price: pounds(1) },
        ],
      },
      world.context(),
    );
    await world.settled();
    const [first] = results;
    const returnId = first?.returnId ?? (nobody as Id<'return'>);
    const got = await returns.get({ returnId }, world.context());
    const none = () => returns.get({ returnId: nobody as Id<'return'> }, world.context());
    const listed = await returns.list({ limit: 10 }, world.context());
    return {
      results: results.map(({ number, refused }) => ({ number, refused })),
      got: { state: got.state, total: got.total },
      none: await world.refusal(none),
      listed: listed.returns.map(({ number }) => number),
      balance: await balanceOf(world, 'A'),
    };
  },
  async 'ten of twenty who want one of ten units get it'(world) {
    const stock = world.port(Stock);
    await receive(world, 'R-3', '2026-03-01', [['R', 10, 1]]);
    const wishes = Array.from({ length: 20 }, (_, n) => ({
      number: `wish-${n}`,
      warehouse: 'MAIN',
      lines: [{ item: 'R', quantity: units(1) }],
    }));
    const answers = await Promise.allSettled(
      wishes.map((wish) => stock.reserve(wish, world.context())),
    );
    const granted = answers.flatMap((answer) =>
      answer.status === 'fulfilled' ? [answer.value] : [],
    );
    const [first] = granted;
    const full = await balanceOf(world, 'R');
    const reservationId = first?.reservationId ?? (nobody as Id<'reservation'>);
    await stock.release({ reservationId }, world.context());
    const again = await stock.release({ reservationId }, world.context());
    const unknown = { reservationId: nobody as Id<'reservation'> };
    const gone = await world.refusal(() => stock.release(unknown, world.context()));
    const bad = { number: 'bad', warehouse: 'MAIN', lines: [{ item: 'R', quantity: units(0) }] };
    const taken = (number: string) => ({
      number,
      warehouse: 'MAIN',
      lines: [{ item: 'R', quantity: units(1) }],
    });
    await stock.reserve(taken('once'), world.context());
    return {
      granted: granted.length,
      full,
      isReleasedAgain: again.reservationId === reservationId,
      gone: { ...(gone as object), data: 'the id' },
      short: await world.refusal(() => stock.reserve(taken('short'), world.context())),
      bad: await world.refusal(() => stock.reserve(bad, world.context())),
    };
  },
  async 'a key has one answer, and takes no other payload'(world) {
    const stock = world.port(Stock);
    const item = { code: 'KEY', name: 'Key', category: 'goods' as const };
    await world.port(Items).upsertMany({ items: [item] }, world.context());
    const context = () => ({ ...world.context(), key: 'found-one' });
    const found = (number: string) => ({
      ...header,
      number,
      reason: 'Found',
      effectiveAt: at('2026-03-09'),
      lines: [{ item: 'KEY', quantity: units(1) }],
    });
    const first = await stock.adjust(found('K-1'), context());
    const again = await stock.adjust(found('K-1'), context());
    return {
      isSame: first.documentId === again.documentId,
      other: await world.refusal(() => stock.adjust(found('K-2'), context())),
      balance: await balanceOf(world, 'KEY'),
    };
  },
  async 'a receipt that arrives late changes what was issued after it'(world) {
    const stock = world.port(Stock);
    const orders = world.port(Orders);
    await receive(world, 'L-1', '2026-04-10', [['L', 10, 2]]);
    const sold = { ...orderOf('SO-L', 'L', 5), shippedAt: at('2026-05-02') };
    await orders.place(sold, world.context());
    await world.settled();
    const before = await balanceOf(world, 'L');
    await receive(world, 'L-2', '2026-04-20', [['L', 10, 4]]);
    await world.settled();
    const twice = () => receive(world, 'L-2', '2026-04-20', [['L', 1, 1]]);
    const loss = { ...header, number: 'W-1', reason: 'Broken', effectiveAt: at('2026-05-03') };
    await stock.adjust({ ...loss, lines: [{ item: 'L', quantity: units(-1) }] }, world.context());
    const moved = await stock.listMovements(
      { item: 'L', warehouse: 'MAIN', limit: 10 },
      world.context(),
    );
    const listed = await stock.listBalances({ limit: 100 }, world.context());
    await world.settled();
    return {
      before,
      twice: await world.refusal(twice),
      movements: moved.movements.map(({ kind, value, onHandAfter, valueAfter }) => ({
        kind,
        value,
        onHandAfter,
        valueAfter,
      })),
      items: listed.balances.map(({ item }) => item),
      totals: await stock.totals({}, world.context()),
    };
  },
  async 'entries balance, are posted once, and can be reversed'(world) {
    const ledger = world.port(Ledger);
    const entry = {
      source: 'rent:1',
      date: calendarDate('2026-02-01'),
      currency: 'GBP',
      memo: 'Rent',
      lines: [
        { account: '6000', amount: 900n },
        { account: '@cash', amount: -900n },
      ],
    };
    const post = (change: object) => ledger.post({ ...entry, ...change }, world.context());
    const rent = { code: '6000', name: 'Rent', kind: 'expense' as const, isPostable: true };
    const opened = await ledger.openAccount({ ...rent, parent: '5000' }, world.context());
    const first = await post({});
    const second = await post({});
    const { entryId } = first;
    const reversal = { date: calendarDate('2026-02-03'), memo: 'Wrong' };
    await ledger.reverse({ entryId, ...reversal }, world.context());
    const line = (account: string, amount: bigint) => ({ account, amount });
    const { date, currency, memo, source } = entry;
    const many = await ledger.postMany(
      {
        entries: [
          { date, currency, memo, source },
          { date, currency, memo, source: 'rent:2' },
        ],
        lines: [0, 1].flatMap((n) => entry.lines.map((asked) => ({ entry: n, ...asked }))),
      },
      world.context(),
    );
    const refused = [
      () => post({ source: 's1', lines: [line('6000', 2n), line('@cash', -1n)] }),
      () => post({ source: 's2', lines: [line('6000', 0n), line('@cash', 0n)] }),
      () => post({ source: 's3', lines: [line('nope', 1n), line('@cash', -1n)] }),
      () => post({ source: 's4', lines: [line('5000', 1n), line('@cash', -1n)] }),
      () => post({ source: 's5', currency: 'EUR' }),
      () => ledger.openAccount(rent, world.context()),
      () => ledger.reverse({ entryId: nobody as Id<'entry'>, ...reversal }, world.context()),
      () => ledger.generalLedger({ account: 'nope', limit: 10 }, world.context()),
    ];
    const refusals = [];
    for (const call of refused) refusals.push(await world.refusal(call));
    const book = await ledger.generalLedger({ account: '6000', limit: 10 }, world.context());
    const { entries } = await ledger.listEntries({ limit: 40 }, world.context());
    return {
      opened,
      again: { isNew: second.isNew, same: second.entryId === first.entryId },
      many,
      refusals,
      book: book.lines.map(({ date: day, amount }) => `${day} ${amount}`),
      rents: entries.filter(({ memo: about }) => about === 'Rent').length,
      accounts: (await ledger.listAccounts({}, world.context())).accounts.length,
    };
  },
  async 'a locked period takes nothing in; what is derived goes to the next open one'(world) {
    const ledger = world.port(Ledger);
    const period = '2026-06';
    const locked = await ledger.lockPeriod({ period }, world.context());
    const entry = {
      source: 'late:1',
      date: calendarDate('2026-06-30'),
      currency: 'GBP',
      memo: 'Late',
    };
    const lines = [
      { account: '6000', amount: 5n },
      { account: '@cash', amount: -5n },
    ];
    const refused = await world.refusal(() => ledger.post({ ...entry, lines }, world.context()));
    const again = await world.refusal(() => ledger.lockPeriod({ period }, world.context()));
    const asked = lines.map((line) => ({ entry: 0, ...line }));
    await ledger.postMany({ entries: [entry], lines: asked }, world.context());
    await ledger.unlockPeriod({ period }, world.context());
    await ledger.post({ ...entry, source: 'late:2', lines }, world.context());
    const book = await ledger.generalLedger({ account: '6000', limit: 50 }, world.context());
    const days = book.lines.map(({ date }) => date).filter((day) => day > '2026-06');
    const upTo = calendarDate('2026-06-30');
    const { total } = await ledger.trialBalance({ upTo }, world.context());
    return { locked, refused, again, days, total };
  },
};
