/** Writes the journal as beancount and hledger read it, so that third-party tools can check the
 * books. */
import { formatFixed, isCurrencyCode, minorUnitsOf } from '@morrow/kernel';
import type { Account, Ledger } from '@morrow/protocol-ledger';

export type JournalEntry = Awaited<ReturnType<Ledger['listEntries']>>['entries'][number];

const roots: Readonly<Record<Account['kind'], string>> = {
  asset: 'Assets',
  liability: 'Liabilities',
  equity: 'Equity',
  income: 'Income',
  expense: 'Expenses',
};
/** `Assets:1300-Inventory`: a capital or digit first, then letters, digits and hyphens, as both
 * tools ask. */
const nameOf = ({ kind, code, name }: Account): string => {
  const words = `${code} ${name}`.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return `${roots[kind]}:${words.replace(/^[a-z]/, (letter) => letter.toUpperCase())}`;
};
/** What would end the line or the text in either tool becomes a space. */
const text = (memo: string) => memo.replace(/[\p{Cc}\u2028\u2029"\\;|]/gu, ' ');
const inOrder = (entries: readonly JournalEntry[]) =>
  [...entries].sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));

function postings(
  { lines, currency }: JournalEntry,
  names: ReadonlyMap<string, string>,
  indent: string,
): string[] {
  const decimals = isCurrencyCode(currency) ? minorUnitsOf(currency) : 2;
  return lines.map(
    ({ account, amount }) =>
      `${indent}${(names.get(account) ?? account).padEnd(44)}  ${formatFixed(amount, decimals)} ${currency}`,
  );
}
/** Name by code; codes that would be written alike are told apart by a number. */
function namesOf(accounts: readonly Account[]): ReadonlyMap<string, string> {
  const codes = new Map<string, string>();
  for (const account of accounts) {
    let name = nameOf(account);
    for (let n = 2; codes.has(name); n++) name = `${nameOf(account)}-${n}`;
    codes.set(name, account.code);
  }
  return new Map([...codes].map(([name, code]) => [code, name]));
}

/** A beancount file: accounts opened on the day of the first entry, then every transaction. */
export function beancountText(
  accounts: readonly Account[],
  entries: readonly JournalEntry[],
): string {
  const names = namesOf(accounts);
  const sorted = inOrder(entries);
  const first = sorted[0]?.date ?? '1970-01-01';
  const opened = accounts
    .filter(({ isPostable }) => isPostable)
    .map(({ code }) => `${first} open ${names.get(code)}`);
  const written = sorted.map((entry) =>
    [`${entry.date} * "${text(entry.memo)}"`, ...postings(entry, names, '  ')].join('\n'),
  );
  return ['option "title" "Morrow"', ...opened, '', written.join('\n\n'), ''].join('\n');
}

/** An hledger journal: accounts declared, then every transaction. */
export function hledgerText(
  accounts: readonly Account[],
  entries: readonly JournalEntry[],
): string {
  const names = namesOf(accounts);
  const declared = accounts
    .filter(({ isPostable }) => isPostable)
    .map(({ code }) => `account ${names.get(code)}`);
  const written = inOrder(entries).map((entry) =>
    [`${entry.date} * ${text(entry.memo)}`, ...postings(entry, names, '    ')].join('\n'),
  );
  return [...declared, '', written.join('\n\n'), ''].join('\n');
}
