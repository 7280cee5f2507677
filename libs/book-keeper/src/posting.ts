/** Posting: turns what somebody asked for into a journal entry that obeys the laws of double entry,
 * or says which one it breaks. */
import type { EntryRow } from '@morrow/engines';
import { invariant, type CalendarDate } from '@morrow/kernel';

export interface BookAccount {
  readonly code: string;
  readonly isPostable: boolean;
}
/** What postings are decided on: a snapshot with its version; a commit refuses when
 * it has moved. */
export interface BookFacts {
  readonly version: number;
  readonly currency: string;
  readonly accounts: ReadonlyMap<string, BookAccount>;
  /** Account code by role. */
  readonly roles: ReadonlyMap<string, string>;
  /** Locked months, `YYYY-MM`. */
  readonly locked: ReadonlySet<string>;
}
export interface AskedEntry {
  readonly source: string;
  readonly date: CalendarDate;
  readonly currency: string;
  readonly memo: string;
  /** `account` is a code, or `@` and a role. Amount in minor units, debit above zero. */
  readonly lines: readonly { readonly account: string; readonly amount: bigint }[];
}
export type BookRefusal =
  | { readonly code: 'unbalanced'; readonly source: string; readonly difference: bigint }
  | { readonly code: 'tooFewLines'; readonly source: string }
  | { readonly code: 'unknownAccount'; readonly account: string }
  | { readonly code: 'notPostable'; readonly account: string }
  | { readonly code: 'periodLocked'; readonly period: string }
  | { readonly code: 'wrongCurrency'; readonly currency: string; readonly books: string };

/** The account of a code, or of `@` and a role. */
export function accountNamed<Account extends BookAccount>(
  {
    accounts,
    roles,
  }: { readonly accounts: ReadonlyMap<string, Account> } & Pick<BookFacts, 'roles'>,
  name: string,
): Account | undefined {
  const code = name.startsWith('@') ? roles.get(name.slice(1)) : name;
  return code === undefined ? undefined : accounts.get(code);
}

/** The entry to store, or the law that it breaks. Lines of zero are left out. */
export function decideEntry(
  facts: BookFacts,
  asked: AskedEntry,
  id: string,
): { readonly entry: EntryRow } | { readonly refusal: BookRefusal } {
  const refuse = (refusal: BookRefusal) => ({ refusal });
  const { source, date, currency, memo } = asked;
  if (currency !== facts.currency)
    return refuse({ code: 'wrongCurrency', currency, books: facts.currency });
  const period = date.slice(0, 7);
  if (facts.locked.has(period)) return refuse({ code: 'periodLocked', period });
  const lines: { account: string; amount: string }[] = [];
  let difference = 0n;
  for (const line of asked.lines) {
    const account = accountNamed(facts, line.account);
    if (!account) return refuse({ code: 'unknownAccount', account: line.account });
    if (!account.isPostable) return refuse({ code: 'notPostable', account: account.code });
    difference += line.amount;
    if (line.amount !== 0n) lines.push({ account: account.code, amount: line.amount.toString() });
  }
  if (difference !== 0n) return refuse({ code: 'unbalanced', source, difference });
  if (lines.length < 2) return refuse({ code: 'tooFewLines', source });
  return { entry: { id, source, date, currency, memo, lines } };
}

/** Lines of an entry as text, whatever their order; lines of zero say nothing. */
const linesText = (lines: readonly { readonly account: string; readonly amount: unknown }[]) =>
  lines
    .map(({ account, amount }) => `${account} ${String(amount)}`)
    .filter((line) => !line.endsWith(' 0'))
    .sort()
    .join('\n');

/** Whether an entry that is asked for has the content of one that is stored: date, currency, memo
 * and lines in any order. A derived entry may have been dated to a later open period, and its memo
 * is a text of the release that posted it. */
export function hasContentOf(
  facts: BookFacts,
  { date, currency, memo, lines }: AskedEntry,
  stored: EntryRow,
  isDerived = false,
): boolean {
  const named = lines.map(({ account, amount }) => ({
    account: accountNamed(facts, account)?.code ?? account,
    amount,
  }));
  const isMoved = isDerived && stored.date > date && stored.date.endsWith('-01');
  return (
    (stored.date === date || isMoved) &&
    stored.currency === currency &&
    (isDerived || stored.memo === memo) &&
    linesText(named) === linesText(stored.lines)
  );
}

/** The date itself, or the first day of the next month that is not locked. */
export function openDate(facts: BookFacts, date: CalendarDate): CalendarDate {
  if (!facts.locked.has(date.slice(0, 7))) return date;
  let [year = 0, month = 0] = date.split('-').map(Number);
  for (let tries = 0; tries < 1200; tries++) {
    month = month === 12 ? 1 : month + 1;
    if (month === 1) year++;
    const period = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`;
    if (!facts.locked.has(period)) return `${period}-01` as CalendarDate;
  }
  invariant(false, `Within a hundred years of ${date} no period is open`);
}

/** The contrary of an entry, to be posted on another day. */
export const contraryOf = (entry: EntryRow, date: CalendarDate, memo: string): AskedEntry => ({
  source: `reversal:${entry.id}`,
  date,
  currency: entry.currency,
  memo,
  lines: entry.lines.map(({ account, amount }) => ({ account, amount: -BigInt(amount) })),
});
