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
  const words = `${code} ${name}`.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  const first = words.replace(/^[a-z]/, (letter) => letter.toUpperCase());
  return `${roots[kind]}:${first || 'Account'}`;
};

const escapes: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
  '\b': '\\b',
  '"': '\\"',
  '\\': '\\\\',
};
/** A string of beancount, which reads back as it was. */
const quoted = (text: string) =>
  `"${text.replace(/[\n\r\t\f\b"\\]/g, (char) => escapes[char] ?? char)}"`;

/** What ends a line, a description or a code of hledger, or is trimmed from its ends. */
const breaksLine = /[\p{Cc}\p{Zl}\p{Zp};]/u;
const isTrimmed = (text: string) => /^[\p{Z}\p{Cc}]|[\p{Z}\p{Cc}]$/u.test(text);
/** The text as a line of hledger can show it. */
const shownAs = (text: string, breaks: RegExp) =>
  text.replace(new RegExp(breaks, 'gu'), ' ').replace(/^[\p{Z}]+|[\p{Z}]+$/gu, '');
/** A tag of hledger with a text that its line cannot hold, percent-encoded (RFC 3986 §2.1). */
const tag = (name: string, text: string) => `${name}: ${encodeURIComponent(text)}`;

/** Status, code and description of a transaction: the code keeps a description that begins with a
 * bracket or a star from being read as something else. What is shown otherwise than it is follows
 * whole as a tag. */
function headOf({ date, source, memo }: JournalEntry): string {
  const breaksCode = /[\p{Cc}\p{Zl}\p{Zp};)]/u;
  const tags = [
    ...(breaksCode.test(source) || isTrimmed(source) ? [tag('source', source)] : []),
    ...(breaksLine.test(memo) || isTrimmed(memo) ? [tag('memo', memo)] : []),
  ];
  const line = `${date} * (${shownAs(source, breaksCode)}) ${shownAs(memo, breaksLine)}`;
  return [line, ...tags.map((each) => `    ; ${each}`)].join('\n');
}

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
    const { date, memo, source } = entry;
    if (first === undefined || date < first) first = date;
    const head = `${date} * ${quoted(memo)}\n  source: ${quoted(source)}\n`;
    yield `${head}${postings(entry, names, '  ')}\n`;
  }
  for (const { code, name, isPostable } of accounts) {
    if (!isPostable) continue;
    yield `${first ?? '1970-01-01'} open ${names.get(code)}\n`;
    yield `  code: ${quoted(code)}\n  name: ${quoted(name)}\n`;
  }
}

/** An hledger journal in pieces: accounts declared, then every transaction in the order given, then
 * the commodities that were used. */
export async function* hledgerText(
  accounts: readonly Account[],
  entries: Entries,
): AsyncIterable<string> {
  const names = namesOf(accounts);
  const currencies = new Set<string>();
  yield '; Tags hold texts that a line of a journal cannot, percent-encoded (RFC 3986).\n';
  // of three decimals the point might be taken for that of thousands
  yield 'decimal-mark .\n\n';
  for (const { code, name, isPostable } of accounts)
    if (isPostable)
      yield `account ${names.get(code)}\n  ; ${tag('code', code)}\n  ; ${tag('name', name)}\n`;
  for await (const entry of entries) {
    currencies.add(entry.currency);
    yield `\n${headOf(entry)}\n${postings(entry, names, '    ')}`;
  }
  if (currencies.size) yield '\n';
  for (const currency of currencies) yield `commodity ${currency}\n`;
}
