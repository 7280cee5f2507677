/** A batch of documents on its way: orders, returns, write-offs and bad debts of neighbouring
 * invoices. */
import { batchOrderLinesMax, batchOrdersMax } from '@morrow/protocol-orders';
import * as returnsLimits from '@morrow/protocol-returns';
import { categoryOf } from './classify.ts';
import { amountOf, type RetailLine } from './retail-lines.ts';
import type { SalesMemory } from './sales-memory.ts';
import { rounded, type Tally } from './tally.ts';

/** The lines of one invoice that are of one kind. */
export interface Document {
  readonly number: string;
  readonly customer: string;
  readonly at: Date;
  readonly lines: RetailLine[];
}
export const walkIn = 'WALK-IN';
export const currency = 'GBP';
export const warehouse = 'MAIN';
const million = 1_000_000n;

export interface ReturnedLine {
  readonly line: RetailLine;
  readonly quantity: bigint;
  readonly order: string | undefined;
}
export class RetailBatch {
  readonly orders: Document[] = [];
  readonly returns: ReturnDocument[] = [];
  readonly writeOffs: Document[] = [];
  readonly badDebts: RetailLine[] = [];
  #orderLines = 0;
  #returnLines = 0;

  get isEmpty(): boolean {
    return !(
      this.orders.length +
      this.returns.length +
      this.writeOffs.length +
      this.badDebts.length
    );
  }
  /** Whether documents of so many lines would overfill a message. */
  isFullWith(sales: number, returns: number): boolean {
    return (
      this.orders.length >= batchOrdersMax ||
      this.#orderLines + sales > batchOrderLinesMax ||
      this.returns.length >= returnsLimits.batchReturnsMax ||
      this.#returnLines + 2 * returns > returnsLimits.batchReturnLinesMax ||
      this.writeOffs.length >= batchOrdersMax
    );
  }
  addOrder(order: Document, memory: SalesMemory): void {
    this.orders.push(order);
    this.#orderLines += order.lines.length;
    for (const { customer, code, price, quantity } of order.lines)
      memory.sold(customer, code, price, quantity, order.number);
  }
  addReturn(document: Document, memory: SalesMemory): void {
    const returned = document.lines.flatMap((line) =>
      memory
        .takeBack(line.customer, line.code, line.price, -line.quantity)
        .map(({ quantity, order }): ReturnedLine => ({ line, quantity, order })),
    );
    this.returns.push({ ...document, returned });
    this.#returnLines += returned.length;
  }
}

/** Input of `orders.placeMany`. */
export const placing = (orders: readonly Document[]) => ({
  orders: orders.map(({ number, customer, at }) => ({
    number, customer: customer || walkIn, currency, warehouse, placedAt: at, shippedAt: at,
  })), // prettier-ignore
  lines: orders.flatMap(({ lines }, order) =>
    lines.map(({ code: item, quantity, price }) => ({
      order,
      item,
      quantity: (quantity * million) as never,
      price,
    })),
  ),
});

export type ReturnDocument = Document & { readonly returned: readonly ReturnedLine[] };
/** Input of `returns.receiveMany`. */
export const receiving = (returns: readonly ReturnDocument[]) => ({
  returns: returns.map(({ number, customer, at, returned }) => ({
    number, customer: customer || walkIn, currency, warehouse, receivedAt: at,
    kind: returned.every(({ order }) => order !== undefined)
      ? ('ofOrders' as const)
      : ('withoutOrder' as const),
  })), // prettier-ignore
  lines: returns.flatMap(({ returned }, at) =>
    returned.map(({ line, quantity, order }) => ({
      return: at,
      item: line.code,
      quantity: (quantity * million) as never,
      price: line.price,
      ...(order === undefined ? {} : { order }),
    })),
  ),
});

/** Books the parts of an order or return in the tally: each category rounded once,
 * as finance does. */
export function tallyDocument(tally: Tally, lines: readonly RetailLine[], kind: 'sale' | 'return') {
  const byCategory = Map.groupBy(lines, ({ code }) => categoryOf(code));
  for (const [category, same] of byCategory) {
    const amount = same.reduce((sum, line) => sum + amountOf(line), 0n);
    const name =
      kind === 'return'
        ? `returned ${category}`
        : category === 'goods'
          ? 'sales of goods'
          : category;
    tally.post(name, same.length, amount, rounded(amount));
  }
}
