/** Reports and exports write amounts with the decimals of their currency. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { calendarDate, units } from '@morrow/kernel';
import { testPostgres } from '@morrow/dev-services';
import { Companies } from '@morrow/protocol-companies';
import { Items } from '@morrow/protocol-items';
import { Ledger } from '@morrow/protocol-ledger';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSession } from './session.ts';
import { openShop } from './shop.features.ts';

const currencies = { JPY: '1234', KWD: '1.234' };
const tenantOf = (currency: string) => `money${process.pid}${currency.toLowerCase()}`;
const shop = await openShop(await testPostgres(), Object.keys(currencies).map(tenantOf));
afterAll(() => shop.close());

/** Books in a currency: goods of 1234 minor units received and ordered, and as much posted. */
async function openBooks(currency: string, major: string): Promise<void> {
  process.env['M_DATA'] = shop.folder;
  const { port, context, close } = await openSession(tenantOf(currency));
  const [whole = '', part = ''] = major.split('.');
  const price = BigInt(whole + part.padEnd(6, '0'));
  const at = new Date('2026-03-02T10:00:00.000Z');
  const header = { warehouse: 'MAIN', currency };
  await port(Companies).setUp({ name: 'Shop', currency }, context());
  await port(Warehouses).open({ code: 'MAIN', name: 'Main' }, context());
  const items = [{ code: 'TEA', name: 'Tea', category: 'goods' as const }];
  await port(Items).upsertMany({ items }, context());
  const parties = [{ code: 'C1', name: 'Ann', role: 'customer' as const, country: 'France' }];
  await port(Parties).upsertMany({ parties }, context());
  const lines = [{ item: 'TEA', quantity: units(1n), cost: price }];
  await port(Stock).receive({ number: 'R1', ...header, effectiveAt: at, lines }, context());
  const sold = [{ item: 'TEA', quantity: units(1n), price }];
  const order = { number: 'S1', customer: 'C1', ...header, placedAt: at, lines: sold };
  await port(Orders).place(order, context());
  const entry = {
    source: 'test',
    date: calendarDate('2026-03-02'),
    currency,
    memo: 'Goods',
    lines: [
      { account: '@cash', amount: 1234n },
      { account: '@sales', amount: -1234n },
    ],
  };
  await port(Ledger).post(entry, context());
  await close();
}

describe.each(Object.entries(currencies))('in %s 1234 minor units are %s', (currency, written) => {
  const tenant = tenantOf(currency);
  const column = async (report: string, at: number) => {
    const { code, out } = await shop.morrow(tenant, 'report', report, '--format', 'csv');
    expect(code).toBe(0);
    return parse(out)
      .slice(1)
      .map((row) => row[at]);
  };
  beforeAll(() => openBooks(currency, written));

  it('in every report', async () => {
    await shop.morrow(tenant, 'digest');
    expect(await column('trial-balance', 2)).toContain(written);
    expect(await column('general-ledger', 4)).toContain(`-${written}`);
    expect(await column('stock', 4)).toEqual([written, written]);
    expect(await column('orders', 4)).toEqual([written]);
    expect(await column('orders', 5)).toEqual([currency]);
  });

  it.each(['beancount', 'hledger'])('in the export for %s', async (form) => {
    const file = join(shop.folder, `${tenant}.${form}`);
    const answer = await shop.morrow(tenant, 'export', form, '--out', file);
    expect(answer).toEqual({ code: 0, out: '', problem: '' });
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(` ${written} ${currency}\n`);
    expect((await shop.morrow(tenant, 'export', form)).out).toBe(text);
  });

  it('and all laws hold', async () => {
    expect(await shop.morrow(tenant, 'verify')).toMatchObject({ code: 0 });
  });
});
