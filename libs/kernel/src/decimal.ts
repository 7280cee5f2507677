/** Moves between decimal text and integers of a fixed scale, so that no float ever touches a
 * figure. */
import { invariant } from './invariant.ts';

const shape = /^(-?)(\d+)(?:\.(\d+))?$/;
const powers = Array.from({ length: 39 }, (_, exponent) => 10n ** BigInt(exponent));

/** Ten to the power of the scale, 0 to 38. */
export const powerOfTen = (scale: number): bigint => {
  const power = powers[scale];
  invariant(power !== undefined, `A scale lies between 0 and 38, not ${scale}`);
  return power;
};

/** Reads `-12.50` as an integer of the scale given (2 → -1250n). Throws a RangeError on any other
 * shape, or on more decimals than the scale holds, trailing zeros aside. */
export function parseDecimal(text: string, scale: number): bigint {
  const match = shape.exec(text);
  if (!match) throw new RangeError(`Not a decimal number: ${text.slice(0, 40)}`);
  const [, sign, whole = '', fraction = ''] = match;
  const kept = fraction.slice(0, scale).padEnd(scale, '0');
  if (/[1-9]/.test(fraction.slice(scale)))
    throw new RangeError(`More than ${scale} decimals: ${text.slice(0, 40)}`);
  const value = BigInt(whole + kept);
  return sign === '-' ? -value : value;
}

/** Writes an integer of the scale given in its one canonical form: no trailing zeros, no `-0`. */
export function formatDecimal(value: bigint, scale: number): string {
  const text = formatFixed(value, scale);
  return scale === 0 ? text : text.replace(/\.?0+$/, '');
}

/** Writes an integer of the scale given with all its decimals: 1250n at 2 → `12.50`. */
export function formatFixed(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const sign = value < 0n ? '-' : '';
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Divides and rounds half away from zero, as invoices do (EN 16931 and commercial practice). */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  invariant(denominator !== 0n, 'A division has a denominator other than zero');
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const quotient = (2n * n + d) / (2n * d);
  return negative ? -quotient : quotient;
}
