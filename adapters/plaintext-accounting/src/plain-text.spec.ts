/** The journal as plain text: read back by a reader of our own, and by beancount and hledger where
 * they are installed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Account } from '@morrow/protocol-ledger';
import { describe, expect, it } from 'vitest';
import { beancountText, hledgerText, type JournalEntry } from './index.ts';

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

describe.each(forms)('the journal for %s', (_name, textOf, declaration) => {
  const text = textOf(chart, journal);
  const declared = text.split('\n').flatMap((line) => declaration.exec(line)?.[1] ?? []);

  it('declares each postable account once, under a name that is legal', () => {
    expect(declared.filter((name) => !legal.test(name))).toEqual([]);
    expect(new Set(declared).size).toBe(postable.length);
  });

  it('posts to declared accounts only, and to the same balances', () => {
    const balances = balancesIn(text);
    expect([...balances.keys()].filter((name) => !declared.includes(name))).toEqual([]);
    expect(amounts(balances)).toEqual(amounts(balancesOf(journal)));
  });

  it('tells each entry in one line, the oldest first', () => {
    const dates = text.split('\n').flatMap((line) => /^(\S+) \*/.exec(line)?.[1] ?? []);
    expect(dates).toEqual(['2010-11-30', '2010-12-01', '2010-12-02']);
  });

  it('Holds the balances of any journal, to the last digit', () => {
    const line = fc.tuple(
      fc.constantFrom(...postable),
      fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }),
    );
    fc.assert(
      fc.property(fc.array(fc.array(line, { minLength: 1, maxLength: 5 })), (drafts) => {
        const entries = drafts.map((lines) => entry('2010-12-01', 'any', ...lines));
        const read = balancesIn(textOf(chart, entries));
        expect(amounts(read)).toEqual(amounts(balancesOf(entries)));
      }),
    );
  });

  it('is well-formed for books without an entry', () => {
    expect(balancesIn(textOf(chart, [])).size).toBe(0);
  });
});

/** Runs a tool on a journal; `undefined` where it is not installed. */
function judge(tool: string, args: (file: string) => readonly string[], text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-journal-'));
  try {
    const file = join(folder, 'journal.txt');
    writeFileSync(file, text);
    const env = { ...process.env, LC_ALL: 'C.UTF-8' };
    const { status, stdout, stderr, error } = spawnSync(tool, args(file), {
      encoding: 'utf8',
      env,
    });
    return error ? undefined : { status, said: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('third-party tools', () => {
  it.each([
    ['bean-check', (file: string) => [file], beancountText(chart, journal)],
    ['hledger', (file: string) => ['-f', file, 'check', 'accounts'], hledgerText(chart, journal)],
  ])('%s accepts the journal where it is installed', (tool, args, text) => {
    const judged = judge(tool, args, text);
    if (!judged)
      console.log(`${tool} is not installed: the journal was read by our own reader only`);
    expect(judged ?? { status: 0, said: '' }).toEqual({ status: 0, said: '' });
  });

  it('hledger finds the same balances where it is installed', () => {
    const args = (file: string) => ['-f', file, 'balance', '--flat', '-E', '-N', '-O', 'csv'];
    const judged = judge('hledger', args, hledgerText(chart, journal));
    if (!judged)
      console.log('hledger is not installed: balances were added up by our own reader only');
    const found = judged?.said.matchAll(/^"[^"]+","(-?)(\d+)\.(\d\d) GBP"$/gm);
    const values = [...(found ?? [])].map(([, sign, pounds, pence]) =>
      BigInt(`${sign}${pounds}${pence}`),
    );
    const expected = amounts(balancesOf(journal));
    expect(judged ? values.toSorted((a, b) => Number(a - b)) : expected).toEqual(expected);
  });
});
