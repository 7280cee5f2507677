/** Reports as rows: what people read as a table, a spreadsheet or JSON. */
import { isProtocolError } from '@morrow/contract';
import { formatMinor, formatQuantity } from '@morrow/kernel';
import { Companies } from '@morrow/protocol-companies';
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

/** The currency of the books; empty before a company is set up. */
async function currencyOf({ port, context }: Session): Promise<string> {
  try {
    return (await port(Companies).get({}, context())).currency;
  } catch (error) {
    if (isProtocolError(error) && error.code === 'noCompany') return '';
    throw error;
  }
}

async function trialBalance({ port, context }: Session): Promise<Report> {
  const { currency, lines, total } = await port(Ledger).trialBalance({}, context());
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
  };
}

async function generalLedger(session: Session): Promise<Report> {
  const { port, context } = session;
  const ledger = port(Ledger);
  const currency = await currencyOf(session);
  const { accounts } = await ledger.listAccounts({}, context());
  const rows: string[][] = [];
  for (const { code, isPostable } of accounts) {
    if (!isPostable) continue;
    for (let after: string | undefined; ;) {
      const page = await ledger.generalLedger({ account: code, after, limit: pageMax }, context());
      for (const { date, memo, source, amount } of page.lines)
        rows.push([code, date, memo, source, formatMinor(amount, currency)]);
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

async function stock(session: Session): Promise<Report> {
  const { port, context } = session;
  const currency = await currencyOf(session);
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
        formatMinor(row.value, currency),
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
    rows: [...rows, ['', '', '', `Total ${currency}`, formatMinor(value, currency)]],
    json: { currency, lines: json, value: formatMinor(value, currency) },
  };
}

async function orders({ port, context }: Session): Promise<Report> {
  const rows: string[][] = [];
  type After = Parameters<Orders['list']>[0]['after'];
  for (let after: After; ;) {
    const page = await port(Orders).list({ after, limit: pageMax }, context());
    for (const { number, customer, placedAt, state, total, currency } of page.orders) {
      const amount = formatMinor(total, currency);
      rows.push([number, customer, placedAt.toISOString(), state, amount, currency]);
    }
    after = page.next;
    if (after === undefined) break;
  }
  const head = ['Number', 'Customer', 'Placed at', 'State', 'Total', 'Currency'];
  const json = rows.map(([number, customer, placedAt, state, total, currency]) => ({
    number,
    customer,
    placedAt,
    state,
    total,
    currency,
  }));
  return { head, rows, json };
}

export const reports: Readonly<Record<string, (session: Session) => Promise<Report>>> = {
  'trial-balance': trialBalance,
  'general-ledger': generalLedger,
  stock,
  orders,
};
