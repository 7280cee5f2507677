/** Pricing: what the lines of an order or return amount to. */
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
