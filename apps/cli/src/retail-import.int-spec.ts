/** The command line brings a month of a real shop in; books, stock and exports say what it says. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { testPostgres } from '@morrow/dev-services';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { independentBooks } from './independent-books.features.ts';
import { openShop } from './shop.features.ts';

const sample = resolve(import.meta.dirname, '../../../deploy/samples/online-retail-2010-12.csv.gz');
const csv = gunzipSync(readFileSync(sample)).toString();
const expected = independentBooks(csv);
const tenant = (end: string) => `cli${process.pid}${end}`;
const [whole, broken, odd] = [tenant('a'), tenant('b'), tenant('c')];
const shop = await openShop(await testPostgres(), [whole, broken, odd]);
afterAll(() => shop.close());
const morrow = (...args: readonly string[]) => shop.morrow(whole, ...args);
const reportFile = join(shop.folder, 'report.json');
const isSoak = process.env['M_SOAK'] === '1';
const allLawsHold = { code: 0, out: 'All laws hold.\n', problem: '' };
const oddReport = join(shop.folder, 'odd.json');

interface TrialBalance {
  readonly currency: string;
  readonly lines: readonly { account: string; name: string; debit: string; credit: string }[];
  readonly total: { debit: string; credit: string };
}
const pence = (text: string) => BigInt(text.replace('.', ''));
const balancesIn = ({ lines }: TrialBalance) =>
  Object.fromEntries(
    lines
      .map(({ account, debit, credit }) => [account, pence(debit) - pence(credit)] as const)
      .filter(([, amount]) => amount !== 0n),
  );
const balanceAsJson = ['report', 'trial-balance', '--format', 'json'];
const trialBalance = async () => JSON.parse((await morrow(...balanceAsJson)).out) as TrialBalance;

beforeAll(async () => {
  const imported = await morrow('import', 'retail', 'sample', '--report', reportFile);
  expect(imported).toMatchObject({ code: 0, problem: '' });
}, 240_000);

describe('after the import', () => {
  it('the report accounts for every line, to the penny', () => {
    const report = JSON.parse(readFileSync(reportFile, 'utf8')) as Record<string, unknown>;
    expect(report).toMatchObject({
      lines: 42_481,
      posted: { lines: 42_481, amount: '748957.02' },
      refused: { lines: 0, amount: '0', reasons: [] },
      returns: { matched: 289, partMatched: 2, unmatched: 437 },
    });
  });

  it('the trial balance is what the rows add up to, cost of goods and stock too', async () => {
    const balance = await trialBalance();
    expect(balancesIn(balance)).toEqual(expected.accounts);
    expect([balance.currency, balance.total.debit]).toEqual(['GBP', balance.total.credit]);
  });

  it('the stock report names what lies there of each item, at the value in the books', async () => {
    const { out } = await morrow('report', 'stock', '--format', 'json');
    const { lines, value } = JSON.parse(out) as {
      lines: { item: string; onHand: string }[];
      value: string;
    };
    const onHand = new Map(lines.map((line) => [line.item, BigInt(line.onHand)]));
    expect([...onHand].toSorted()).toEqual([...expected.onHand].toSorted());
    expect(pence(value)).toBe(expected.accounts['1300']);
  });

  it('every order of the file stands shipped under the number of its invoice', async () => {
    const rows = parse((await morrow('report', 'orders', '--format', 'csv')).out).slice(1);
    const sold = parse(csv)
      .slice(1)
      .filter(([, , , quantity = '']) => !quantity.startsWith('-'));
    const numbers = new Set(sold.map(([invoice = '']) => invoice));
    expect(rows.map(([number = '']) => number).toSorted()).toEqual([...numbers].toSorted());
    expect(new Set(rows.map((row) => row[3]))).toEqual(new Set(['shipped']));
  });

  it('all laws hold', async () => {
    expect(await morrow('verify')).toEqual(allLawsHold);
  });

  it.each([
    ['beancount', /^ {2}\w+:(\d+)-\S+ +(-?[\d.]+) GBP$/gm],
    ['hledger', /^ {4}\w+:(\d+)-\S+ +(-?[\d.]+) GBP$/gm],
  ])('the export for %s has the balances of the books', async (form, posting) => {
    const { out } = await morrow('export', form);
    const balances = new Map<string, bigint>();
    for (const [, account = '', amount = ''] of out.matchAll(posting))
      balances.set(account, (balances.get(account) ?? 0n) + pence(amount));
    const named = [...balances].filter(([, amount]) => amount !== 0n);
    expect(Object.fromEntries(named)).toEqual(expected.accounts);
  });
});

describe('the digest', () => {
  it('is the hash of the lines that it prints', async () => {
    const lines = (await morrow('digest', '--lines')).out.split('\n').slice(0, -1);
    const hex = lines.pop();
    expect(
      createHash('sha256')
        .update(lines.map((line) => `${line}\n`).join(''))
        .digest('hex'),
    ).toBe(hex);
    expect((await morrow('digest')).out).toBe(`${hex}\n`);
  });

  it('stays the same when the file is imported again, and so does the report', async () => {
    const [before, report] = [await morrow('digest'), readFileSync(reportFile, 'utf8')];
    expect(await morrow('import', 'retail', 'sample', '--report', reportFile)).toMatchObject({
      code: 0,
    });
    expect(await morrow('digest')).toEqual(before);
    expect(readFileSync(reportFile, 'utf8')).toBe(report);
  }, 240_000);

  // the gate kills imports at every commit in `kill.int-spec.ts`
  it.runIf(isSoak)(
    'is the same after an import that was killed and run again',
    async () => {
      const someOrders = async () => {
        for (let orders = 0; orders < 3;)
          orders = (await shop.morrow(broken, 'report', 'orders', '--format', 'csv')).out.split(
            '\n',
          ).length;
      };
      await shop.killed(broken, someOrders, 'import', 'retail', sample);
      const again = await shop.morrow(broken, 'import', 'retail', sample);
      expect(again).toMatchObject({ code: 0, problem: '' });
      expect(await shop.morrow(broken, 'digest')).toEqual(await morrow('digest'));
    },
    240_000,
  );
});

it('Odd lines are booked, or refused one by one with reason and amount', async () => {
  const file = join(shop.folder, 'odd.csv');
  const name = `a${'\u{1F600}'.repeat(200)}`;
  const rows = [
    csv.slice(0, csv.indexOf('\n')).trim(),
    `1,85123A,${name},6,2010-12-01 08:26,2.555,17850,${name}`,
    `1,85123A,${name},6,2010-12-01 08:26,2.555,17850,${name}`,
    '1,85123A,OLD,1,0001-01-01 00:00,1,17850,Spain',
    '2,71053,HUGE,9999999,2010-12-01 08:28,999999.999,17850,Spain',
    'A3,B,Adjust bad debt,1,2010-12-02 08:28,11062.065,,Spain',
    'A4,B,Adjust bad debt,1,2010-12-02 08:28,-11062.06,,Spain',
    '5,85123A,"lost ""café""",-1,2010-12-02 08:30,0,,Spain',
    `C6,85123A,${name},-20,2010-12-02 08:30,2.555,17850,${name}`,
    '1,84029G,AGAIN,2,2010-12-03 08:30,0,,Spain',
    '7,84029G,BELOW ZERO,2,2010-12-03 08:30,-3.5,,Spain',
  ];
  writeFileSync(file, rows.join('\n'));
  const imported = await shop.morrow(odd, 'import', 'retail', file, '--report', oddReport);
  expect(imported).toMatchObject({ code: 2, problem: '' });
  const [, listed = ''] = /The refused lines are listed in (.+)\n/.exec(imported.out) ?? [];
  expect(readFileSync(listed, 'utf8').split('\n')).toEqual([
    'line,column,value,reason,amount',
    '4,InvoiceDate,0001-01-01 00:00,Not a date: 0001-01-01 00:00,1',
    expect.stringMatching(/^11,UnitPrice,'?-3\.5,Goods have no price below zero,'?-7$/),
    '',
  ]);
  expect(statSync(listed).mode & 0o077).toBe(0);
  expect(JSON.parse(readFileSync(oddReport, 'utf8'))).toMatchObject({
    lines: 10,
    posted: { lines: 8, amount: '9999998989979.566' },
    refused: {
      lines: 2,
      amount: '-6',
      reasons: [
        { line: 4, reason: 'Not a date: 0001-01-01 00:00', amount: '1' },
        { line: 11, reason: 'Goods have no price below zero', amount: '-7' },
      ],
    },
    returns: { matched: 0, partMatched: 1, unmatched: 0 },
  });
  expect(await shop.morrow(odd, 'verify')).toEqual({
    code: 0,
    out: 'All laws hold.\n',
    problem: '',
  });
}, 240_000);

it('The next month comes in after it, with an opening stock of its own', async () => {
  const file = join(shop.folder, 'next.csv');
  const rows = [
    csv.slice(0, csv.indexOf('\n')).trim(),
    '8,85123A,WHITE HANGING HEART,7,2011-01-04 08:26,2.5,17850,Spain',
    'C9,85123A,WHITE HANGING HEART,-3,2011-01-04 09:26,2.5,17850,Spain',
  ];
  writeFileSync(file, rows.join('\n'));
  const opening = async () =>
    (JSON.parse((await shop.morrow(odd, ...balanceAsJson)).out) as TrialBalance).lines.find(
      ({ account }) => account === '3100',
    )?.credit ?? '0';
  const before = await opening();
  const imported = await shop.morrow(odd, 'import', 'retail', file);
  expect(imported).toMatchObject({ code: 0, problem: '' });
  // 7 of them at 60 % of 2.50
  expect(pence(await opening()) - pence(before)).toBe(1050n);
  expect(await shop.morrow(odd, 'verify')).toEqual(allLawsHold);
}, 240_000);

it('Where no server runs the command line opens the data itself: the books are the same', async () => {
  const before = await trialBalance();
  await shop.stopServer();
  expect(await trialBalance()).toEqual(before);
});
