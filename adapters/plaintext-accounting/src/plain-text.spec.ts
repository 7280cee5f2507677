/** The journal as plain text: read back by a reader of our own, and by beancount and hledger where
 * they are installed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Account } from '@morrow/protocol-ledger';
import { describe, expect, it } from 'vitest';
import { beancountText, hledgerText, type Entries, type JournalEntry } from './index.ts';

const account = (
  code: string,
  name: string,
  kind: Account['kind'],
  isPostable = true,
): Account => ({ code, name, kind, isPostable });
const chart = [
  account('1000', 'Assets', 'asset', false),
  account('1300', 'Inventory', 'asset'),
  account('2100', 'Goods received, not invoiced', 'liability'),
  account('3100', 'Opening balances', 'equity'),
  account('4100', 'Sales "of" goods; and more', 'income'),
  account('cash.1', 'Petty  cash', 'asset'),
  account('cash-1', 'Petty cash', 'asset'),
  account('5100', 'Übriges', 'expense'),
];
const postable = chart.filter(({ isPostable }) => isPostable).map(({ code }) => code);
const entry = (
  date: string,
  memo: string,
  ...lines: readonly [string, bigint][]
): JournalEntry => ({
  entryId: '0196b0a4-0000-7000-8000-000000000001' as JournalEntry['entryId'],
  source: memo,
  date: date as JournalEntry['date'],
  currency: 'GBP',
  memo,
  lines: lines.map(([code, amount]) => ({ account: code, amount })),
});
const journal = [
  entry('2010-12-02', 'Sale 536365; "quoted" | \\ x', ['4100', -1n], ['cash.1', 1n]),
  entry('2010-11-30', '(Opening) stock\r\n2010-12-01 open', ['1300', 12_345_678_905n], ['3100', -12_345_678_905n]),
  entry('2010-12-01', '', ['5100', 50n], ['cash-1', -150n], ['2100', 100n]),
]; // prettier-ignore

type Form = typeof beancountText;
async function textOf(form: Form, entries: Entries): Promise<string> {
  let whole = '';
  for await (const piece of form(chart, entries)) whole += piece;
  return whole;
}

const posting = /^ {2,}(\S+) {2,}(-?)(\d+)\.(\d\d) GBP$/;
/** Minor units by account name, as the text says. */
function balancesIn(text: string): Map<string, bigint> {
  const balances = new Map<string, bigint>();
  for (const line of text.split('\n')) {
    const [, name, sign, pounds, pence] = posting.exec(line) ?? [];
    if (name === undefined) continue;
    const amount = BigInt(`${sign}${pounds}${pence}`);
    balances.set(name, (balances.get(name) ?? 0n) + amount);
  }
  return balances;
}
function balancesOf(entries: readonly JournalEntry[]): Map<string, bigint> {
  const balances = new Map<string, bigint>();
  for (const { lines } of entries)
    for (const line of lines)
      balances.set(line.account, (balances.get(line.account) ?? 0n) + line.amount);
  return balances;
}
const amounts = (balances: ReadonlyMap<string, bigint>) =>
  [...balances.values()].toSorted((a, b) => Number(a - b));

const legal = /^(Assets|Liabilities|Equity|Income|Expenses):[A-Z0-9][A-Za-z0-9-]*$/;
const forms = [
  ['beancount', beancountText, /^\d{4}-\d\d-\d\d open (.*)$/],
  ['hledger', hledgerText, /^account (.*)$/],
] as const;

describe.each(forms)('the journal for %s', (_name, form, declaration) => {
  const declaredIn = (text: string) =>
    text.split('\n').flatMap((line) => declaration.exec(line)?.[1] ?? []);

  it('declares each postable account once, under a name that is legal', async () => {
    const declared = declaredIn(await textOf(form, journal));
    expect(declared.filter((name) => !legal.test(name))).toEqual([]);
    expect(new Set(declared).size).toBe(postable.length);
    expect(declared).toHaveLength(postable.length);
  });

  it('posts to declared accounts only, and to the same balances', async () => {
    const text = await textOf(form, journal);
    const [declared, balances] = [declaredIn(text), balancesIn(text)];
    expect([...balances.keys()].filter((name) => !declared.includes(name))).toEqual([]);
    expect(amounts(balances)).toEqual(amounts(balancesOf(journal)));
  });

  it('tells each entry in one line, in the order given', async () => {
    const text = await textOf(form, journal);
    const dates = text.split('\n').flatMap((line) => /^(\S+) \*/.exec(line)?.[1] ?? []);
    expect(dates).toEqual(['2010-12-02', '2010-11-30', '2010-12-01']);
  });

  it('holds the balances of any journal, to the last digit', async () => {
    const line = fc.tuple(
      fc.constantFrom(...postable),
      fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }),
    );
    const drafts = fc.array(fc.array(line, { minLength: 1, maxLength: 5 }));
    await fc.assert(
      fc.asyncProperty(drafts, async (all) => {
        const entries = all.map((lines) => entry('2010-12-01', 'any', ...lines));
        const read = balancesIn(await textOf(form, entries));
        expect(amounts(read)).toEqual(amounts(balancesOf(entries)));
      }),
    );
  });

  it('is well-formed for books without an entry', async () => {
    expect(balancesIn(await textOf(form, [])).size).toBe(0);
  });

  it.each([
    ['JPY', '1234'],
    ['KWD', '1.234'],
    ['EUR', '12.34'],
  ])('writes 1234 minor units of %s as %s', async (currency, written) => {
    const sale = entry('2010-12-01', 'any', ['1300', 1234n], ['4100', -1234n]);
    const text = await textOf(form, [{ ...sale, currency }]);
    const found = [...text.matchAll(/ (\S+) [A-Z]{3}$/gm)].map(([, amount]) => amount);
    expect(found).toEqual([written, `-${written}`]);
  });

  it('is given piece by piece: nothing is read ahead of what was taken', async () => {
    let read = 0;
    const endless = async function* () {
      for (;;) {
        read++;
        yield entry('2010-12-01', `entry ${read}`, ['1300', 1n], ['4100', -1n]);
      }
    };
    for await (const piece of form(chart, endless())) if (/entry 1000\b/.test(piece)) break;
    expect(read).toBe(1000);
  });
});

/** Runs a tool on a journal, which it reads from a file. */
function judge(tool: string, args: (file: string) => readonly string[], text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-journal-'));
  try {
    const file = join(folder, 'journal.txt');
    writeFileSync(file, text);
    const env = { ...process.env, LC_ALL: 'C.UTF-8' };
    const { status, stdout, stderr } = spawnSync(tool, args(file), { encoding: 'utf8', env });
    return { status, said: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
const isInstalled = (tool: string): boolean => {
  const { error } = spawnSync(tool, ['--version']);
  if (error) console.log(`${tool} is not installed: the journal was read by our own reader only`);
  return !error;
};

/** Entries in currencies of two, no and three decimals. */
const [sale, opening, mixed] = journal as [JournalEntry, JournalEntry, JournalEntry];
const abroad = [sale, opening, { ...mixed, currency: 'JPY' }, { ...opening, currency: 'KWD' }];
const decimals: Readonly<Record<string, number>> = { GBP: 2, JPY: 0, KWD: 3 };
const minorIn = (amount: string, currency: string) => {
  const [whole = '', part = ''] = amount.trim().split(/[ .]+/);
  return BigInt(whole + (/^\d/.test(part) ? part : '').padEnd(decimals[currency] ?? 0, '0'));
};
/** Minor units by account and currency, as a tool says: account, currency and amount in CSV. */
const sumsIn = (said: string) =>
  said
    .replaceAll('"', '')
    .split('\n')
    .map((line) => line.split(','))
    .filter(([name = '']) => name.includes(':'))
    .map(([name = '', currency = '', amount = '']) => [
      name.trim(),
      currency,
      minorIn(amount, currency),
    ])
    .toSorted();
/** The same as our own reader has it. */
function sumsOf(text: string) {
  const sums = new Map<string, bigint>();
  for (const [, name, amount = '', currency = ''] of text.matchAll(/^ +(\S+) +(\S+) (\w+)$/gm)) {
    const key = `${name} ${currency}`;
    sums.set(key, (sums.get(key) ?? 0n) + minorIn(amount, currency));
  }
  return [...sums].map(([key, sum]) => [...key.split(' '), sum]).toSorted();
}

const query = 'select account, currency, sum(position) group by account, currency';
const bare = ['balance', '--flat', '-E', '-N', '-O', 'csv', '--layout', 'bare'];
describe.each([
  ['bean-check', beancountText, (file: string) => [file]],
  ['hledger', hledgerText, (file: string) => ['-f', file, 'check', 'accounts']],
] as const)('%s', (tool, form, args) => {
  it.skipIf(!isInstalled(tool))('accepts the journal', async () => {
    const judged = judge(tool, args, await textOf(form, abroad));
    expect(judged).toEqual({ status: 0, said: '' });
  });
});
describe.each([
  ['bean-query', beancountText, (file: string) => ['-f', 'csv', file, query]],
  ['hledger', hledgerText, (file: string) => ['-f', file, ...bare]],
] as const)('%s', (tool, form, args) => {
  it.skipIf(!isInstalled(tool))('finds the same balances', async () => {
    const text = await textOf(form, abroad);
    expect(sumsIn(judge(tool, args, text).said)).toEqual(sumsOf(text));
  });
});
