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

/** Lines of a batch grouped by the position of their order. */
export function groupLines<L extends object, K extends keyof L>(
  lines: readonly L[],
  position: K,
  groups: number,
): Omit<L, K>[][] {
  const grouped: Omit<L, K>[][] = Array.from({ length: groups }, () => []);
  for (const { [position]: at, ...line } of lines) grouped[Number(at)]?.push(line);
  return grouped;
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
