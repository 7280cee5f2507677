/** Reports of the ledger as rows: trial balance, general ledger, locked periods. */
import { formatMinor } from '@morrow/kernel';
import { Ledger } from '@morrow/protocol-ledger';
import {
  accountPages,
  chartOf,
  lockedPeriods,
  wholeTrialBalance,
  type Days,
  type LedgerPage,
} from './ledger-pages.ts';
import type { Report, ReportOptions } from './report.ts';
import type { Session } from './session.ts';

const daysOf = ({ from, to }: ReportOptions): Days => ({ from, upTo: to });

export async function trialBalance(session: Session, options: ReportOptions): Promise<Report> {
  const { currency, lines, total } = await wholeTrialBalance(session, daysOf(options));
  const text = (minor: bigint) => formatMinor(minor, currency);
  const shown = lines.map(({ account, name, debit, credit }) => ({
    account,
    name,
    debit: text(debit),
    credit: text(credit),
  }));
  const sums = { debit: text(total.debit), credit: text(total.credit) };
  return {
    head: ['Account', 'Name', 'Debit', 'Credit'],
    rows: [
      ...shown.map(({ account, name, debit, credit }) => [account, name, debit, credit]),
      ['', `Total ${currency}`, sums.debit, sums.credit],
    ],
    json: { currency, lines: shown, total: sums },
    figures: [2, 3],
  };
}

/** Accounts that are read at once. */
const readersMax = 6;
/** Works on each element, some at once; results in the order of the elements. */
async function inParallel<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const reader = async () => {
    for (let at = next++; at < all.length; at = next++) results[at] = await work(all[at] as T);
  };
  await Promise.all(Array.from({ length: readersMax }, reader));
  return results;
}

export async function generalLedger(session: Session, options: ReportOptions): Promise<Report> {
  const days = daysOf(options);
  const [{ currency }, accounts] = await Promise.all([
    session.port(Ledger).trialBalance({ limit: 1 }, session.context()),
    codesOf(session, options.account),
  ]);
  const text = (minor: bigint) => formatMinor(minor, currency);
  const pages = await inParallel(accounts, async (code) => {
    const read: LedgerPage[] = [];
    for await (const page of accountPages(session, code, days)) read.push(page);
    return { code, read };
  });
  const rows: string[][] = [];
  const json: object[] = [];
  for (const { code, read } of pages) {
    const opening = read[0]?.opening ?? 0n;
    if (opening !== 0n)
      rows.push([code, days.from ?? '', 'Opening balance', '', '', text(opening)]);
    for (const { date, memo, source, amount, balance } of read.flatMap(({ lines }) => lines)) {
      const shown = { amount: text(amount), balance: text(balance) };
      rows.push([code, date, memo, source, shown.amount, shown.balance]);
      json.push({ account: code, date, memo, source, ...shown });
    }
  }
  const head = ['Account', 'Date', 'Memo', 'Source', 'Amount', 'Balance'];
  return { head, rows, json, figures: [4, 5], widths: { 2: 24, 3: 18 } };
}

/** The account that is asked for, else all that can be posted to. */
async function codesOf(session: Session, account: string | undefined): Promise<readonly string[]> {
  if (account !== undefined) return [account];
  const chart = await chartOf(session);
  return chart.filter(({ isPostable }) => isPostable).map(({ code }) => code);
}

export async function periods(session: Session): Promise<Report> {
  const locked = await lockedPeriods(session);
  const rows = locked.map(({ period, lockedAt, lockedBy }) => [
    period,
    lockedAt.toISOString(),
    lockedBy,
  ]);
  const json = rows.map(([period, lockedAt, lockedBy]) => ({ period, lockedAt, lockedBy }));
  return { head: ['Locked period', 'Since', 'By'], rows, json };
}
