/** Checks what comes back against the orders that it was sold by: each line against what remains of
 * its order, whatever came back before. Pure. */
import { formatDecimal, formatQuantity, present, priceScale, quantityOf } from '@morrow/kernel';
import type { Order } from '@morrow/protocol-orders';
import type { ReturnedSoFar } from '@morrow/protocol-returns';
import type { Refusal } from './business-rules.ts';

export interface AskedReturn {
  readonly number: string;
  readonly customer: string;
  readonly currency: string;
  readonly receivedAt: Date;
  readonly kind?: 'ofOrders' | 'withoutOrder' | undefined;
  /** Why prices differ from those of the sales. */
  readonly reason?: string | undefined;
}
export interface AskedReturnLine {
  readonly item: string;
  readonly quantity: bigint;
  readonly price: bigint;
  readonly order?: string | undefined;
}
/** What has come back of the lines of an order. */
export type Returned = readonly ReturnedSoFar[];
export type SoldOrder = Pick<Order, 'number' | 'customer' | 'currency' | 'shippedAt' | 'lines'>;

/** What is known of the orders that a batch refers to. */
export interface SoldFacts {
  readonly orders: ReadonlyMap<string, SoldOrder>;
  /** What has come back of each, by its number. */
  readonly returned: ReadonlyMap<string, Returned>;
}
/** What has come back of the orders of a return, with the return itself. */
export type Counted = ReadonlyMap<string, Returned>;

/** Counts a return in, or says which of its lines does not fit what was sold. */
export function countReturned(
  asked: AskedReturn,
  lines: readonly AskedReturnLine[],
  { orders, returned }: SoldFacts,
): Counted | Refusal {
  const counted = new Map<string, Returned>();
  for (const [at, line] of lines.entries()) {
    const { order: number } = line;
    if (number === undefined) {
      if (asked.kind === 'withoutOrder') continue;
      const sentence =
        `The return of ${line.item} names no order. ` +
        'Name the order, or give the return the kind withoutOrder.';
      return { code: 'noOrder', subject: line.item, sentence, line: at };
    }
    const order = orders.get(number);
    const soFar = counted.get(number) ?? returned.get(number) ?? [];
    const refused = orderRefusal(asked, number, order);
    if (refused || !order) return { ...present(refused, 'There is no order'), line: at };
    const outcome = lineCounted(line, order, soFar, asked.reason);
    if ('code' in outcome) return { ...outcome, line: at };
    counted.set(number, outcome);
  }
  return counted;
}

function orderRefusal(
  asked: AskedReturn,
  number: string,
  order: SoldOrder | undefined,
): Refusal | undefined {
  const refused = (code: string, sentence: string) => ({ code, subject: number, sentence });
  if (!order) return refused('unknownOrder', `There is no order ${number}.`);
  const { customer, currency, shippedAt } = order;
  if (!shippedAt) return refused('notShipped', `Order ${number} has not been shipped.`);
  if (customer !== asked.customer)
    return refused('wrongCustomer', `Order ${number} is of customer ${customer}.`);
  if (currency !== asked.currency)
    return refused('wrongCurrency', `Order ${number} is in ${currency}, not in ${asked.currency}.`);
  if (asked.receivedAt >= shippedAt) return undefined;
  const moment = shippedAt.toISOString();
  return refused('returnedBeforeShipped', `Order ${number} was not shipped before ${moment}.`);
}

/** Counts a line in where enough of the item is left: of what was sold at its price, or of all that
 * was sold where a reason says why the price is another one. */
function lineCounted(
  { item, quantity, price }: AskedReturnLine,
  { number, lines }: SoldOrder,
  soFar: Returned,
  reason: string | undefined,
): Returned | Refusal {
  const refused = (code: string, sentence: string) => ({ code, subject: item, sentence });
  const sold = lines.map((line, at) => ({ ...line, at })).filter((line) => line.item === item);
  if (!sold.length) return refused('notOnOrder', `${item} is not on order ${number}.`);
  const asText = formatDecimal(price, priceScale);
  const open = reason?.trim() ? sold : sold.filter((line) => line.price === price);
  if (!open.length)
    return refused(
      'wrongPrice',
      `${item} was not sold at ${asText} on order ${number}. Give a reason for another price.`,
    );
  const counted = [...soFar];
  const left = fill(counted, open, quantity);
  if (left === 0n) return counted;
  const [most, given] = [quantity - left, quantity].map((each) => formatQuantity(quantityOf(each)));
  return refused(
    'tooMuch',
    `Only ${most} of ${item} are left to be returned of order ${number}, not ${given}.`,
  );
}

/** Takes a quantity back from lines, the first first; gives what they do not have any more. What
 * was returned stays in the order of its lines: it is the same whichever return came first. */
function fill(
  returned: ReturnedSoFar[],
  lines: readonly { readonly at: number; readonly quantity: bigint }[],
  quantity: bigint,
): bigint {
  let left = quantity;
  for (const line of lines) {
    const place = returned.findIndex((each) => each.line === line.at);
    const before = returned[place]?.quantity ?? 0n;
    const open = line.quantity - before;
    const taken = open < left ? open : left;
    if (taken <= 0n) continue;
    const now = { line: line.at, quantity: quantityOf(before + taken) };
    if (place < 0) returned.push(now);
    else returned[place] = now;
    left -= taken;
  }
  returned.sort((a, b) => a.line - b.line);
  return left;
}

/** What earlier returns took back of an order, where nobody counted: what fits its lines, at the
 * same price first. */
export function countedAnew(order: SoldOrder, earlier: readonly AskedReturnLine[]): Returned {
  const returned: ReturnedSoFar[] = [];
  const sold = order.lines.map((line, at) => ({ ...line, at }));
  for (const { item, price, quantity } of earlier) {
    const same = sold.filter((line) => line.item === item);
    const left = fill(
      returned,
      same.filter((line) => line.price === price),
      quantity,
    );
    fill(returned, same, left);
  }
  return returned;
}
