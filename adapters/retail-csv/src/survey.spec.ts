/** The first pass finds what stock, prices and names the import has to begin with. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineOf } from './retail-line.features.ts';
import { medianPrice, Survey, unitCost } from './survey.ts';

const surveyOf = (...lines: readonly Parameters<typeof lineOf>[0][]): Survey => {
  const survey = new Survey();
  for (const line of lines) survey.add(lineOf(line));
  return survey;
};
const counted = (prices: readonly bigint[]) =>
  new Map([...Map.groupBy(prices, (price) => price)].map(([price, same]) => [price, same.length]));

describe('opening stock', () => {
  it('is the least with which on hand never goes below zero', () => {
    const survey = surveyOf(
      { quantity: 5n },
      { quantity: -4n, invoice: 'C1' },
      { quantity: 6n },
      { quantity: -2n, price: 0n },
    );
    expect(survey.openings()).toEqual([{ code: '85123A', quantity: 9n }]);
  });

  it('is none for what came back first, and for charges', () => {
    const survey = surveyOf({ quantity: -3n, invoice: 'C1' }, { quantity: 3n }, { code: 'POST' });
    expect(survey.openings()).toEqual([]);
  });

  it('does not count lines that are refused or that move nothing', () => {
    const survey = surveyOf({ price: -1n }, { invoice: 'A1', code: 'B' });
    expect(survey.openings()).toEqual([]);
  });

  it('One unit less would have left too little, whatever moved', () => {
    const move = fc.record({
      kind: fc.constantFrom('sale' as const, 'return' as const, 'loss' as const),
      count: fc.bigInt({ min: 1n, max: 20n }),
    });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 30 }), (moves) => {
        const survey = surveyOf(
          ...moves.map(({ kind, count }) => ({
            quantity: kind === 'sale' ? count : -count,
            ...(kind === 'loss' ? { price: 0n } : {}),
          })),
        );
        const opening = survey.openings()[0]?.quantity ?? 0n;
        let onHand = opening;
        const levels = moves.map(
          ({ kind, count }) => (onHand += kind === 'return' ? count : -count),
        );
        const least = levels.reduce((low, level) => (level < low ? level : low), opening);
        expect(least >= 0n && (opening === 0n || least === 0n)).toBe(true);
      }),
    );
  });
});

describe('unit cost', () => {
  it('is a share of the median price at which goods were sold, gifts and returns apart', () => {
    const survey = surveyOf(
      { price: 3_000_000n },
      { price: 2_550_000n },
      { price: 2_550_000n },
      { price: 0n },
      { price: 9_000_000n, quantity: -1n, invoice: 'C1' },
    );
    const prices = survey.items.get('85123A')?.prices ?? new Map<bigint, number>();
    expect(unitCost(prices, 600_000n)).toBe(1_530_000n);
  });

  it('is zero for what was never sold at a price, and rounded half away from zero', () => {
    expect(unitCost(new Map(), 600_000n)).toBe(0n);
    expect(unitCost(new Map([[1n, 1]]), 500_000n)).toBe(1n);
  });

  it('The median is the middle of the sorted prices, the lower of two', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 1n, max: 50n }), { minLength: 1 }), (prices) => {
        const sorted = prices.toSorted((a, b) => Number(a - b));
        expect(medianPrice(counted(prices))).toBe(sorted[(prices.length - 1) >> 1]);
      }),
    );
  });
});

it('Items are named by their last sale, customers by their last country', () => {
  const survey = surveyOf(
    { description: 'HEART', country: 'France' },
    { description: 'WHITE HEART', country: 'Spain' },
    { description: 'thrown away', quantity: -1n, price: 0n },
    { description: '' },
  );
  expect(survey.items.get('85123A')?.description).toBe('WHITE HEART');
  expect([...survey.customers]).toEqual([['17850', 'United Kingdom']]);
});
