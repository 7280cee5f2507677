/** The orders that returns refer to, and what has come back of each so far. */
import { codecOf } from '@morrow/contract';
import type { Documents } from '@morrow/document-keeper';
import { ReturnedSoFar } from '@morrow/protocol-returns';
import {
  countedAnew,
  type AskedReturnLine,
  type Returned,
  type SoldOrder,
} from './check-returned.ts';
import { salesOrder, shownOrder } from './sales-order.document.ts';
import {
  orderReturns,
  salesReturn,
  shownReturn,
  type OrderReturnsRow,
} from './sales-return.document.ts';

export async function soldFacts(documents: Documents, numbers: readonly string[]) {
  const wanted = [...new Set(numbers)];
  const orders = new Map<string, SoldOrder>();
  const returned = new Map<string, Returned>();
  const rowOf = new Map<string, OrderReturnsRow>();
  if (!wanted.length) return { orders, returned, rowOf };
  const [orderRows, countRows] = await Promise.all([
    documents.findBy(salesOrder, 'number', wanted),
    documents.findBy(orderReturns, 'order', wanted),
  ]);
  for (const row of orderRows) {
    const order = shownOrder(row);
    orders.set(order.number, order);
  }
  for (const row of countRows) {
    const { order, returned: soFar } = row.fields;
    rowOf.set(order, row);
    returned.set(
      order,
      soFar.map((each) => codecOf(ReturnedSoFar).decode(each)),
    );
  }
  const uncounted = [...orders.values()].filter(({ number }) => !rowOf.has(number));
  for (const [number, lines] of await earlierReturns(documents, uncounted)) {
    const order = orders.get(number);
    if (order) returned.set(number, countedAnew(order, lines));
  }
  return { orders, returned, rowOf };
}

/** Lines of all returns of orders of which nothing is counted: those of releases that did not count
 * are there to be found by their customers. */
async function earlierReturns(documents: Documents, orders: readonly SoldOrder[]) {
  const byOrder = new Map<string, AskedReturnLine[]>();
  if (!orders.length) return byOrder;
  const customers = [...new Set(orders.map(({ customer }) => customer))];
  for (const row of await documents.findBy(salesReturn, 'customer', customers))
    for (const line of shownReturn(row).lines)
      if (line.order !== undefined)
        byOrder.set(line.order, [...(byOrder.get(line.order) ?? []), line]);
  return byOrder;
}
