/** Lines of orders and returns: what they amount to, and which belong together. */
import type { Allocation, OrderLine } from '@morrow/protocol-orders';
import { currencyCode, exactAmount, price, quantityOf, roundExact } from '@morrow/kernel';

export interface PricedLine {
  /** Millionths of the unit. */
  readonly quantity: bigint;
  /** Millionths of the currency, for one unit. */
  readonly price: bigint;
}

/** Total in minor units: the exact sum of quantity × price, rounded once, half away from zero. */
export function totalOf(lines: readonly PricedLine[], currency: string): bigint {
  const code = currencyCode(currency);
  const exact = lines.reduce(
    (sum, line) => sum + exactAmount(quantityOf(line.quantity), price(line.price, code)),
    0n,
  );
  return roundExact(exact, code).minor;
}

/** What lines amount to when none takes anything off another, in minor units: it bounds every sum
 * that is made of them. */
export function extentOf(lines: readonly PricedLine[], currency: string): bigint {
  const size = (value: bigint) => (value < 0n ? -value : value);
  const sizes = lines.map((line) => ({ quantity: size(line.quantity), price: size(line.price) }));
  return totalOf(sizes, currency);
}

/** The lines of one document of a batch, and where each stands among the lines of the batch. */
export interface LineGroup<Line> {
  readonly lines: Line[];
  readonly positions: number[];
}
/** Lines of a batch grouped by the position of their document; `stray` are the positions of those
 * that refer to none. */
export function groupLines<L extends object, K extends keyof L>(
  lines: readonly L[],
  position: K,
  groups: number,
): { readonly groups: readonly LineGroup<Omit<L, K>>[]; readonly stray: readonly number[] } {
  const grouped = Array.from({ length: groups }, (): LineGroup<Omit<L, K>> => ({
    lines: [],
    positions: [],
  }));
  const stray: number[] = [];
  for (const [at, { [position]: of, ...line }] of lines.entries()) {
    const group = grouped[Number(of)];
    group?.lines.push(line);
    (group?.positions ?? stray).push(at);
  }
  return { groups: grouped, stray };
}

/** The first item of which another quantity is allocated than is ordered as goods; undefined where
 * every quantity fits, and each that is allocated is above zero. */
export function misallocated(lines: readonly OrderLine[], allocations: readonly Allocation[]) {
  const goods = lines.filter(({ category }) => category === 'goods');
  const sum = (of: readonly { item: string; quantity: bigint }[], item: string) =>
    quantityOf(of.reduce((all, each) => all + (each.item === item ? each.quantity : 0n), 0n));
  for (const item of new Set([...goods, ...allocations].map((each) => each.item))) {
    const [ordered, allocated] = [sum(goods, item), sum(allocations, item)];
    const isBad = allocations.some((each) => each.item === item && each.quantity <= 0n);
    if (isBad || ordered !== allocated) return { item, ordered, allocated };
  }
  return undefined;
}
