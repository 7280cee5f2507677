/** What comes back is held to what it was sold by: order, customer, item, quantity and price. */
import { units, type Id } from '@morrow/kernel';
import { Items } from '@morrow/protocol-items';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Returns } from '@morrow/protocol-returns';
import { expect } from 'vitest';
import type { Scenario, World } from '../worlds/world.ts';

const soldAt = new Date('2026-04-02T10:00:00.000Z');
const receivedAt = new Date('2026-04-09T10:00:00.000Z');
const pound = 1_000_000n;
const place = { currency: 'GBP', warehouse: 'MAIN' };
const role = 'customer' as const;

interface Back {
  readonly count?: number;
  readonly item?: string;
  readonly price?: bigint;
  readonly order?: string | undefined;
}
const backLine = ({ count = 1, item = 'BACK', price = 2n * pound, ...more }: Back) => ({
  ...{ return: 0, item, quantity: units(count), price, order: 'BACK-1', ...more },
});
const backHeader = (number: string, change: object = {}) => ({
  ...{ number, customer: 'BACK', receivedAt, ...place },
  ...change,
});
/** What becomes of one return: its refusal, or that it was received. */
async function giveBack(world: World, number: string, lines: readonly Back[], change: object = {}) {
  const batch = { returns: [backHeader(number, change)], lines: lines.map(backLine) };
  const { results } = await world.port(Returns).receiveMany(batch, world.context());
  const [{ refused } = {}] = results;
  return refused ? `${refused.code} ${refused.subject}` : 'received';
}

async function sell(world: World, number: string, change: object = {}): Promise<Id<'order'>> {
  const line = (count: number, price: bigint) => ({ item: 'BACK', quantity: units(count), price });
  const order = { number, customer: 'BACK', placedAt: soldAt, ...place };
  const lines = [line(5, 2n * pound), line(5, 3n * pound)];
  const asked = { ...order, shippedAt: soldAt, lines, ...change };
  return (await world.port(Orders).place(asked, world.context())).orderId;
}
async function prepare(world: World): Promise<void> {
  const items = ['BACK', 'BACK-NOT'].map((code) => ({
    ...{ code, name: code, category: 'goods' as const },
  }));
  await world.port(Items).upsertMany({ items }, world.context());
  const parties = ['BACK', 'BACK-OTHER'].map((code) => ({ code, name: code, role, country: '' }));
  await world.port(Parties).upsertMany({ parties }, world.context());
  await sell(world, 'BACK-1');
  await sell(world, 'BACK-OPEN', { shippedAt: undefined });
}

export const scenarios: Readonly<Record<string, Scenario>> = {
  async 'a return is held to the order that it was sold by'(world) {
    await prepare(world);
    const given: [readonly Back[], object, string][] = [
      [[{ order: undefined }], {}, 'noOrder BACK'],
      [[{ order: 'BACK-NONE' }], {}, 'unknownOrder BACK-NONE'],
      [[{ order: 'BACK-OPEN' }], {}, 'notShipped BACK-OPEN'],
      [[{}], { customer: 'BACK-OTHER' }, 'wrongCustomer BACK-1'],
      [[{}], { customer: 'NOBODY' }, 'unknownCustomer NOBODY'],
      [[{}], { currency: 'USD' }, 'wrongCurrency USD'],
      [[{}], { warehouse: 'LAGER2' }, 'unknownWarehouse LAGER2'],
      [[{ item: 'BACK-NOT' }], {}, 'notOnOrder BACK-NOT'],
      [[{ item: 'BACK-NO' }], {}, 'unknownItem BACK-NO'],
      [[{ count: -3 }], {}, 'notPositive BACK'],
      [[{ count: 6 }], {}, 'tooMuch BACK'],
      [[{ price: pound }], {}, 'wrongPrice BACK'],
      [[{ price: -pound }], { reason: 'Damaged' }, 'negativePrice BACK'],
      [[{}], { receivedAt: new Date(Date.now() + 360_000) }, 'impossibleDate '],
      [[{}], { receivedAt: new Date('2026-04-01T10:00:00.000Z') }, 'returnedBeforeShipped BACK-1'],
      [[], {}, 'noLines BACK-R0'],
    ];
    for (const [lines, change, expected] of given)
      expect(await giveBack(world, 'BACK-R0', lines, change)).toContain(expected);
    expect([
      await giveBack(world, 'BACK-R1', [{ count: 3 }, { count: 2, price: 3n * pound }]),
      await giveBack(world, 'BACK-R1', [{}]),
      await giveBack(world, 'BACK-R2', [{ count: 3 }]),
      await giveBack(world, 'BACK-R2', [{ count: 2 }]),
      await giveBack(world, 'BACK-R3', [{ price: pound }], { reason: 'Damaged' }),
      await giveBack(world, 'BACK-R4', [{ count: 3, price: 3n * pound }]),
    ]).toEqual([
      'received',
      'numberTaken BACK-R1',
      'tooMuch BACK',
      'received',
      'received',
      'tooMuch BACK',
    ]);
    const number = 'BACK-R3';
    const found = await world.port(Returns).getByNumber({ number }, world.context());
    const listed = await world.port(Returns).list({ number, limit: 10 }, world.context());
    const none = () => world.port(Returns).getByNumber({ number: 'BACK-NO' }, world.context());
    expect([
      found.kind,
      found.reason,
      listed.returns.map((each) => each.number),
      await world.refusal(none),
    ]).toEqual([
      'ofOrders',
      'Damaged',
      [number],
      { code: 'unknownNumber', fault: 'missing', data: { number: 'BACK-NO' } },
    ]);
  },
  async 'a return without an order is a kind of its own'(world) {
    const kind = 'withoutOrder' as const;
    const lines = [{ order: undefined, count: 2, price: 7n * pound }];
    expect([
      await giveBack(world, 'BACK-W1', lines, { kind }),
      await giveBack(world, 'BACK-W2', [{ order: undefined, count: -1 }], { kind }),
      await giveBack(world, 'BACK-W3', [...lines, { count: 99 }], { kind }),
    ]).toEqual(['received', 'notPositive BACK', 'tooMuch BACK']);
  },
  async 'returns that come at once take back no more than was sold'(world) {
    await sell(world, 'BACK-2');
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, (_, at) =>
        giveBack(world, `wish-9${at}`, [{ order: 'BACK-2', count: 2 }]),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'received')).toHaveLength(2);
    expect(outcomes.filter((outcome) => outcome === 'tooMuch BACK')).toHaveLength(4);
    const returns = ['BACK-B1', 'BACK-B2'].map((number) => backHeader(number));
    const lines = [0, 1, 5, -1].map((at) => ({
      ...backLine({ order: 'BACK-2', count: 3, price: 3n * pound }),
      return: at,
    }));
    const batch = await world.port(Returns).receiveMany({ returns, lines }, world.context());
    expect(batch.results.map(({ refused }) => refused?.code)).toEqual([undefined, 'tooMuch']);
    expect(batch.results[1]?.refused).toMatchObject({ return: 1, line: 1 });
    expect(batch.strayLines).toEqual([
      { line: 2, return: 5 },
      { line: 3, return: -1 },
    ]);
  },
};
