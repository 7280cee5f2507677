/** What orders must hold: the company, its currency, customers, items, warehouses, quantities,
 * dates and stock; what is not so is refused by name, and nothing is stored. */
import { calendarDate, quantityOf, units, type Id } from '@morrow/kernel';
import { Companies } from '@morrow/protocol-companies';
import { Items } from '@morrow/protocol-items';
import { Ledger } from '@morrow/protocol-ledger';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Returns } from '@morrow/protocol-returns';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import { expect } from 'vitest';
import type { Scenario, World } from '../worlds/world.ts';

const placedAt = new Date('2026-03-02T10:00:00.000Z');
const future = () => new Date(Date.now() + 6 * 60_000);
const role = 'customer' as const;
const line = (change: object = {}) => ({
  ...{ item: 'RULED', quantity: units(5), price: 2_000_000n },
  ...change,
});
const orderOf = (number: string, change: object = {}) => ({
  ...{ number, customer: 'RULED', currency: 'GBP', warehouse: 'MAIN', placedAt },
  lines: [line()],
  ...change,
});
const header = (number: string, change: object = {}) => {
  const { lines: _, ...asked } = orderOf(number, change);
  return asked;
};

async function prepare(world: World): Promise<void> {
  const goods = ['RULED', 'SCARCE', 'TURNS'].map((code) => ({
    ...{ code, name: code, category: 'goods' as const },
  }));
  const off = { code: 'RULED-OFF', name: 'Discount', category: 'discount' as const };
  await world.port(Items).upsertMany({ items: [...goods, off] }, world.context());
  const people = [
    { code: 'RULED', name: 'Ruth', role, country: 'France' },
    { code: 'SUPPLIER', name: 'Sam', role: 'supplier' as const, country: 'France' },
  ];
  await world.port(Parties).upsertMany({ parties: people }, world.context());
}
const codeOf = async (world: World, call: () => Promise<unknown>) => {
  const refused = await world.refusal(call);
  if (typeof refused === 'string') return refused;
  const { code, fault } = refused as { code: string; fault: string };
  return `${code} ${fault}`;
};
const receive = (world: World, number: string, count: number) =>
  world.port(Stock).receive(
    {
      ...{ number, warehouse: 'MAIN', currency: 'GBP', effectiveAt: placedAt },
      lines: [{ item: 'SCARCE', quantity: units(count), cost: 1_000_000n }],
    },
    world.context(),
  );
const stateOf = async (world: World, orderId: Id<'order'>) =>
  (await world.port(Orders).get({ orderId }, world.context())).state;

export const scenarios: Readonly<Record<string, Scenario>> = {
  async 'an order that does not hold is refused with the rule that it breaks'(world) {
    await prepare(world);
    const orders = world.port(Orders);
    const changes: [object, string][] = [
      [{ currency: 'JPY' }, 'wrongCurrency invalid'],
      [{ customer: 'NOBODY' }, 'unknownCustomer invalid'],
      [{ customer: 'SUPPLIER' }, 'notACustomer invalid'],
      [{ warehouse: 'LAGER2' }, 'unknownWarehouse invalid'],
      [{ lines: [line({ item: 'NOTHING' })] }, 'unknownItem invalid'],
      [{ lines: [line({ quantity: units(-5) })] }, 'notPositive invalid'],
      [{ lines: [line({ quantity: units(0) })] }, 'notPositive invalid'],
      [{ lines: [line({ price: -1n })] }, 'negativePrice invalid'],
      [
        { lines: [line({ quantity: units(1_000_000_000), price: 10n ** 15n })] },
        'amountTooLarge invalid',
      ],
      [{ placedAt: future() }, 'impossibleDate invalid'],
      [{ placedAt: new Date('9999-01-01T00:00:00.000Z') }, 'impossibleDate invalid'],
      [{ placedAt: new Date('1899-12-31T00:00:00.000Z') }, 'impossibleDate invalid'],
      [{ shippedAt: future() }, 'impossibleDate invalid'],
      [{ shippedAt: new Date('2026-03-02T09:59:59.999Z') }, 'shippedBeforePlaced invalid'],
      [{ promisedOn: calendarDate('2026-02-01') }, 'promisedBeforePlaced invalid'],
    ];
    for (const [at, [change, code]] of changes.entries()) {
      const asked = orderOf(`RULED-${at}`, change);
      expect([at, await codeOf(world, () => orders.place(asked, world.context()))]).toEqual([
        at,
        code,
      ]);
      const { lines, ...head } = asked;
      const batch = { orders: [head], lines: lines.map((each) => ({ order: 0, ...each })) };
      const { results } = await orders.placeMany(batch, world.context());
      expect(results[0]?.refused?.code).toBe(code.split(' ')[0]);
      const { orders: found } = await orders.list(
        { number: asked.number, limit: 1 },
        world.context(),
      );
      expect(found).toEqual([]);
    }
  },
  async 'a discount has a price below zero, and an order the day that was promised'(world) {
    const orders = world.port(Orders);
    const promisedOn = calendarDate('2026-03-20');
    const off = line({ item: 'RULED-OFF', quantity: units(1), price: -500_000n });
    const asked = orderOf('RULED-OFF', { promisedOn, lines: [line(), off] });
    const { total } = await orders.place(asked, world.context());
    const found = await orders.getByNumber({ number: 'RULED-OFF' }, world.context());
    const listed = await orders.list({ number: 'RULED-OFF', limit: 10 }, world.context());
    const none = () => orders.getByNumber({ number: 'RULED-NO' }, world.context());
    expect({
      total,
      promised: [found.promisedOn, ...listed.orders.map((each) => each.promisedOn)],
      none: await codeOf(world, none),
    }).toEqual({ total: 950n, promised: [promisedOn, promisedOn], none: 'unknownNumber missing' });
  },
  async 'of a batch only what does not hold is refused, and it is named'(world) {
    const orders = world.port(Orders);
    const { results, strayLines } = await orders.placeMany(
      {
        orders: [
          header('BATCH-1'),
          header('BATCH-2'),
          header('BATCH-3'),
          header('BATCH-1'),
          header('BATCH-4', { customer: 'NOBODY' }),
        ],
        lines: [
          { order: 0, ...line() },
          { order: 7, ...line() },
          { order: 2, ...line() },
          { order: 2, ...line({ quantity: quantityOf(-1n) }) },
          { order: 3, ...line() },
          { order: 4, ...line() },
          { order: -1, ...line() },
        ],
      },
      world.context(),
    );
    const refusals = results.map(({ number, orderId, refused }) => [
      number,
      orderId !== undefined,
      refused && { ...refused, sentence: refused.sentence ?? '' },
    ]);
    expect(refusals).toEqual([
      ['BATCH-1', true, undefined],
      [
        'BATCH-2',
        false,
        { code: 'noLines', subject: 'BATCH-2', sentence: 'BATCH-2 has no lines.', order: 1 },
      ],
      [
        'BATCH-3',
        false,
        {
          code: 'notPositive',
          subject: 'RULED',
          sentence: 'The quantity of RULED must be above zero, not -0.000001.',
          order: 2,
          line: 3,
        },
      ],
      [
        'BATCH-1',
        false,
        {
          code: 'numberTaken',
          subject: 'BATCH-1',
          sentence: 'There is already an order BATCH-1.',
          order: 3,
        },
      ],
      [
        'BATCH-4',
        false,
        {
          code: 'unknownCustomer',
          subject: 'NOBODY',
          sentence: 'There is no customer NOBODY. Create it first.',
          order: 4,
        },
      ],
    ]);
    expect(strayLines).toEqual([
      { line: 1, order: 7 },
      { line: 6, order: -1 },
    ]);
  },
  async 'a shipment takes no stock below zero, unless the company allows it'(world) {
    const orders = world.port(Orders);
    await receive(world, 'SCARCE-1', 5);
    const scarce = (count: number) => ({
      lines: [line({ item: 'SCARCE', quantity: units(count) })],
    });
    const place = async (number: string, count: number) =>
      (await orders.place(orderOf(number, scarce(count)), world.context())).orderId;
    const ship = (orderId: Id<'order'>, at?: Date) => orders.ship({ orderId, at }, world.context());
    const held = await place('SCARCE-A', 4);
    await world.settled();
    const waiting = await place('SCARCE-B', 4);
    await world.settled();
    expect([await stateOf(world, held), await stateOf(world, waiting)]).toEqual([
      'reserved',
      'awaitingStock',
    ]);
    expect(await world.refusal(() => ship(waiting))).toEqual({
      code: 'insufficientStock',
      fault: 'conflict',
      data: { item: 'SCARCE', warehouse: 'MAIN', requested: units(4), available: units(1) },
    });
    expect(await codeOf(world, () => ship(held, future()))).toBe('impossibleDate invalid');
    const early = new Date('2026-03-02T09:00:00.000Z');
    expect(await codeOf(world, () => ship(held, early))).toBe('shippedBeforePlaced invalid');
    await ship(held);
    const many = await place('SCARCE-C', 1000);
    expect(await codeOf(world, () => ship(many))).toBe('insufficientStock conflict');
    await world.port(Companies).setRules({ negativeStock: 'allow' }, world.context());
    await world.settled();
    expect((await ship(waiting)).state).toBe('shipped');
    await world.port(Companies).setRules({ negativeStock: 'refuse' }, world.context());
    await world.settled();
    const sold = { ...orderOf('SCARCE-D', scarce(7)), shippedAt: placedAt };
    expect((await orders.place(sold, world.context())).state).toBe('shipped');
    await orders.cancel({ orderId: many }, world.context());
    await receive(world, 'SCARCE-2', 100);
    await world.settled();
  },
  async 'an order is moved to warehouses that exist only'(world) {
    const orders = world.port(Orders);
    const { orderId } = await orders.place(orderOf('RULED-MOVE'), world.context());
    const move = (more: object) =>
      codeOf(world, () => orders.move({ orderId, to: 'split', ...more }, world.context()));
    const allocations = [{ warehouse: 'LAGER2', item: 'RULED', quantity: units(5) }];
    expect([await move({ warehouse: 'LAGER2' }), await move({ allocations })]).toEqual([
      'unknownWarehouse invalid',
      'unknownWarehouse invalid',
    ]);
  },
  async 'an order uses what an item, a customer and the company are now'(world) {
    const orders = world.port(Orders);
    // more than there are processes, so that each of them has to know
    const places = async (name: string) => {
      const seen: string[] = [];
      for (let at = 0; at < 6; at++) {
        const asked = orderOf(`${name}-${at}`, { lines: [line({ item: 'TURNS' })] });
        const { orderId } = await orders.place(asked, world.context());
        const order = await orders.get({ orderId }, world.context());
        seen.push(`${order.lines[0]?.category} ${order.segment}`);
      }
      return [...new Set(seen)];
    };
    const before = await places('TURNS-1');
    const turned = { code: 'TURNS', name: 'Turns', category: 'samples' as const };
    await world.port(Items).upsertMany({ items: [turned] }, world.context());
    const moved = { code: 'RULED', name: 'Ruth', role, country: 'France', segment: 'turned' };
    await world.port(Parties).upsertMany({ parties: [moved] }, world.context());
    await world.settled();
    expect([before, await places('TURNS-2')]).toEqual([['goods undefined'], ['samples turned']]);
    await world.port(Parties).upsertMany({ parties: [{ ...moved, segment: '' }] }, world.context());
  },
  async 'items, parties and the company have names; a code means one thing'(world) {
    const items = (...asked: { code: string; name: string; category: 'goods' | 'samples' }[]) =>
      codeOf(world, () => world.port(Items).upsertMany({ items: asked }, world.context()));
    interface Asked {
      readonly code: string;
      readonly name: string;
      readonly role: 'customer' | 'supplier';
      readonly country: string;
    }
    const parties = (...asked: Asked[]) =>
      codeOf(world, () => world.port(Parties).upsertMany({ parties: asked }, world.context()));
    const mug = { code: 'TWICE', name: 'Mug', category: 'goods' as const };
    const eve = { code: 'EVE', name: 'Eve', role, country: 'France' };
    expect([
      await items({ ...mug, name: '  ' }),
      await items(mug, { ...mug, name: 'Cup' }),
      await items(mug, mug),
      await parties({ ...eve, name: '' }),
      await parties(eve, { ...eve, country: 'Spain' }),
      await parties(eve, eve),
      await parties({ ...eve, role: 'supplier' }),
    ]).toEqual([
      'noName invalid',
      'givenTwice invalid',
      'not refused',
      'noName invalid',
      'givenTwice invalid',
      'not refused',
      'roleFixed conflict',
    ]);
  },
  async 'no code and no number begins or ends with a space'(world) {
    const context = () => world.context();
    const odd = [' ODD', 'ODD ', ' '];
    const created = {
      item: (code: string) =>
        world
          .port(Items)
          .upsertMany({ items: [{ code, name: 'O', category: 'goods' }] }, context()),
      party: (code: string) =>
        world
          .port(Parties)
          .upsertMany({ parties: [{ code, name: 'O', role, country: 'France' }] }, context()),
      warehouse: (code: string) => world.port(Warehouses).open({ code, name: 'O' }, context()),
      account: (code: string) =>
        world
          .port(Ledger)
          .openAccount({ code, name: 'O', kind: 'asset', isPostable: true }, context()),
      order: (number: string) => world.port(Orders).place(orderOf(number), context()),
      receipt: (number: string) => receive(world, number, 1),
      reservation: (number: string) =>
        world
          .port(Stock)
          .reserve(
            { number, warehouse: 'MAIN', lines: [{ item: 'SCARCE', quantity: units(1) }] },
            context(),
          ),
      async return(number: string) {
        const { lines: _, placedAt: receivedAt, ...asked } = orderOf(number);
        const returns = [{ ...asked, receivedAt, kind: 'withoutOrder' as const }];
        const lines = [{ return: 0, ...line() }];
        const { results } = await world.port(Returns).receiveMany({ returns, lines }, context());
        expect(results[0]?.refused?.code).toBe('outerSpace');
      },
    };
    for (const [what, create] of Object.entries(created))
      for (const code of odd)
        expect([what, await codeOf(world, () => create(code))]).toEqual([
          what,
          what === 'return' ? 'not refused' : 'outerSpace invalid',
        ]);
  },
};
