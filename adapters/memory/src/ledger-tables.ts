/** Reads of journal entries; turnovers are added up when they are asked for. */
import { unknownCursor } from '@morrow/contract';
import type { AccountTotal, Days, EntryRow, LedgerLine, LedgerTables } from '@morrow/engines';
import { textOrder } from '@morrow/kernel';
import { byId } from './documents.ts';
import type { Tables } from './tables.ts';
import { factsVersionIn } from './write-unit.ts';

interface PlacedLine extends LedgerLine {
  readonly currency: string;
  readonly at: number;
}
const linesOf = ({ id, source, date, currency, memo, lines }: EntryRow): readonly PlacedLine[] =>
  lines.map((line, at) => ({
    ...line,
    ...{ entry: id, source, date, currency, memo, at, cursor: `${date}|${id}|${at}` },
  }));
const lineOrder = (one: PlacedLine, other: PlacedLine): number =>
  textOrder(one.date, other.date) || textOrder(one.entry, other.entry) || one.at - other.at;
const isWithin = (date: string, { from, upTo }: Days) =>
  (from === undefined || date >= from) && (upTo === undefined || date <= upTo);

export interface PeriodTotal extends AccountTotal {
  readonly period: string;
  readonly currency: string;
}
/** Turnovers by account, currency and month, in this order. */
export function totalsOf(tables: Tables, days: Days = {}): readonly PeriodTotal[] {
  const totals = new Map<string, PeriodTotal>();
  for (const { account, currency, date, amount } of tables.entries.rows().flatMap(linesOf)) {
    if (!isWithin(date, days)) continue;
    const period = date.slice(0, 7);
    const key = JSON.stringify([account, currency, period]);
    const { debit = 0n, credit = 0n } = totals.get(key) ?? {};
    const minor = BigInt(amount);
    totals.set(key, {
      ...{ account, currency, period },
      debit: minor > 0n ? debit + minor : debit,
      credit: minor < 0n ? credit - minor : credit,
    });
  }
  return [...totals.values()].sort(
    (one, other) =>
      textOrder(one.account, other.account) ||
      textOrder(one.currency, other.currency) ||
      textOrder(one.period, other.period),
  );
}

function byAccount(totals: readonly PeriodTotal[]): readonly AccountTotal[] {
  const sums = new Map<string, AccountTotal>();
  for (const { account, debit, credit } of totals) {
    const before = sums.get(account) ?? { debit: 0n, credit: 0n };
    const sum = { account, debit: before.debit + debit, credit: before.credit + credit };
    sums.set(account, sum);
  }
  return [...sums.values()];
}

export function memoryLedger(tables: Tables): LedgerTables {
  const { entries, streams } = tables;
  const entryOf = async (source: string) => entries.rows().find((row) => row.source === source);
  const entriesOf = async (sources: readonly string[]) =>
    entries.rows().filter(({ source }) => sources.includes(source));
  return {
    async totals(currency, upTo, from) {
      return byAccount(totalsOf(tables, { from, upTo }).filter((row) => row.currency === currency));
    },
    totalsByPeriod: async () => totalsOf(tables),
    async linesOf(account, after, limit, days = {}) {
      const own = entries
        .rows()
        .flatMap(linesOf)
        .filter((line) => line.account === account)
        .sort(lineOrder);
      const last = own.findIndex(({ cursor }) => cursor === after);
      if (after !== undefined && last < 0) throw unknownCursor();
      return own
        .slice(last + 1)
        .filter(({ date }) => isWithin(date, days))
        .slice(0, limit)
        .map(({ currency: _, at: __, ...line }) => line);
    },
    async balanceBefore(account, day) {
      const lines = entries.rows().flatMap(linesOf);
      const before = lines.filter((line) => line.account === account && line.date < day);
      return before.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
    },
    entriesOf,
    async lastChanges(streamIds) {
      return streamIds.flatMap((streamId) => {
        const last = streams.get(streamId)?.at(-1);
        return last ? [{ streamId, at: last.at, meta: last.meta }] : [];
      });
    },
    async entries(after, limit) {
      if (after !== undefined && !entries.get(after)) throw unknownCursor();
      const rows = entries.rows().filter(({ id }) => after === undefined || id > after);
      return rows.sort(byId).slice(0, limit);
    },
    posted: async (sources) => (await entriesOf(sources)).map(({ source }) => source),
    entry: async (id) => entries.get(id),
    entryOf,
    factsVersion: async () => factsVersionIn(tables),
  };
}
