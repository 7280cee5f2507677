/** Stock below zero is listed: a count or an import may lead there, a person's adjustment may
 * not. */
import { testPostgres } from '@morrow/dev-services';
import { units } from '@morrow/kernel';
import { Companies } from '@morrow/protocol-companies';
import { Items } from '@morrow/protocol-items';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import { afterAll, expect, it } from 'vitest';
import { openSession } from './session.ts';
import { openShop } from './shop.features.ts';

const tenant = `negative${process.pid}`;
const shop = await openShop(await testPostgres(), [tenant]);
afterAll(() => shop.close());

it('lists what is below zero, and nothing else', async () => {
  process.env['M_DATA'] = shop.folder;
  const { port, context, close } = await openSession(tenant);
  await port(Companies).setUp({ name: 'Shop', currency: 'GBP' }, context());
  await port(Warehouses).open({ code: 'MAIN', name: 'Main' }, context());
  const items = ['JAM', 'TEA'].map((code) => ({ code, name: code, category: 'goods' as const }));
  await port(Items).upsertMany({ items }, context());
  const effectiveAt = new Date('2026-03-02T10:00:00.000Z');
  const header = { warehouse: 'MAIN', currency: 'GBP', effectiveAt };
  const received = [{ item: 'TEA', quantity: units(1), cost: 1_000_000n }];
  await port(Stock).receive({ ...header, number: 'R1', lines: received }, context());
  const lost = [{ item: 'JAM', quantity: units(-2) }];
  const count = { ...header, number: 'A1', reason: 'Counted', lines: lost };
  await port(Stock).adjust({ ...count, origin: 'count' }, context());
  await close();
  const report = async (...options: readonly string[]) => {
    const { out } = await shop.morrow(tenant, 'report', 'stock', '--format', 'csv', ...options);
    return out.trim().split('\n').slice(1, -1);
  };
  expect(await report()).toHaveLength(2);
  expect(await report('--negative')).toEqual(['JAM,MAIN,-2,0,0.00']);
  const { code, problem } = await shop.morrow(tenant, 'report', 'orders', '--negative');
  expect([code, problem]).toEqual([2, expect.stringContaining('--negative')]);
});
