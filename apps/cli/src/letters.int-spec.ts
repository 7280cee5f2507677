/** What could not be handled is listed, handed over again and dropped from the command line. */
import { units } from '@morrow/kernel';
import { testPostgres } from '@morrow/dev-services';
import { Companies } from '@morrow/protocol-companies';
import { Items } from '@morrow/protocol-items';
import { keepingOf } from '@morrow/protocol-keeping';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Warehouses } from '@morrow/protocol-warehouses';
import { Workflows } from '@morrow/protocol-workflows';
import { afterAll, expect, it } from 'vitest';
import { openSession } from './session.ts';
import { openShop } from './shop.features.ts';

const tenant = `letters${process.pid}`;
const shop = await openShop(await testPostgres(), [tenant]);
afterAll(() => shop.close());
const letter = (...args: readonly string[]) => shop.morrow(tenant, 'letter', ...args);

/** A workflow that takes the orders whose numbers are numbers, which it cannot tell of `S1`. */
const counts = `form: morrow.workflow/1
name: counts
version: 1
summary: Takes every second order
trigger:
  event: orders.orderPlaced
  when: $number(trigger.data.number) % 2 = 0
  key: trigger.data.number
steps:
  rest: { sleep: P1D }
`;

/** Places an order of which the workflow can make nothing. */
async function placeUncountable(): Promise<void> {
  process.env['M_DATA'] = shop.folder;
  const { port, context, close } = await openSession(tenant);
  await port(Companies).setUp({ name: 'Shop', currency: 'GBP' }, context());
  const items = [{ code: 'TEA', name: 'Tea', category: 'goods' as const }];
  await port(Items).upsertMany({ items }, context());
  const parties = [{ code: 'C1', name: 'Ann', role: 'customer' as const, country: 'France' }];
  await port(Parties).upsertMany({ parties }, context());
  await port(Warehouses).open({ code: 'MAIN', name: 'Main' }, context());
  const text = Buffer.from(counts).toString('base64url');
  await port(Workflows).publish({ text }, context());
  const at = new Date('2026-03-02T10:00:00.000Z');
  const order = {
    ...{ number: 'S1', customer: 'C1', warehouse: 'MAIN', currency: 'GBP' },
    ...{ placedAt: at, shippedAt: at },
    lines: [{ item: 'TEA', quantity: units(1n), price: 2_000_000n }],
  };
  await port(Orders).place(order, context());
  const parked = async () =>
    (await port(keepingOf('workflows')).deadLetters({}, context())).letters.length;
  await expect.poll(parked, { timeout: 30_000 }).toBe(1);
  await close();
}

it('lists an event that could not be handled, tries it again, and drops it', async () => {
  expect((await letter('list')).out).toBe('There are no dead letters.\n');
  await placeUncountable();
  const name = ['workflows', 'follow.orders', 'orders', '1'];
  const line =
    /^workflows follow\.orders orders 1 failed .*: .*The expression gives no value: .*\n$/;
  expect((await letter('list')).out).toMatch(line);
  const retried = await letter('retry', ...name);
  expect(retried).toMatchObject({ code: 1, out: expect.stringMatching(/^It failed again/) });
  const skipped = { code: 0, out: 'The dead letter is skipped.\n', problem: '' };
  expect(await letter('skip', ...name)).toEqual(skipped);
  expect(await letter('skip', ...name)).toMatchObject({
    code: 1,
    problem: expect.stringContaining('There is no dead letter 1 of that handler.'),
  });
  expect((await letter('list')).out).toBe('There are no dead letters.\n');
});

it('says what a letter is named by', async () => {
  const asked = await letter('retry', 'finance', 'followSales', 'orders', 'second');
  expect(asked).toMatchObject({
    code: 2,
    problem: expect.stringContaining('Give the number of an event or the id of a timer'),
  });
});
