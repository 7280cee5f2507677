/** The orders of the retail file, cut into shares of whole days: one for each phase. */
import { createReadStream } from 'node:fs';
import {
  amountOf,
  bookingOf,
  categoryOf,
  retailLines,
  Survey,
  type RetailLine,
} from '@morrow/adapter-retail-csv';

export interface FileOrder {
  readonly number: string;
  readonly customer: string;
  readonly placedAt: Date;
  readonly lines: readonly RetailLine[];
}
export interface RetailFile {
  readonly survey: Survey;
  /** In the order of the file, a list for each phase. */
  readonly shares: readonly (readonly FileOrder[])[];
}
const walkIn = 'WALK-IN';

/** Sales of the file as orders, in at most so many shares; `ordersMax` thins them evenly. */
export async function readShares(
  file: string,
  phases: number,
  ordersMax: number,
): Promise<RetailFile> {
  const survey = new Survey();
  const byInvoice = new Map<string, RetailLine[]>();
  for await (const line of retailLines(createReadStream(file))) {
    survey.add(line);
    if ('reason' in line) continue;
    const booking = bookingOf(line);
    if ('refused' in booking || booking.kind !== 'sale') continue;
    const lines = byInvoice.get(line.invoice);
    if (lines) lines.push(line);
    else byInvoice.set(line.invoice, [line]);
  }
  const orders = [...byInvoice].flatMap(([number, lines]): FileOrder[] => {
    const [first] = lines;
    return first ? [{ number, customer: first.customer || walkIn, placedAt: first.at, lines }] : [];
  });
  const shares = sharesOf(orders, phases);
  const kept = Math.max(1, Math.floor(ordersMax / phases));
  return { survey, shares: shares.map((share) => thinned(share, kept)) };
}

const dayOf = ({ placedAt }: FileOrder) => placedAt.toISOString().slice(0, 10);

/** A share ends with the day on which it has its part of all orders. */
export function sharesOf(orders: readonly FileOrder[], count: number): FileOrder[][] {
  const shares: FileOrder[][] = Array.from({ length: count }, () => []);
  let [at, seen] = [0, 0];
  for (const [, ofDay] of [...Map.groupBy(orders, dayOf)].sort(([a], [b]) => (a < b ? -1 : 1))) {
    shares[at]?.push(...ofDay);
    seen += ofDay.length;
    if (at < count - 1 && seen >= (orders.length * (at + 1)) / count) at++;
  }
  return shares;
}

/** So many of them, at even distances. */
export const thinned = <T>(all: readonly T[], count: number): T[] =>
  all.length <= count
    ? [...all]
    : Array.from({ length: count }, (_, at) => all[Math.floor((at * all.length) / count)] as T);

/** Whole pieces of goods by item. */
export function goodsOf({ lines }: FileOrder): ReadonlyMap<string, bigint> {
  const goods = new Map<string, bigint>();
  for (const { code, quantity } of lines)
    if (categoryOf(code) === 'goods') goods.set(code, (goods.get(code) ?? 0n) + quantity);
  return goods;
}
/** In pence, rounded down. */
export const worthOf = ({ lines }: FileOrder): bigint =>
  lines.reduce((sum, line) => sum + amountOf(line), 0n) / 10_000n;
