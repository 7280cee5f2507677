/** The ground that a shop stands on: company, warehouses, items, customers, and deliveries. */
import { categoryOf, unitCost, type Survey } from '@morrow/adapter-retail-csv';
import { units } from '@morrow/kernel';
import { Companies } from '@morrow/protocol-companies';
import { Items } from '@morrow/protocol-items';
import { Parties } from '@morrow/protocol-parties';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import type { Session } from './running-copy.ts';
import { worthOf, type FileOrder } from './shares.ts';

export const currency = 'GBP';
/** That of an order, until it is routed to another. */
export const mainWarehouse = 'MAIN';
export const otherWarehouse = 'NORTH';
/** Customers of it are firms. */
export const firms = 'b2b';
const firmFromPence = 50_000n;
const costShare = 600_000n;
const sliceMax = 150;
const linesMax = 1000;

function* slices<T>(all: readonly T[], size: number): Iterable<T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}
const cut = (text: string, fallback: string, codePointsMax: number) =>
  [...text].slice(0, codePointsMax).join('') || fallback;

/** Company, first warehouse, and what the orders name: items and customers. */
export async function openShop(
  { port, context }: Session,
  survey: Survey,
  orders: readonly FileOrder[],
): Promise<void> {
  await port(Companies).setUp({ name: 'Online Retail', currency }, context());
  await port(Warehouses).open({ code: mainWarehouse, name: 'Main' }, context());
  const sold = new Set(orders.flatMap(({ lines }) => lines.map(({ code }) => code)));
  const items = [...sold].map((code) => ({
    code,
    name: cut(survey.items.get(code)?.description ?? '', code, 120),
    category: categoryOf(code),
  }));
  for (const slice of slices(items, sliceMax))
    await port(Items).upsertMany({ items: slice }, context());
  const customers = [...new Set(orders.map(({ customer }) => customer))];
  for (const slice of slices(customers, sliceMax)) {
    const parties = slice.map((code) => ({
      ...{ code, name: `Customer ${code}`, role: 'customer' as const },
      country: cut(survey.customers.get(code) ?? '', 'Unspecified', 60),
    }));
    await port(Parties).upsertMany({ parties }, context());
  }
}

export const openWarehouse = ({ port, context }: Session) =>
  port(Warehouses).open({ code: otherWarehouse, name: 'North' }, context());

/** Whoever has ordered for 500.00 or more at once is a firm from now on; gives their codes. */
export async function nameFirms(
  { port, context }: Session,
  survey: Survey,
  orders: readonly FileOrder[],
): Promise<readonly string[]> {
  const large = orders.filter((order) => worthOf(order) >= firmFromPence);
  const codes = [...new Set(large.map(({ customer }) => customer))];
  const known = codes.filter((code) => survey.customers.has(code));
  for (const slice of slices(known, sliceMax)) {
    const parties = slice.map((code) => ({
      ...{ code, name: `Customer ${code}`, role: 'customer' as const, segment: firms },
      country: cut(survey.customers.get(code) ?? '', 'Unspecified', 60),
    }));
    await port(Parties).upsertMany({ parties }, context());
  }
  return known;
}

export interface Delivery {
  readonly warehouse: string;
  readonly effectiveAt: Date;
  /** Pieces by item. */
  readonly goods: ReadonlyMap<string, bigint>;
}
/** Takes goods in; `number` begins the numbers of its documents. */
export async function receive(
  { port, context }: Session,
  survey: Survey,
  number: string,
  { warehouse, effectiveAt, goods }: Delivery,
): Promise<void> {
  const lines = [...goods].map(([item, pieces]) => ({
    item,
    quantity: units(pieces),
    cost: unitCost(survey.items.get(item)?.prices ?? new Map(), costShare),
  }));
  let part = 1;
  for (const slice of slices(lines, linesMax)) {
    const header = { number: `${number}-${part++}`, warehouse, currency, effectiveAt };
    await port(Stock).receive({ ...header, lines: slice }, context());
  }
}
