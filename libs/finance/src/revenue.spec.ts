/** Revenue: entries of sales and returns balance, whatever their lines, and stand in the chart. */
import fc from 'fast-check';
import { decideEntry, type BookFacts } from '@morrow/book-keeper';
import { divideRounded } from '@morrow/kernel';
import { ItemCategory } from '@morrow/protocol-items';
import { describe, expect, it } from 'vitest';
import { defaultChart } from './default-chart.ts';
import { revenueEntry, type Sold, type SoldLine } from './revenue.ts';

const line = (category: SoldLine['category'], count: number, price: bigint): SoldLine => ({
  category,
  quantity: BigInt(count) * 1_000_000n,
  price,
});
const sold = (total: bigint, lines: readonly SoldLine[]): Sold => ({
  source: 'sale:1',
  number: '536365',
  at: new Date('2010-12-01T08:26:00Z'),
  currency: 'GBP',
  total,
  lines,
});

describe('the entry of a sale', () => {
  it('is receivable for the total, against what each category is worth', () => {
    const lines = [line('goods', 6, 2_550_000n), line('carriage', 1, 18_000_000n)];
    expect(revenueEntry(sold(3330n, lines), 'sale')).toEqual({
      source: 'sale:1',
      date: '2010-12-01',
      currency: 'GBP',
      memo: 'Sale 536365',
      lines: [
        { account: '@receivable', amount: 3330n },
        { account: '@sales', amount: -1530n },
        { account: '@carriage', amount: -1800n },
      ],
    });
  });
  it('takes what the roundings leave to the rounding account', () => {
    const lines = [line('goods', 1, 5_000n), line('manual', 1, 5_000n)];
    expect(revenueEntry(sold(1n, lines), 'sale')?.lines).toEqual([
      { account: '@receivable', amount: 1n },
      { account: '@sales', amount: -1n },
      { account: '@manual', amount: -1n },
      { account: '@rounding', amount: 1n },
    ]);
  });
  it('of a return is the contrary, with goods to an account of their own', () => {
    const lines = [line('goods', 6, 2_550_000n), line('discount', 1, -1_000_000n)];
    expect(revenueEntry(sold(1430n, lines), 'return')).toMatchObject({
      memo: 'Return 536365',
      lines: [
        { account: '@receivable', amount: -1430n },
        { account: '@salesReturns', amount: 1530n },
        { account: '@discount', amount: -100n },
      ],
    });
  });
  it('is none where nothing is worth a line', () => {
    expect(revenueEntry(sold(0n, [line('goods', 6, 0n)]), 'sale')).toBeUndefined();
  });
});

const facts: BookFacts = {
  version: 1,
  currency: 'GBP',
  accounts: new Map(defaultChart.map((account) => [account.code, account])),
  roles: new Map(defaultChart.flatMap(({ code, role }) => (role ? [[role, code] as const] : []))),
  locked: new Set(),
};
const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
const anyLine = fc.record({
  category: fc.constantFrom(...ItemCategory.options),
  quantity: fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }),
  price: fc.bigInt({ min: -(10n ** 8n), max: 10n ** 8n }),
});

describe(`the entry of any sale, seed ${seed}`, () => {
  it.each(['sale', 'return'] as const)('of kind %s can be posted to the default chart', (kind) => {
    fc.assert(
      fc.property(fc.array(anyLine, { minLength: 1, maxLength: 12 }), (lines) => {
        const exact = lines.reduce((sum, { quantity, price }) => sum + quantity * price, 0n);
        const asked = revenueEntry(sold(divideRounded(exact, 10n ** 10n), lines), kind);
        if (asked) expect(decideEntry(facts, asked, 'e')).toHaveProperty('entry');
      }),
      { seed, numRuns: 500 },
    );
  });
});
