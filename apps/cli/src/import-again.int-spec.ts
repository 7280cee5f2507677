/** Files that come after one another: the same again, one that overlaps, and the month after. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { testPostgres } from '@morrow/dev-services';
import { parse } from 'csv-parse/sync';
import { afterAll, expect, it } from 'vitest';
import { openShop } from './shop.features.ts';

const sample = resolve(import.meta.dirname, '../../../deploy/samples/online-retail-2010-12.csv.gz');
const [header = '', ...lines] = gunzipSync(readFileSync(sample)).toString().split(/\r?\n/);
const tenants = ['g', 'h', 'i'].map((end) => `again${process.pid}${end}`);
const [twice = '', halves = '', torn = ''] = tenants;
const shop = await openShop(await testPostgres(), tenants);
afterAll(() => shop.close());

/** The lines of one day of December, as a file of its own. */
function fileOfDays(name: string, ...days: readonly string[]): string {
  const file = join(shop.folder, name);
  const own = lines.filter((line) => days.some((day) => line.includes(`,2010-12-${day} `)));
  writeFileSync(file, [header, ...own, ''].join('\n'));
  return file;
}
const first = fileOfDays('first.csv', '01');
const second = fileOfDays('second.csv', '02');
const both = fileOfDays('both.csv', '01', '02');
const countOf = (file: string) => readFileSync(file, 'utf8').trim().split('\n').length - 1;
const numbers = async (tenant: string) =>
  parse((await shop.morrow(tenant, 'report', 'orders', '--format', 'csv')).out)
    .slice(1)
    .map(([number = '']) => number);
const invoicesIn = (file: string) => [
  ...new Set(
    parse(readFileSync(file, 'utf8'))
      .slice(1)
      .filter(([, , , quantity = '']) => !quantity.startsWith('-'))
      .map(([invoice = '']) => invoice),
  ),
];
const allLawsHold = { code: 0, out: 'All laws hold.\n', problem: '' };

it('the same file again: nothing is done, and the answer says when it was', async () => {
  const [once, again] = ['once.json', 'again.json'].map((name) => join(shop.folder, name));
  await shop.morrow(twice, 'import', 'retail', first, '--report', `${once}`);
  const digest = await shop.morrow(twice, 'digest');
  const { code, out } = await shop.morrow(twice, 'import', 'retail', first, '--report', `${again}`);
  expect({ code, first: out.split('\n')[0] }).toMatchObject({
    code: 0,
    first: expect.stringMatching(/^The file was imported already \(.* UTC\): nothing was done/),
  });
  expect(readFileSync(`${again}`, 'utf8')).toBe(readFileSync(`${once}`, 'utf8'));
  expect(await shop.morrow(twice, 'digest')).toEqual(digest);
});

it('a file that overlaps is refused before anything is booked; the next day comes in', async () => {
  expect(await shop.morrow(halves, 'import', 'retail', first)).toMatchObject({ code: 0 });
  const digest = await shop.morrow(halves, 'digest');
  expect(await shop.morrow(halves, 'import', 'retail', both)).toEqual({
    code: 1,
    out: '',
    problem: [
      `The file overlaps with first.csv, which is imported (${countOf(first)} lines from`,
      '2010-12-01 08:26 to 2010-12-01 17:35): import a file that holds only what lies before',
      'or after.',
    ].join(' '),
  });
  expect(await shop.morrow(halves, 'digest')).toEqual(digest);
  expect(await shop.morrow(halves, 'import', 'retail', second)).toMatchObject({
    code: 0,
    problem: '',
  });
  const { out } = await shop.morrow(halves, 'report', 'trial-balance', '--format', 'csv');
  const accounts = parse(out).map(([account = '']) => account);
  // both openings stand against equity: nothing received is left without its counterpart
  expect([accounts.includes('3100'), accounts.includes('2100')]).toEqual([true, false]);
  expect((await numbers(halves)).toSorted()).toEqual(invoicesIn(both).toSorted());
  expect(await shop.morrow(halves, 'verify')).toEqual(allLawsHold);
});

it('a file whose import was broken off stands in the way until it is whole', async () => {
  const someOrders = async () => {
    while (!(await numbers(torn)).length);
  };
  await shop.killed(torn, someOrders, 'import', 'retail', sample);
  expect(await shop.morrow(torn, 'import', 'retail', second)).toMatchObject({
    code: 1,
    problem: [
      'The file overlaps with online-retail-2010-12.csv.gz, whose import was begun and not',
      'finished (42481 lines from 2010-12-01 08:26 to 2010-12-23 17:41): import that file again',
      'first.',
    ].join(' '),
  });
});
