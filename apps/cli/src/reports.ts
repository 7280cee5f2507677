/** Reports as rows: what people read as a table, a spreadsheet or JSON. */
import { formatFixed, formatQuantity, isCurrencyCode, minorUnitsOf } from '@morrow/kernel';
import { Ledger } from '@morrow/protocol-ledger';
import { Orders } from '@morrow/protocol-orders';
import { Stock } from '@morrow/protocol-stock';
import type { Session } from './session.ts';

export interface Report {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What `--format json` prints. */
  readonly json: unknown;
}
const pageMax = 200;

async function trialBalance({ port, context }: Session): Promise<Report> {
  const { currency, lines, total } = await port(Ledger).trialBalance({}, context());
  const decimals = isCurrencyCode(currency) ? minorUnitsOf(currency) : 2;
  const text = (minor: bigint) => formatFixed(minor, decimals);
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
  };
}

async function generalLedger({ port, context }: Session): Promise<Report> {
  const ledger = port(Ledger);
  const { accounts } = await ledger.listAccounts({}, context());
  const rows: string[][] = [];
  for (const { code, isPostable } of accounts) {
    if (!isPostable) continue;
    for (let after: string | undefined; ;) {
      const page = await ledger.generalLedger({ account: code, after, limit: pageMax }, context());
      for (const { date, memo, source, amount } of page.lines)
        rows.push([code, date, memo, source, formatFixed(amount, 2)]);
      after = page.next;
      if (after === undefined) break;
    }
  }
  const head = ['Account', 'Date', 'Memo', 'Source', 'Amount'];
  const json = rows.map(([account, date, memo, source, amount]) => ({
    account,
    date,
    memo,
    source,
    amount,
  }));
  return { head, rows, json };
}

async function stock({ port, context }: Session): Promise<Report> {
  const rows: string[][] = [];
  let value = 0n;
  type After = Parameters<Stock['listBalances']>[0]['after'];
  for (let after: After; ;) {
    const page = await port(Stock).listBalances({ after, limit: 400 }, context());
    for (const row of page.balances) {
      value += row.value;
      const { item, warehouse, onHand, reserved } = row;
      rows.push([
        item,
        warehouse,
        formatQuantity(onHand),
        formatQuantity(reserved),
        formatFixed(row.value, 2),
      ]);
    }
    after = page.next;
    if (!after) break;
  }
  const json = rows.map(([item, warehouse, onHand, reserved, worth]) => ({
    item,
    warehouse,
    onHand,
    reserved,
    value: worth,
  }));
  return {
    head: ['Item', 'Warehouse', 'On hand', 'Reserved', 'Value'],
    rows: [...rows, ['', '', '', 'Total', formatFixed(value, 2)]],
    json: { lines: json, value: formatFixed(value, 2) },
  };
}

async function orders({ port, context }: Session): Promise<Report> {
  const rows: string[][] = [];
  type After = Parameters<Orders['list']>[0]['after'];
  for (let after: After; ;) {
    const page = await port(Orders).list({ after, limit: pageMax }, context());
    for (const { number, customer, placedAt, state, total } of page.orders)
      rows.push([number, customer, placedAt.toISOString(), state, formatFixed(total, 2)]);
    after = page.next;
    if (after === undefined) break;
  }
  const head = ['Number', 'Customer', 'Placed at', 'State', 'Total'];
  const json = rows.map(([number, customer, placedAt, state, total]) => ({
    number,
    customer,
    placedAt,
    state,
    total,
  }));
  return { head, rows, json };
}

export const reports: Readonly<Record<string, (session: Session) => Promise<Report>>> = {
  'trial-balance': trialBalance,
  'general-ledger': generalLedger,
  stock,
  orders,
};
