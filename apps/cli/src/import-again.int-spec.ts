/** Files that come after one another: the same again, one that overlaps, and the month after. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { isProtocolError } from '@morrow/contract';
import { testPostgres } from '@morrow/dev-services';
import { Imports } from '@morrow/protocol-imports';
import { Ledger } from '@morrow/protocol-ledger';
import { parse } from 'csv-parse/sync';
import { afterAll, expect, it } from 'vitest';
import { independentBooks } from './independent-books.features.ts';
import { openSession } from './session.ts';
import { openShop } from './shop.features.ts';

const sample = resolve(import.meta.dirname, '../../../deploy/samples/online-retail-2010-12.csv.gz');
const [header = '', ...lines] = gunzipSync(readFileSync(sample)).toString().split(/\r?\n/);
const tenants = ['g', 'h', 'i', 'j', 'k'].map((end) => `again${process.pid}${end}`);
const [twice = '', halves = '', torn = '', rush = '', shut = ''] = tenants;
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

/** What goods cost depends on what the file before left over; all else adds up. */
const costAccounts = new Set(['1300', '5100', '5200']);
async function bookedBeside(tenant: string, left: ReadonlySet<string>) {
  const { out } = await shop.morrow(tenant, 'report', 'trial-balance', '--format', 'csv');
  const lines = parse(out).filter(([account = '']) => /^\d/.test(account) && !left.has(account));
  const pence = (text = '') => BigInt(text.replace('.', ''));
  return new Map(
    lines.map(([account = '', , debit, credit]) => [account, pence(debit) - pence(credit)]),
  );
}
function sumOf(...files: readonly string[]) {
  const sums = new Map<string, bigint>();
  for (const file of files)
    for (const [account, amount] of Object.entries(
      independentBooks(readFileSync(file, 'utf8')).accounts,
    ))
      if (!costAccounts.has(account)) sums.set(account, (sums.get(account) ?? 0n) + amount);
  return sums;
}

it('the same file again: nothing is done, and the answer says when it was', async () => {
  const [once, again] = ['once.json', 'again.json'].map((name) => join(shop.folder, name));
  await shop.morrow(twice, 'import', 'retail', first, '--report', `${once}`);
  const digest = await shop.morrow(twice, 'digest');
  const { code, out } = await shop.morrow(twice, 'import', 'retail', first, '--report', `${again}`);
  expect({ code, first: out.split('\n')[0] }).toMatchObject({
    code: 0,
    first: expect.stringMatching(/^The file was already imported \(.* UTC\); nothing was done/),
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
      `The file overlaps with first.csv, which was imported (${countOf(first)} lines from`,
      '2010-12-01 08:26 to 2010-12-01 17:35). Import a file that contains only lines before or',
      'after it.',
    ].join(' '),
  });
  expect(await shop.morrow(halves, 'digest')).toEqual(digest);
  expect(await shop.morrow(halves, 'import', 'retail', second)).toMatchObject({
    code: 0,
    problem: '',
  });
  expect(await bookedBeside(halves, costAccounts)).toEqual(sumOf(first, second));
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
      'The file overlaps with online-retail-2010-12.csv.gz, whose import was started but not',
      'finished (42481 lines from 2010-12-01 08:26 to 2010-12-23 17:41). Import that file again,',
      'or abandon its import.',
    ].join(' '),
  });
});

it('an import that was broken off is listed, and once it is abandoned others come in', async () => {
  const listed = async () => (await shop.morrow(torn, 'import', 'list', '--format', 'csv')).out;
  expect(await listed()).toMatch(/,online-retail-2010-12\.csv\.gz,running,/);
  const abandoned = await shop.morrow(torn, 'import', 'abandon', sample, '--note', 'Too much');
  expect(abandoned).toMatchObject({
    code: 0,
    out: expect.stringMatching(
      new RegExp(
        '^The import of online-retail-2010-12\\.csv\\.gz is abandoned\\. ' +
          '(It booked .*; that stays in the books|What it booked before is not recorded)\\.\n$',
      ),
    ),
  });
  expect(await listed()).toMatch(/,online-retail-2010-12\.csv\.gz,abandoned,.*,Too much\n/);
  expect(await shop.morrow(torn, 'import', 'abandon', 'nothing.csv')).toMatchObject({
    code: 1,
    problem: 'There is no import of nothing.csv: see `morrow import list`.',
  });
  const third = fileOfDays('third.csv', '23');
  expect((await shop.morrow(torn, 'import', 'retail', third)).problem).toBe('');
});

it('of files that overlap and are begun at once, one comes in', async () => {
  process.env['M_DATA'] = shop.folder;
  const { port, context, close } = await openSession(rush);
  const begin = (kind: string, n: number, day: number) => {
    const at = new Date(Date.UTC(2026, 2, day));
    const extent = { firstAt: at, lastAt: at, lines: 1 };
    const run = { kind, file: `${n}.csv`, fingerprint: `${kind} ${n} ${day}`, extent };
    return port(Imports)
      .begin(run, context())
      .then(
        ({ status }) => status as string,
        (error: unknown) => (isProtocolError(error) ? error.code : String(error)),
      );
  };
  const some = [1, 2, 3, 4];
  // connections are open after the first round, so that those after it meet
  for (const kind of ['round 1', 'round 2', 'round 3', 'round 4', 'round 5']) {
    const same = await Promise.all(some.map((n) => begin(kind, n, 0)));
    expect(same.toSorted()).toEqual([...Array(3).fill('overlapsUnfinished'), 'running']);
    const apart = await Promise.all(some.map((n) => begin(kind, n, n)));
    expect(apart).toEqual(Array(4).fill('running'));
  }
  await close();
});

it('a file with lines in a locked month books nothing, and comes in once it is open', async () => {
  await shop.morrow(shut, 'import', 'retail', first);
  process.env['M_DATA'] = shop.folder;
  const { port, context, close } = await openSession(shut);
  const december = { period: '2010-12' };
  await port(Ledger).lockPeriod(december, context());
  const before = await shop.morrow(shut, 'digest');
  expect(await shop.morrow(shut, 'import', 'retail', second)).toEqual({
    code: 1,
    out: '',
    problem:
      'The file has lines in 2010-12, and this month is locked; nothing was imported. ' +
      'Unlock it, or import a file without those lines.',
  });
  expect(await shop.morrow(shut, 'digest')).toEqual(before);
  await port(Ledger).unlockPeriod(december, context());
  await close();
  expect((await shop.morrow(shut, 'import', 'retail', second)).problem).toBe('');
  expect((await numbers(shut)).length).toBe(invoicesIn(first).length + invoicesIn(second).length);
  expect(await shop.morrow(shut, 'verify')).toEqual(allLawsHold);
}, 120_000);
