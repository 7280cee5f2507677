/** A document is found by its number from the command line, which says where it has looked. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { units } from '@morrow/kernel';
import { testPostgres } from '@morrow/dev-services';
import { Companies } from '@morrow/protocol-companies';
import { Items } from '@morrow/protocol-items';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSession } from './session.ts';
import { openShop } from './shop.features.ts';

const program = resolve(import.meta.dirname, 'main.ts');
const tenant = `find${process.pid}`;
const shop = await openShop(await testPostgres(), [tenant]);
afterAll(() => shop.close());

beforeAll(async () => {
  process.env['M_DATA'] = shop.folder;
  const { port, context, close } = await openSession(tenant);
  await port(Companies).setUp({ name: 'Shop', currency: 'GBP' }, context());
  await port(Warehouses).open({ code: 'MAIN', name: 'Main' }, context());
  const item = { code: 'KÄSE', name: 'Käse', category: 'goods' as const };
  await port(Items).upsertMany({ items: [item] }, context());
  const effectiveAt = new Date('2026-03-02T10:00:00.000Z');
  const lines = [{ item: 'KÄSE', quantity: units(2), cost: 1_000_000n }];
  const header = { number: 'GR-1', currency: 'GBP', warehouse: 'MAIN', effectiveAt };
  await port(Stock).receive({ ...header, lines }, context());
  await close();
});

it('a goods receipt and an item are found by what people call them', async () => {
  const receipt = await shop.morrow(tenant, 'find', 'GR-1');
  expect(receipt).toMatchObject({ code: 0, problem: '' });
  expect(receipt.out).toMatch(/^Stock document GR-1: posted \(wms [0-9a-f-]{36}\)\n/);
  expect(receipt.out).toContain('\n  Warehouse: MAIN\n');
  const item = await shop.morrow(tenant, 'find', 'KA\u0308SE', '--json');
  expect(JSON.parse(item.out) as unknown).toMatchObject([
    { domain: 'masters', documentType: 'item' },
  ]);
});

it('a number that nothing has is said, and ends with 1', async () => {
  const out = 'Nothing has the number or code SO-404.\n';
  expect(await shop.morrow(tenant, 'find', 'SO-404')).toEqual({ code: 1, out, problem: '' });
});

it('a command says which server and data it uses, unless it is to be quiet', () => {
  const args = ['--conditions=@morrow/source', program, '--tenant', tenant, 'find', 'GR-1'];
  const env = { ...process.env, M_DATA: shop.folder };
  const said = (...more: string[]) =>
    spawnSync(process.execPath, [...args, ...more], { encoding: 'utf8', env }).stderr;
  const [server, ...rest] = said().trim().split('; ');
  expect(server).toMatch(/^\[morrow\] server http:\/\/127\.0\.0\.1:\d+$/);
  expect(rest).toEqual([`tenant ${tenant}`, `data ${shop.folder}`]);
  expect(said('--quiet')).toBe('');
});
