/** Tenants are added, listed, removed with a copy and restored from the command line. */
import { testPostgres } from '@morrow/dev-services';
import { afterAll, expect, it } from 'vitest';
import { openShop } from './shop.features.ts';

const first = `ten${process.pid}`;
const name = `${first}b`;
const shop = await openShop(await testPostgres(), [first]);
afterAll(() => shop.close());
const tenant = (...args: readonly string[]) => shop.morrow(first, 'tenant', ...args);
const listed = async () => {
  const { out } = await tenant('list', '--format', 'json');
  return JSON.parse(out) as { name: string; since?: string; bytes: number; databases: string[] }[];
};

it('adds, lists, removes and restores', async () => {
  expect(await tenant('add', name)).toMatchObject({
    out: `The tenant ${name} is ready.\n`,
    code: 0,
  });
  expect(await listed()).toEqual([
    { name: first, bytes: expect.any(Number), databases: [`morrow_${first}`] },
    {
      name,
      since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      bytes: expect.any(Number),
      databases: [`morrow_${name}`],
    },
  ]);
  const removed = await tenant('remove', name, '--yes');
  expect(removed.code).toBe(0);
  const [, database, copy = ''] =
    /is removed\. Its data is kept in (\S+)\.\nTo restore it: .* --from (\d{14})\n$/.exec(
      removed.out,
    ) ?? [];
  expect(database).toBe(`morrow_${name}_${copy}`);
  expect((await listed()).map((each) => each.name)).toEqual([first]);
  expect(await tenant('remove', name, '--yes')).toMatchObject({
    code: 1,
    problem: expect.stringContaining(`There is no tenant ${name}.`),
  });
  expect(await tenant('remove', first, '--yes')).toMatchObject({
    code: 1,
    problem: expect.stringContaining(`${first} is the only tenant, and one has to remain.`),
  });
  expect(await tenant('add', name, '--from', '20000101000000')).toMatchObject({
    code: 1,
    problem: expect.stringContaining(`There is no copy 20000101000000 of the tenant ${name}.`),
  });
  expect(await tenant('add', name, '--from', copy)).toMatchObject({ code: 0 });
  expect((await listed()).map((each) => each.name)).toEqual([first, name]);
  expect(await tenant('remove', 'nobody', '--yes')).toMatchObject({
    code: 1,
    problem: expect.stringContaining('There is no tenant nobody.'),
  });
  expect(await tenant('add', 'No Body')).toMatchObject({
    code: 1,
    problem: expect.stringContaining('A tenant name has only lower-case letters and digits'),
  });
}, 240_000);
