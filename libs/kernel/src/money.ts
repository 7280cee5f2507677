/** Amounts of money in minor units of one currency, and prices per unit, with the arithmetic that
 * invoices need. */
import { isCurrencyCode, minorUnitsOf, type CurrencyCode } from './currency.ts';
import { divideRounded, formatFixed, parseDecimal, powerOfTen } from './decimal.ts';
import { invariant } from './invariant.ts';
import { quantityScale, type Quantity } from './quantity.ts';

/** An amount in minor units (1250n GBP is 12.50). */
export interface Money {
  readonly minor: bigint;
  readonly currency: CurrencyCode;
}

/** Price of one unit, in millionths of the major unit: three-decimal prices lose nothing. */
export interface Price {
  readonly micro: bigint;
  readonly currency: CurrencyCode;
}

/** Largest amount that is stored or crosses a call, in minor units: 18 digits. Totals over any
 * number of amounts may have more. */
export const amountMax = 10n ** 18n - 1n;
/** Largest amount of one line of a document (quantity × price), in minor units: 999 such lines
 * still add up to an amount. */
export const lineAmountMax = 10n ** 15n;
/** Whether minor units, above or below zero, lie within a bound. */
export const isWithin = (minor: bigint, max: bigint): boolean => minor <= max && minor >= -max;

/** Decimals that a price holds. */
export const priceScale = 6;

export const money = (minor: bigint, currency: CurrencyCode): Money => ({ minor, currency });
export const price = (micro: bigint, currency: CurrencyCode): Price => ({ micro, currency });

/** Reads `12.50`; a RangeError on more decimals than the currency has. */
export const parseMoney = (text: string, currency: CurrencyCode): Money =>
  money(parseDecimal(text, minorUnitsOf(currency)), currency);
/** Writes the amount with all decimals of its currency, without the code. */
export const formatMoney = ({ minor, currency }: Money): string =>
  formatFixed(minor, minorUnitsOf(currency));
/** Writes minor units with all decimals of the currency of this code, two where no table has it;
 * without the code. */
export const formatMinor = (minor: bigint, currency: string): string =>
  formatFixed(minor, isCurrencyCode(currency) ? minorUnitsOf(currency) : 2);
export const parsePrice = (text: string, currency: CurrencyCode): Price =>
  price(parseDecimal(text, priceScale), currency);

/** Sum of two amounts; of one currency, or an invariant error. */
export function addMoney(a: Money, b: Money): Money {
  invariant(a.currency === b.currency, `${a.currency} and ${b.currency} do not add up`);
  return money(a.minor + b.minor, a.currency);
}
export const negateMoney = (a: Money): Money => money(-a.minor, a.currency);

/** Decimals of an exact product of quantity and price. */
export const exactScale = quantityScale + priceScale;

/** Quantity × price without rounding, in units of 10^-12 of the major unit. */
export const exactAmount = (quantity: Quantity, unit: Price): bigint => quantity * unit.micro;

/** An exact amount (10^-12 of the major unit) rounded half away from zero to minor units. */
export const roundExact = (exact: bigint, currency: CurrencyCode): Money =>
  money(divideRounded(exact, powerOfTen(exactScale - minorUnitsOf(currency))), currency);

/** A money amount as an exact amount, to compare with unrounded sums. */
export const exactOf = ({ minor, currency }: Money): bigint =>
  minor * powerOfTen(exactScale - minorUnitsOf(currency));

/** Splits an amount by weights of 0 or more; the parts differ from exact shares by less than one
 * minor unit and add up to the whole (largest remainder, ties to the first). */
export function allocateMoney(whole: Money, weights: readonly bigint[]): readonly Money[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  invariant(total > 0n && weights.every((weight) => weight >= 0n), 'Weights add up to more than 0');
  const sign = whole.minor < 0n ? -1n : 1n;
  const size = whole.minor * sign;
  const parts = weights.map((weight, at) => {
    const numerator = size * weight;
    return { at, floor: numerator / total, rest: numerator % total };
  });
  let left = size - parts.reduce((sum, part) => sum + part.floor, 0n);
  const byRest = [...parts].sort((a, b) =>
    a.rest === b.rest ? a.at - b.at : a.rest < b.rest ? 1 : -1,
  );
  for (const part of byRest) {
    if (left === 0n) break;
    part.floor += 1n;
    left -= 1n;
  }
  return parts.map((part) => money(part.floor * sign, whole.currency));
}
