/** Writes the journal as beancount and hledger read it, so that third-party tools can check the
 * books. */
import { formatMinor } from '@morrow/kernel';
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

/** Entries in any order; read one at a time. */
export type Entries = AsyncIterable<JournalEntry> | Iterable<JournalEntry>;

function postings(
  { lines, currency }: JournalEntry,
  names: ReadonlyMap<string, string>,
  indent: string,
): string {
  const written = lines.map(({ account, amount }) => {
    const name = (names.get(account) ?? account).padEnd(44);
    return `${indent}${name}  ${formatMinor(amount, currency)} ${currency}\n`;
  });
  return written.join('');
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

/** A beancount file in pieces: every transaction in the order given, then the accounts, opened on
 * the day of the earliest: the tool itself sorts by day. */
export async function* beancountText(
  accounts: readonly Account[],
  entries: Entries,
): AsyncIterable<string> {
  const names = namesOf(accounts);
  let first: string | undefined;
  yield 'option "title" "Morrow"\n\n';
  for await (const entry of entries) {
    if (first === undefined || entry.date < first) first = entry.date;
    yield `${entry.date} * "${text(entry.memo)}"\n${postings(entry, names, '  ')}\n`;
  }
  for (const { code, isPostable } of accounts)
    if (isPostable) yield `${first ?? '1970-01-01'} open ${names.get(code)}\n`;
}

/** An hledger journal in pieces: accounts declared, then every transaction in the order given. */
export async function* hledgerText(
  accounts: readonly Account[],
  entries: Entries,
): AsyncIterable<string> {
  const names = namesOf(accounts);
  // of three decimals the point might be taken for that of thousands
  yield 'decimal-mark .\n\n';
  for (const { code, isPostable } of accounts) if (isPostable) yield `account ${names.get(code)}\n`;
  for await (const entry of entries)
    yield `\n${entry.date} * ${text(entry.memo)}\n${postings(entry, names, '    ')}`;
}
