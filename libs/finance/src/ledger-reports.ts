/** Reports of the ledger: trial balance, general ledger, the journal. */
import type { Engines } from '@morrow/document-keeper';
import type { CalendarDate, Id } from '@morrow/kernel';
import { Ledger } from '@morrow/protocol-ledger';
import type { FactsBook } from './facts.ts';

type Reports = Pick<Ledger, 'trialBalance' | 'generalLedger' | 'listEntries'>;

export const ledgerReports = (engines: Engines, facts: FactsBook): Reports => ({
  async trialBalance({ upTo }, context) {
    const { accounts, currency, chart } = await facts.of(context);
    const totals = await engines.stores.of(context.tenant).ledger.totals(currency, upTo);
    const names = new Map(chart.map(({ code, name }) => [code, name]));
    const lines = totals
      .filter(({ account }) => accounts.has(account))
      .map(({ account, debit, credit }) => {
        const net = debit - credit;
        return {
          account,
          name: names.get(account) ?? account,
          debit: net > 0n ? net : 0n,
          credit: net < 0n ? -net : 0n,
        };
      })
      .filter(({ debit, credit }) => debit !== 0n || credit !== 0n)
      .sort((a, b) => (a.account < b.account ? -1 : 1));
    const debit = lines.reduce((sum, line) => sum + line.debit, 0n);
    const credit = lines.reduce((sum, line) => sum + line.credit, 0n);
    return { currency, lines, total: { debit, credit } };
  },
  async generalLedger({ account, after, limit }, context) {
    const { accounts } = await facts.of(context);
    if (!accounts.has(account)) throw Ledger.fail('unknownAccount', { account });
    const { ledger } = engines.stores.of(context.tenant);
    const rows = await ledger.linesOf(account, after, limit);
    const lines = rows.map(({ entry, date, memo, source, amount }) => ({
      entryId: entry as Id<'entry'>,
      date: date as CalendarDate,
      memo,
      source,
      amount: BigInt(amount),
    }));
    return { lines, next: rows.length === limit ? rows.at(-1)?.cursor : undefined };
  },
  async listEntries({ after, limit }, context) {
    const rows = await engines.stores.of(context.tenant).ledger.entries(after, limit);
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
