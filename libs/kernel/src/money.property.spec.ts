/** Laws of money and decimals, on random figures. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currencyCode, minorUnitsOf } from './currency.ts';
import { divideRounded, formatDecimal, formatFixed, parseDecimal } from './decimal.ts';
import {
  allocateMoney,
  amountMax,
  exactAmount,
  exactOf,
  isWithin,
  lineAmountMax,
  money,
  parsePrice,
  roundExact,
} from './money.ts';
import { units } from './quantity.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
const big = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
const scale = fc.integer({ min: 0, max: 12 });
const gbp = currencyCode('GBP');

describe(`money, seed ${seed}`, () => {
  it('reads what it wrote, at any scale', () => {
    fc.assert(
      fc.property(big, scale, (value, at) => {
        expect(parseDecimal(formatDecimal(value, at), at)).toBe(value);
        expect(parseDecimal(formatFixed(value, at), at)).toBe(value);
      }),
      { seed },
    );
  });
  it('rounds to the nearest, half away from zero', () => {
    fc.assert(
      fc.property(big, fc.bigInt({ min: 1n, max: 10n ** 9n }), (numerator, denominator) => {
        const rounded = divideRounded(numerator, denominator);
        const rest = numerator - rounded * denominator;
        const twice = (rest < 0n ? -rest : rest) * 2n;
        expect(twice <= denominator).toBe(true);
        expect(divideRounded(-numerator, denominator)).toBe(-rounded);
      }),
      { seed },
    );
  });
  it('holds the sum of 999 lines of any amount within their bound', () => {
    const line = fc.bigInt({ min: -lineAmountMax, max: lineAmountMax });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 999, size: 'max' }), (lines) => {
        const sum = lines.reduce((total, each) => total + each, 0n);
        expect(isWithin(sum, amountMax)).toBe(true);
      }),
      { seed, numRuns: 20 },
    );
    expect(isWithin(999n * lineAmountMax, amountMax)).toBe(true);
    expect([amountMax + 1n, -amountMax - 1n].map((each) => isWithin(each, amountMax))).toEqual([
      false,
      false,
    ]);
  });
  it('allocates without losing a penny', () => {
    fc.assert(
      fc.property(
        big,
        fc.array(fc.bigInt({ min: 1n, max: 1000n }), { minLength: 1 }),
        (minor, weights) => {
          const parts = allocateMoney(money(minor, gbp), weights);
          expect(parts.reduce((sum, part) => sum + part.minor, 0n)).toBe(minor);
        },
      ),
      { seed },
    );
  });
  it('keeps three-decimal prices exact until the invoice is rounded', () => {
    const exact = exactAmount(units(3), parsePrice('0.125', gbp));
    expect(roundExact(exact, gbp)).toEqual(money(38n, gbp));
    expect(exactOf(money(38n, gbp)) - exact).toBe(5_000_000_000n);
  });
  it('knows minor units where the Intl of JavaScript does not', () => {
    const of = (code: string) => minorUnitsOf(currencyCode(code));
    const codes = ['JPY', 'KWD', 'BHD', 'OMR', 'TND', 'JOD', 'CLF', 'UYW', 'HUF', 'IQD', 'AFN'];
    expect([...codes, 'IDR', 'LAK'].map(of)).toEqual([0, 3, 3, 3, 3, 3, 4, 4, 2, 3, 2, 2, 2]);
  });
});
