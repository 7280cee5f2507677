/** What is stored never commands the terminal or the spreadsheet of whoever reads it. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { testPostgres } from '@morrow/dev-services';
import { Parties } from '@morrow/protocol-parties';
import { Warehouses } from '@morrow/protocol-warehouses';
import { afterAll, expect, it } from 'vitest';
import { openSession } from './session.ts';
import { openShop } from './shop.features.ts';

const tenant = `plain${process.pid}`;
const shop = await openShop(await testPostgres(), [tenant]);
afterAll(() => shop.close());
process.env['M_DATA'] = shop.folder;
const { port, context } = await openSession(tenant);
/** Whatever moves a cursor, changes a colour or turns the direction of reading around. */
const commands = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

it('no command is left in what any command of ours prints', async () => {
  const hostile = '\u001b]0;owned\u0007\u001b[2J\u202egpj\u009b31m\rover';
  const name = hostile.slice(0, 40);
  await port(Parties).upsertMany(
    { parties: [{ code: 'EVIL', name, role: 'customer', country: 'GB' }] },
    context(),
  );
  await port(Warehouses).open({ code: 'MAIN', name }, context());
  const digest = await shop.morrow(tenant, 'digest', '--lines');
  expect(digest.code).toBe(0);
  for (const args of [
    ['report', 'orders'],
    ['report', hostile],
    ['approve', hostile],
    ['workflow', 'lint', hostile],
    ['import', 'retail', hostile],
  ]) {
    const { out, problem } = await shop.morrow(tenant, ...args);
    expect(out + problem).not.toBe('');
    expect(out + problem).not.toMatch(commands);
  }
  expect(digest.out).not.toMatch(commands);
});

it('an argument that is not UTF-8 text is refused', () => {
  const program = resolve(import.meta.dirname, 'main.ts');
  const node = `'${process.execPath}' --conditions=@morrow/source '${program}'`;
  const run = spawnSync('sh', ['-c', `${node} approve "$(printf 'caf\\351')"`], {
    encoding: 'utf8',
    env: { ...process.env, M_DATA: shop.folder },
  });
  expect([run.status, run.stderr.trim()]).toEqual([1, 'Argument 2 is not UTF-8 text.']);
});
