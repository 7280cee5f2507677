/** An event that is too long to start a workflow with is set aside alone, is seen and dealt with
 * from the command line, and holds nothing else up. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { testPostgres } from '@morrow/dev-services';
import { units, type Quantity } from '@morrow/kernel';
import { Companies } from '@morrow/protocol-companies';
import { Items } from '@morrow/protocol-items';
import { keepingOf } from '@morrow/protocol-keeping';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import { Workflows } from '@morrow/protocol-workflows';
import { afterAll, expect, it } from 'vitest';
import { openSession } from './session.ts';
import { openShop } from './shop.features.ts';

const tenant = `long${process.pid}`;
const M_PACKS = resolve(import.meta.dirname, '../../../tools/proofs/src/worlds/packs');
const shop = await openShop(await testPostgres(), [tenant], { settings: { M_PACKS } });
afterAll(() => shop.close());
process.env['M_DATA'] = shop.folder;
const { port, context } = await openSession(tenant);
const morrow = (...args: readonly string[]) => shop.morrow(tenant, ...args);

const item = `TEA-${'x'.repeat(28)}`;
const warehouse = 'W'.repeat(16);
const at = new Date('2026-03-02T10:00:00.000Z');
const header = { currency: 'GBP', warehouse };
const followShipments = `form: morrow.workflow/1
name: followShipments
version: 1
summary: Keeps an eye on what has left
trigger: { event: orders.orderShipped, key: trigger.data.number }
steps:
  rest: { sleep: P1D }
`;

async function prepare(): Promise<void> {
  await port(Companies).setUp({ name: 'Shop', currency: 'GBP' }, context());
  await port(Items).upsertMany(
    { items: [{ code: item, name: 'Tea', category: 'goods' }] },
    context(),
  );
  const party = {
    code: 'C1',
    name: 'C1',
    role: 'customer',
    country: 'France',
    segment: 'routed',
  } as const;
  await port(Parties).upsertMany({ parties: [party] }, context());
  const place = { code: header.warehouse, name: 'Main' };
  await port(Warehouses).open(place, context());
  const line = { item, quantity: units(900_000_000), cost: 1_000_000n };
  await port(Stock).receive({ ...header, number: 'R1', effectiveAt: at, lines: [line] }, context());
  const file = join(shop.folder, 'follow-shipments.yaml');
  writeFileSync(file, followShipments);
  expect((await morrow('workflow', 'publish', file)).out).toMatch(/ is published, /);
}

/** Places an order of so many lines, splits it into so many allocations, and ships it. */
async function ship(number: string, lineCount: number, allocationCount: number): Promise<void> {
  const quantity = 123_456_123_456n as Quantity;
  const line = { item, quantity, price: 12_345_123_457n };
  const lines = Array.from({ length: lineCount }, () => line);
  const order = { ...header, number, customer: 'C1', placedAt: at, lines };
  const { orderId } = await port(Orders).place(order, context());
  const part = ((quantity * BigInt(lineCount)) / BigInt(allocationCount)) as Quantity;
  const allocations = Array.from({ length: allocationCount }, () => ({
    warehouse,
    item,
    quantity: part,
  }));
  await port(Orders).move({ orderId, to: 'split', allocations }, context());
  await port(Orders).ship({ orderId, at }, context());
}
const letters = async () =>
  (await port(keepingOf('workflows')).deadLetters({}, context())).letters.length;
const startedFor = async () => {
  const { instances } = await port(Workflows).instances({ limit: 10 }, context());
  return instances.map(({ startKey }) => startKey).sort();
};

it('is one dead letter and begins no instance; it is handled once nobody takes it', async () => {
  await prepare();
  await ship('1', 1, 1);
  await ship('2', 1500, 1000);
  await ship('3', 1, 1);
  await expect
    .poll(startedFor, { timeout: 30_000 })
    .toEqual(['followShipments|1', 'followShipments|3']);
  await expect.poll(letters, { timeout: 30_000 }).toBe(1);
  const [, number = ''] =
    /^workflows follow\.orders orders (\d+) failed /.exec((await morrow('letter', 'list')).out) ??
    [];
  const named = ['workflows', 'follow.orders', 'orders', number];
  const why = /: orders\.orderShipped has \d{6} bytes of JSON; 262144 may start a workflow\.\n$/;
  expect((await morrow('letter', 'list')).out).toMatch(why);
  expect(await morrow('letter', 'retry', ...named)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^It failed again/),
  });
  expect(await letters()).toBe(1);

  await morrow('workflow', 'pause', 'followShipments@1');
  expect(await morrow('letter', 'retry', ...named)).toEqual({
    code: 0,
    out: 'The dead letter was handled.\n',
    problem: '',
  });
  expect((await morrow('letter', 'list')).out).toBe('There are no dead letters.\n');
  expect(await morrow('verify')).toEqual({ code: 0, out: 'All laws hold.\n', problem: '' });
  expect(await startedFor()).toEqual(['followShipments|1', 'followShipments|3']);
});
