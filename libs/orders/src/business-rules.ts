/** Rules that orders and returns share: what every header, line and date must hold, each in one
 * place. */
import type { ProtocolError } from '@morrow/contract';
import { hasOuterSpace, isInFuture, isWithin, lineAmountMax, quantityOf } from '@morrow/kernel';
import { Orders, type OrderLine } from '@morrow/protocol-orders';
import type { KnownFacts } from './known-facts.ts';
import { extentOf } from './order-lines.ts';

/** Why one document of a batch is refused. */
export interface Refusal {
  readonly code: string;
  /** What it is about: an item, a customer, a date. */
  readonly subject: string;
  readonly sentence: string;
  /** Position among the lines of the document, where one line is at fault. */
  readonly line?: number | undefined;
  /** The same as a declared error, for operations that take one document. */
  readonly error?: ProtocolError | undefined;
}
export const refusalOf = (error: ProtocolError, subject: string, line?: number): Refusal => ({
  ...{ code: error.code, subject, sentence: error.message, line, error },
});

export interface Header {
  readonly number: string;
  readonly customer: string;
  readonly currency: string;
  readonly warehouse: string;
}
type AskedLine = Omit<OrderLine, 'category'>;

/** No blanks around the number; a company whose currency it is; customer and warehouse exist. */
export function headerRefusal(header: Header, facts: KnownFacts): Refusal | undefined {
  const { company } = facts;
  const { number, customer, currency } = header;
  if (hasOuterSpace(number)) return refusalOf(Orders.fail('outerSpace', { number }), number);
  if (!company) return refusalOf(Orders.fail('noCompany', {}), 'company');
  if (currency !== company.currency) {
    const error = Orders.fail('wrongCurrency', { currency, company: company.currency });
    return refusalOf(error, currency);
  }
  const party = facts.parties.get(customer);
  if (party && party.role !== 'customer')
    return refusalOf(Orders.fail('notACustomer', { code: customer }), customer);
  if (!party && company.rules.unknownCustomers === 'refuse')
    return refusalOf(Orders.fail('unknownCustomer', { code: customer }), customer);
  return warehouseRefusal([header.warehouse], facts.warehouses);
}

export function warehouseRefusal(
  codes: readonly string[],
  warehouses: KnownFacts['warehouses'],
): Refusal | undefined {
  const code = codes.find((each) => !warehouses.has(each));
  if (code === undefined) return undefined;
  return refusalOf(Orders.fail('unknownWarehouse', { code }), code);
}

/** The books begin with the year 1900. */
const earliest = new Date('1900-01-01T00:00:00.000Z');
/** What has happened lies neither ahead nor before there were books. */
export function dateRefusal(
  dates: Readonly<Record<string, Date | undefined>>,
  now: Date,
): Refusal | undefined {
  for (const [field, at] of Object.entries(dates))
    if (at && (at < earliest || isInFuture(at, now)))
      return refusalOf(Orders.fail('impossibleDate', { field, at }), at.toISOString());
  return undefined;
}

/** Lines with the categories of their items: quantities are above zero, prices of goods are not
 * below zero; a charge may have one below zero, as a discount does. */
export function categorised<Line extends AskedLine>(
  lines: readonly Line[],
  categories: KnownFacts['categories'],
): readonly (Line & OrderLine)[] | Refusal {
  const known: (Line & OrderLine)[] = [];
  for (const [at, line] of lines.entries()) {
    const { item, quantity, price } = line;
    const category = categories.get(item);
    if (!category) return refusalOf(Orders.fail('unknownItem', { code: item }), item, at);
    if (quantity <= 0n) {
      const error = Orders.fail('notPositive', { item, quantity: quantityOf(quantity) });
      return refusalOf(error, item, at);
    }
    if (category === 'goods' && price < 0n)
      return refusalOf(Orders.fail('negativePrice', { item, price }), item, at);
    known.push({ ...line, category });
  }
  return known;
}
export const isRefusal = (value: object): value is Refusal => 'code' in value;

/** A document has lines, and not more than one may have. */
export function countRefusal(
  number: string,
  lines: readonly unknown[],
  linesMax: number,
): Refusal | undefined {
  const refused = (code: string, sentence: string) => ({ code, subject: number, sentence });
  if (!lines.length) return refused('noLines', `${number} has no lines.`);
  if (lines.length <= linesMax) return undefined;
  return refused('tooManyLines', `${number} has more than ${linesMax} lines.`);
}

/** What lines amount to is within bounds, however they are added up. */
export function amountRefusal(
  number: string,
  lines: readonly AskedLine[],
  currency: string,
): Refusal | undefined {
  if (isWithin(extentOf(lines, currency), lineAmountMax)) return undefined;
  return refusalOf(Orders.fail('amountTooLarge', { number }), number);
}
