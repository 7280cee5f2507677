/** A breach of each law across domains is planted in the database, and the laws of `morrow verify`
 * name it with its document and both amounts. What is only pending is listed apart. */
import { testPostgres } from '@morrow/dev-services';
import { units } from '@morrow/kernel';
import { Companies } from '@morrow/protocol-companies';
import { Items } from '@morrow/protocol-items';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Returns } from '@morrow/protocol-returns';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSession, type Session } from './session.ts';
import { settled } from './settled.ts';
import { openShop } from './shop.features.ts';
import { findingsAcross } from './verify-command.ts';

const tenant = `laws${process.pid}`;
const postgres = await testPostgres();
const shop = await openShop(postgres, [tenant]);
let session: Session;
afterAll(async () => {
  await session.close();
  await shop.close();
});
process.env['M_DATA'] = shop.folder;

const at = new Date('2026-03-02T10:00:00.000Z');
const header = { currency: 'GBP', warehouse: 'MAIN' };
const orderOf = (number: string, count: number) => ({
  ...{ ...header, number, customer: 'C1', placedAt: at },
  lines: [{ item: 'A', quantity: units(count), price: 2_000_000n }],
});
const ids = { shipped: '', reserved: '', returned: '', received: '' };

async function makeBusiness({ port, context }: Session): Promise<void> {
  await port(Companies).setUp({ name: 'Shop', currency: 'GBP' }, context());
  await port(Warehouses).open({ code: 'MAIN', name: 'Main' }, context());
  const items = [{ code: 'A', name: 'Item A', category: 'goods' as const }];
  await port(Items).upsertMany({ items }, context());
  const parties = [{ code: 'C1', name: 'C', role: 'customer' as const, country: 'France' }];
  await port(Parties).upsertMany({ parties }, context());
  const goods = [{ item: 'A', quantity: units(100), cost: 1_500_000n }];
  const receipt = { ...header, number: 'R-1', effectiveAt: at, lines: goods };
  ids.received = (await port(Stock).receive(receipt, context())).documentId;
  ids.shipped = (await port(Orders).place(orderOf('SO-1', 5), context())).orderId;
  ids.reserved = (await port(Orders).place(orderOf('SO-2', 4), context())).orderId;
}
async function deliver({ port, context }: Session): Promise<void> {
  await port(Orders).ship({ orderId: ids.shipped as never, at }, context());
  const back = { ...header, number: 'RT-1', customer: 'C1', receivedAt: at };
  const line = { return: 0, item: 'A', quantity: units(1), price: 2_000_000n, order: 'SO-1' };
  const { results } = await port(Returns).receiveMany(
    { returns: [back], lines: [line] },
    context(),
  );
  ids.returned = results[0]?.returnId ?? '';
}
beforeAll(async () => {
  session = await openSession(tenant);
  const quiet = () => undefined;
  await makeBusiness(session);
  await settled(session, quiet);
  await deliver(session);
  await settled(session, quiet);
}, 120_000);

async function statement(text: string): Promise<void> {
  const { host, port, user } = postgres;
  const client = new pg.Client({ host, port, user, database: `morrow_${tenant}` });
  await client.connect();
  await client.query(text.replace(/\{(\w+)\}/g, (_, name: 'shipped') => ids[name]));
  await client.end();
}
const receivable = `(select code from finance.account where role = 'receivable')`;
const inventory = `(select code from finance.account where role = 'inventory')`;
const shift = (table: string, column: string, where: string): [string, string] => [
  `update ${table} set ${column} = ${column} + 1 where ${where}`,
  `update ${table} set ${column} = ${column} - 1 where ${where}`,
];
const renamed = (source: string): [string, string] => [
  `update finance.entry set source = 'x:' || source where source like '${source}'`,
  `update finance.entry set source = substr(source, 3) where source like 'x:${source}'`,
];
const inState = (table: string, where: string, state: string, before: string): [string, string] => [
  `update ${table} set state = '${state}' where ${where}`,
  `update ${table} set state = '${before}' where ${where}`,
];
const ofSO2 = `number = 'order:{reserved}'`;

/** Law, what plants a breach of it, what takes it away, and the sentence that names it. */
const plants: readonly (readonly [string, readonly [string, string], string])[] = [
  [
    'a shipped order is booked',
    renamed('sale:{shipped}'),
    'order SO-1 was shipped for 10.00 GBP, but the ledger has no entry sale:{shipped}',
  ],
  [
    'a shipped order is booked for its amount',
    shift(
      'finance.entry_line',
      'amount',
      `account = ${receivable} and entry_id = (select id from finance.entry where source = ` +
        `'sale:{shipped}')`,
    ),
    'order SO-1 was shipped for 10.00 GBP, but the entry sale:{shipped} books 10.01 GBP',
  ],
  [
    'a sale has an order that was shipped',
    [
      `update orders.sales_order set state = 'cancelled', shipped_at = null where number = 'SO-1'`,
      `update orders.sales_order set state = 'shipped', shipped_at = '${at.toISOString()}' ` +
        `where number = 'SO-1'`,
    ],
    'finance: the entry sale:{shipped} books 10.00 GBP, but nothing was shipped, returned or ' +
      'moved for it',
  ],
  [
    'a return is credited for its amount',
    shift('orders.sales_return', 'total', `number = 'RT-1'`),
    'return RT-1 was received for 2.01 GBP, but the entry return:{returned} books 2.00 GBP',
  ],
  [
    'a return is credited',
    renamed('return:{returned}'),
    'return RT-1 was received for 2.00 GBP, but the ledger has no entry return:{returned}',
  ],
  [
    'the value of a movement is posted',
    renamed('wms:{received}:1'),
    'stock document R-1 changed the value of stock by 150.00 GBP, but the ledger has no ' +
      'entry wms:{received}:1',
  ],
  [
    'only keepers post to control accounts',
    renamed('sale:{shipped}'),
    'finance: the entry x:sale:{shipped} posts 10.00 GBP to account',
  ],
  [
    'receivables are what was shipped less what came back',
    shift('finance.account_balance', 'debit', `account = ${receivable}`),
    '(receivable) stands at 8.01 GBP, but shipped orders less returns and write-offs come to ' +
      '8.00 GBP',
  ],
  [
    'the inventory account is the value of stock',
    shift('finance.account_balance', 'debit', `account = ${inventory}`),
    'The stock is worth 144.00 GBP, the account that stands for it says 144.01 GBP',
  ],
  [
    'nothing is reserved twice',
    [
      `insert into wms.reservation select (jsonb_populate_record(null::wms.reservation, to_jsonb(r)
         || jsonb_build_object('id', gen_random_uuid(), 'number', r.number || '/2'))).*
       from wms.reservation r where ${ofSO2}`,
      `delete from wms.reservation where number = 'order:{reserved}/2'`,
    ],
    'wms: stock is reserved 2 times for order SO-2',
  ],
  [
    'a reserved order has a reservation',
    inState('wms.reservation', ofSO2, 'released', 'reserved'),
    'orders: order SO-2 is reserved with 4 of A in MAIN, but no reservation is open',
  ],
  [
    'a reservation has the lines of its order',
    [
      `update wms.reservation set lines = '[{"item": "A", "quantity": "3"}]' where ${ofSO2}`,
      `update wms.reservation set lines = '[{"item": "A", "quantity": "4"}]' where ${ofSO2}`,
    ],
    'orders: order SO-2 is reserved with 4 of A in MAIN, but 3 of A in MAIN is set aside for it',
  ],
  [
    'nothing is set aside for an order that is over',
    inState('orders.sales_order', `number = 'SO-2'`, 'cancelled', 'reserved'),
    'wms: 4 of A in MAIN is still set aside for order SO-2, which is cancelled',
  ],
  [
    'what balances have reserved is what reservations hold',
    [
      `update wms.stock_balance set reserved = reserved + 1000000`,
      `update wms.stock_balance set reserved = reserved - 1000000`,
    ],
    'wms: the balance of A in MAIN has 5 reserved, but open reservations come to 4',
  ],
  [
    'no more is reserved than exists',
    [
      `update wms.stock_balance set on_hand = on_hand - 95000000`,
      `update wms.stock_balance set on_hand = on_hand + 95000000`,
    ],
    'wms: 4 of A in MAIN are reserved, but only 1 are on hand',
  ],
  [
    'nobody has handled what was not published',
    [
      'update finance.watermark set number = (select n from orders.relay) + 1 ' +
        `where handler = 'followSales'`,
      'update finance.watermark set number = (select n from orders.relay) ' +
        `where handler = 'followSales'`,
    ],
    'finance.followSales has handled events of orders up to number',
  ],
];
const filled = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: 'shipped') => ids[name]);

it('all laws hold at first', async () => {
  expect(await shop.morrow(tenant, 'verify')).toEqual({
    code: 0,
    out: 'All laws hold.\n',
    problem: '',
  });
}, 60_000);

it.each(plants)(
  '%s',
  async (_, [plant, undo], sentence) => {
    await statement(plant);
    const { breaches } = await findingsAcross(session).finally(() => statement(undo));
    expect(breaches.join('\n')).toContain(filled(sentence));
  },
  60_000,
);

it('a breach is printed and counted, and makes the command fail', async () => {
  const [, [plant, undo], sentence] = plants[1]!;
  await statement(plant);
  const { code, out } = await shop.morrow(tenant, 'verify').finally(() => statement(undo));
  expect(out).toContain(filled(sentence));
  expect(out).toMatch(/\nBreaches: \d+\n/);
  expect(code).toBe(1);
}, 60_000);

it('a dead letter and an order that waits are pending, and no breach', async () => {
  await session.port(Orders).place(orderOf('SO-3', 1000), session.context());
  await settled(session, () => undefined);
  await statement(`insert into finance.dead_letter (handler, producer, number, attempts, sentence)
    values ('followSales', 'orders', 1, 7, 'The period is locked.')`);
  const { code, out } = await shop.morrow(tenant, 'verify');
  expect(out).toContain(
    'All laws hold.\nDead letters:\n  finance: followSales could not handle event 1 of ' +
      'orders (attempts: 7): The period is locked.\nPending:\n  orders: 1 waiting for stock\n',
  );
  expect(code).toBe(0);
}, 60_000);
