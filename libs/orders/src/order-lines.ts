/** Lines of orders and returns: what they amount to, and which belong together. */
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
