/** Reports of the ledger: trial balance, general ledger, the journal. */
import { unknownCursor } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
import { isCalendarDate, isUuid, type CalendarDate, type Id } from '@morrow/kernel';
import { accountsPageMax, Ledger } from '@morrow/protocol-ledger';
import type { FactsBook } from './facts.ts';

type Reports = Pick<Ledger, 'trialBalance' | 'generalLedger' | 'listEntries'>;

/** A cursor of the general ledger: where the last line stands, and the balance after it. */
const cursorShape = /^(\d{4}-\d\d-\d\d\|[0-9a-f-]{36}\|\d{1,5})\|(-?\d{1,30})$/;

function readCursor(cursor: string) {
  const [, after, balance = '0'] = cursorShape.exec(cursor) ?? [];
  const [day = '', id = ''] = after?.split('|') ?? [];
  if (after === undefined || !isCalendarDate(day) || !isUuid(id)) throw unknownCursor();
  return { after, balance: BigInt(balance) };
}

const trialBalance =
  (engines: Engines, facts: FactsBook): Ledger['trialBalance'] =>
  async ({ from, upTo, after, limit = accountsPageMax }, context) => {
    const { ledger } = engines.kept(context);
    const { accounts, currency } = await facts.of(context, true);
    if (after !== undefined && !accounts.has(after)) throw unknownCursor();
    const all = (await ledger.totals(currency, upTo, from))
      .map(({ account, debit, credit }) => {
        const net = debit - credit;
        return {
          account,
          name: accounts.get(account)?.name ?? account,
          debit: net > 0n ? net : 0n,
          credit: net < 0n ? -net : 0n,
        };
      })
      .filter(({ debit, credit }) => debit !== 0n || credit !== 0n)
      .sort((a, b) => (a.account < b.account ? -1 : 1));
    const debit = all.reduce((sum, line) => sum + line.debit, 0n);
    const credit = all.reduce((sum, line) => sum + line.credit, 0n);
    const rest = all.filter(({ account }) => after === undefined || account > after);
    const lines = rest.slice(0, limit);
    const next = rest.length > limit ? lines.at(-1)?.account : undefined;
    return { currency, lines, total: { debit, credit }, next };
  };

const generalLedger =
  (engines: Engines, facts: FactsBook): Ledger['generalLedger'] =>
  async ({ account, from, upTo, after, limit }, context) => {
    const { ledger } = engines.kept(context);
    const { accounts } = await facts.of(context, true);
    if (!accounts.has(account)) throw Ledger.fail('unknownAccount', { account });
    const begin = async () => ({
      after: undefined,
      balance: from === undefined ? 0n : await ledger.balanceBefore(account, from),
    });
    const start = after === undefined ? await begin() : readCursor(after);
    const rows = await ledger.linesOf(account, start.after, limit, { from, upTo });
    let { balance } = start;
    const lines = rows.map(({ entry, date, memo, source, amount }) => ({
      entryId: entry as Id<'entry'>,
      date: date as CalendarDate,
      memo,
      source,
      amount: BigInt(amount),
      balance: (balance += BigInt(amount)),
    }));
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return { opening: start.balance, lines, next: last && `${last.cursor}|${balance}` };
  };

export const ledgerReports = (engines: Engines, facts: FactsBook): Reports => ({
  trialBalance: trialBalance(engines, facts),
  generalLedger: generalLedger(engines, facts),
  async listEntries({ after, limit }, context) {
    const rows = await engines.kept(context).ledger.entries(after, limit);
    const entries = rows.map(({ id, date, lines, source, currency, memo }) => ({
      entryId: id as Id<'entry'>,
      source,
      date: date as CalendarDate,
      currency,
      memo,
      lines: lines.map(({ account, amount }) => ({ account, amount: BigInt(amount) })),
    }));
    return { entries, next: rows.length === limit ? (rows.at(-1)?.id as Id<'entry'>) : undefined };
  },
});
