/** Reports as rows: what people read as a table, a spreadsheet or JSON. */
import { isProtocolError } from '@morrow/contract';
import { formatMinor, formatQuantity } from '@morrow/kernel';
import { Companies } from '@morrow/protocol-companies';
import { Orders } from '@morrow/protocol-orders';
import { Stock } from '@morrow/protocol-stock';
import { generalLedger, periods, trialBalance } from './ledger-reports.ts';
import type { Session } from './session.ts';
import type { ReportOptions, Report } from './report.ts';
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

async function stock(session: Session, { negative: isNegative }: ReportOptions): Promise<Report> {
  const { port, context } = session;
  const currency = await currencyOf(session);
  const rows: string[][] = [];
  let value = 0n;
  type After = Parameters<Stock['listBalances']>[0]['after'];
  for (let after: After; ;) {
    const page = await port(Stock).listBalances({ after, limit: 400, isNegative }, context());
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

/** A report, with the options that it takes. */
interface NamedReport {
  readonly takes: readonly (keyof ReportOptions)[];
  run(session: Session, options: ReportOptions): Promise<Report>;
}

export const reports: Readonly<Record<string, NamedReport>> = {
  'trial-balance': { takes: ['from', 'to'], run: trialBalance },
  'general-ledger': { takes: ['account', 'from', 'to'], run: generalLedger },
  periods: { takes: [], run: periods },
  stock: { takes: ['negative'], run: stock },
  orders: { takes: [], run: orders },
};
