/** Reads of the book-keeper's tables. */
import type { EntryRow, LedgerLine, LedgerTables, StreamChange } from '@morrow/engines';
import type { DataSource } from 'typeorm';
import { rowsOf, type Run } from './run.ts';
import { knownCursor, lineCursorOf } from './known-cursor.ts';

interface EntryRecord {
  readonly id: string;
  readonly source: string;
  readonly date: string;
  readonly currency: string;
  readonly memo: string;
  readonly lines: EntryRow['lines'];
}
const entries = `select e.id, e.source, e.date, e.currency, e.memo, (
    select json_agg(
      json_build_object('account', l.account, 'amount', l.amount::text) order by l.line)
    from entry_line l where l.entry_id = e.id) as lines
  from entry e`;
interface TotalRecord {
  readonly account: string;
  readonly debit: string;
  readonly credit: string;
}
const totalOf = ({ account, debit, credit }: TotalRecord) => ({
  account,
  debit: BigInt(debit),
  credit: BigInt(credit),
});

const firstDay = '0001-01-01';
const lastDay = '9999-12-31';
const noEntry = '00000000-0000-0000-0000-000000000000';

export function ledgerTables(run: Run, source: DataSource): LedgerTables {
  const query = () => source.createQueryBuilder();
  const one = async (condition: string, value: string) => {
    const [row] = await run<EntryRecord>(`${entries} where ${condition}`, [value]);
    return row as EntryRow | undefined;
  };
  return {
    async totals(currency, upTo, from) {
      const balances = () =>
        query()
          .select(['account', 'sum(debit)::text as debit', 'sum(credit)::text as credit'])
          .from('account_balance', 'b')
          .where('currency = :currency', { currency })
          .groupBy('account');
      const lines = () =>
        query()
          .select([
            'l.account as account',
            'sum(greatest(l.amount, 0))::text as debit',
            'sum(greatest(-l.amount, 0))::text as credit',
          ])
          .from('entry_line', 'l')
          .innerJoin('entry', 'e', 'e.id = l.entry_id')
          .where('e.currency = :currency and l.date between :from and :upTo', {
            currency,
            from: from ?? firstDay,
            upTo: upTo ?? lastDay,
          })
          .groupBy('l.account');
      const totals = upTo === undefined && from === undefined ? balances() : lines();
      return (await rowsOf<TotalRecord>(run, totals.orderBy('account'))).map(totalOf);
    },
    async totalsByPeriod() {
      const balances = query()
        .select(['account', 'currency', 'period', 'debit::text', 'credit::text'])
        .from('account_balance', 'b')
        .orderBy('account')
        .addOrderBy('currency')
        .addOrderBy('period');
      const rows = await rowsOf<TotalRecord & Record<'period' | 'currency', string>>(run, balances);
      return rows.map((row) => ({ ...totalOf(row), period: row.period, currency: row.currency }));
    },
    async linesOf(account, after, limit, { from, upTo } = {}): Promise<readonly LedgerLine[]> {
      const [date = firstDay, entry = noEntry, line = '-1'] =
        after === undefined ? [] : lineCursorOf(after);
      const known = `select 1 from entry_line
        where account = $1 and date = $2 and entry_id = $3 and line = $4`;
      await knownCursor(run, after, known, () => [account, date, entry, line]);
      const lines = query()
        .select(['l.entry_id as entry', 'l.line as line', 'l.date as date', 'e.memo as memo'])
        .addSelect(['e.source as source', 'l.account as account', 'l.amount::text as amount'])
        .from('entry_line', 'l')
        .innerJoin('entry', 'e', 'e.id = l.entry_id')
        .where('l.account = :account', { account })
        .andWhere(
          '(l.date, l.entry_id, l.line) > (cast(:date as date), :entry, cast(:line as int))',
        )
        .andWhere('l.date between :from and :upTo')
        .setParameters({ date, entry, line, from: from ?? firstDay, upTo: upTo ?? lastDay })
        .orderBy('l.date')
        .addOrderBy('l.entry_id')
        .addOrderBy('l.line')
        .limit(limit);
      const rows = await rowsOf<LedgerLine & { readonly line: number }>(run, lines);
      return rows.map(({ line: at, ...row }) => ({
        ...row,
        cursor: `${row.date}|${row.entry}|${at}`,
      }));
    },
    async balanceBefore(account, day) {
      const [row] = await run<{ sum: string }>(
        `select coalesce(sum(amount), 0)::text as sum from entry_line
         where account = $1 and date < $2::date`,
        [account, day],
      );
      return BigInt(row?.sum ?? 0);
    },
    entriesOf: (sources) =>
      run<EntryRecord>(`${entries} where e.source = any($1::text[])`, [sources]),
    async lastChanges(streamIds) {
      const rows = await run<Omit<StreamChange, 'at'> & { readonly at: Date }>(
        `select distinct on (stream_id) stream_id as "streamId", at, meta from event
         where stream_id = any($1::uuid[]) order by stream_id, stream_version desc`,
        [streamIds],
      );
      return rows.map(({ at, ...row }) => ({ ...row, at: new Date(at).toISOString() }));
    },
    async entries(after, limit) {
      await knownCursor(run, after, 'select 1 from entry where id = $1', () => [after]);
      const rows = await run<EntryRecord>(`${entries} where e.id > $1 order by e.id limit $2`, [
        after ?? noEntry,
        limit,
      ]);
      return rows;
    },
    async posted(sources) {
      const rows = await run<{ source: string }>(
        'select source from entry where source = any($1::text[])',
        [sources],
      );
      return rows.map(({ source }) => source);
    },
    entry: (id) => one('e.id = $1', id),
    entryOf: (source) => one('e.source = $1', source),
    async factsVersion() {
      const [row] = await run<{ version: bigint }>('select version from ledger_facts');
      return Number(row?.version ?? 0);
    },
  };
}
