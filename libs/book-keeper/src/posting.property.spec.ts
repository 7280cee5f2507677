/** Laws of double entry on random entries, and a published case by the name of its section. */
import fc from 'fast-check';
import type { EntryRow } from '@morrow/engines';
import type { CalendarDate } from '@morrow/kernel';
import { describe, expect, it } from 'vitest';
import { contraryOf, decideEntry, openDate, type AskedEntry, type BookFacts } from './posting.ts';

const codes = ['1100', '3200', '4100', '5100'];
const bookOf = (locked: readonly string[]): BookFacts => ({
  version: 1,
  currency: 'GBP',
  accounts: new Map(
    ['1000', ...codes].map((code) => [code, { code, isPostable: code !== '1000' }]),
  ),
  roles: new Map([['cash', '1100']]),
  locked: new Set(locked),
});
const open = bookOf([]);
const day = (text: string) => text as CalendarDate;
const entry = (source: string, date: string, lines: readonly (readonly [string, bigint])[]) => ({
  source,
  date: day(date),
  currency: 'GBP',
  memo: source,
  lines: lines.map(([account, amount]) => ({ account, amount })),
});
const sumsOf = (rows: readonly Pick<EntryRow, 'lines'>[]) => {
  const sums = new Map<string, bigint>();
  for (const { account, amount } of rows.flatMap(({ lines }) => lines))
    sums.set(account, (sums.get(account) ?? 0n) + BigInt(amount));
  return [...sums].filter(([, sum]) => sum !== 0n).sort();
};
const posted = (facts: BookFacts, asked: AskedEntry): EntryRow => {
  const decided = decideEntry(facts, asked, asked.source);
  if ('refusal' in decided) throw new Error(JSON.stringify(decided.refusal));
  return decided.entry;
};

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
const anyLine = fc.tuple(
  fc.constantFrom(...codes, '@cash', '1000', '9999', '@nobody'),
  fc.bigInt({ min: -100n, max: 100n }),
);
/** Half of them balance: the last line takes what is left. */
const anyEntry = fc
  .tuple(fc.array(anyLine, { maxLength: 6 }), fc.boolean())
  .map(([lines, isBalanced]) => {
    const left = lines.reduce((sum, [, amount]) => sum - amount, 0n);
    return entry('x', '2010-12-01', isBalanced ? [...lines, ['4100', left]] : lines);
  });
const months = fc.integer({ min: 0, max: 40 }).map((count) => {
  const month = String((count % 12) + 1).padStart(2, '0');
  return `${2010 + Math.floor(count / 12)}-${month}`;
});

describe(`posting, seed ${seed}`, () => {
  it('stores only what balances, over two lines or more, on accounts that may be posted to', () => {
    fc.assert(
      fc.property(anyEntry, (asked) => {
        const decided = decideEntry(open, asked, 'e');
        const isSound = asked.lines.every(({ account }) => /^(@cash|[1345][12]00)$/.test(account));
        const balance = asked.lines.reduce((sum, { amount }) => sum + amount, 0n);
        const worth = asked.lines.filter(({ amount }) => amount !== 0n).length;
        expect('entry' in decided).toBe(isSound && balance === 0n && worth >= 2);
        if (!('entry' in decided)) return;
        const { lines } = decided.entry;
        expect(lines.reduce((sum, { amount }) => sum + BigInt(amount), 0n)).toBe(0n);
        expect(lines).toHaveLength(worth);
        expect(lines.every(({ account }) => codes.includes(account))).toBe(true);
      }),
      { seed, numRuns: 1000 },
    );
  });
  it('leaves nothing of an entry and its contrary, whose contrary is the entry again', () => {
    fc.assert(
      fc.property(anyEntry, (asked) => {
        const decided = decideEntry(open, asked, 'e');
        if (!('entry' in decided)) return;
        const back = posted(open, contraryOf(decided.entry, day('2011-01-01'), 'Wrong'));
        expect(sumsOf([decided.entry, back])).toEqual([]);
        const again = posted(open, contraryOf(back, decided.entry.date as CalendarDate, 'Right'));
        expect(again.lines).toEqual(decided.entry.lines);
      }),
      { seed },
    );
  });
  it('finds the first open day from a date on: itself, or the first of a month', () => {
    fc.assert(
      fc.property(fc.array(months), months, (locked, month) => {
        const facts = bookOf(locked);
        const date = day(`${month}-17`);
        const found = openDate(facts, date);
        const passed = locked.filter((each) => each >= month && each < found.slice(0, 7));
        const isItself = !locked.includes(month);
        expect(locked).not.toContain(found.slice(0, 7));
        expect(isItself ? found === date : found.endsWith('-01') && found > date).toBe(true);
        const [year = 0, number = 0] = found.split('-').map(Number);
        const [fromYear = 0, fromNumber = 0] = month.split('-').map(Number);
        const skipped = (year - fromYear) * 12 + number - fromNumber;
        expect(new Set(passed).size).toBe(skipped);
      }),
      { seed },
    );
  });
});

describe('Closing a year', () => {
  const year = [
    entry('sale', '2010-06-01', [
      ['1100', 40_000n],
      ['4100', -40_000n],
    ]),
    entry('cost', '2010-06-01', [
      ['5100', 60_000n],
      ['1100', -60_000n],
    ]),
  ].map((asked) => posted(open, asked));
  const closing = posted(
    open,
    entry('closing', '2010-12-31', [
      ['5100', -60_000n],
      ['4100', 40_000n],
      ['3200', 20_000n],
    ]),
  );
  const months2010 = Array.from({ length: 12 }, (_, at) => `2010-${`${at + 1}`.padStart(2, '0')}`);
  const closed = bookOf(months2010);

  it('leaves income and cost at nothing, and the loss with retained earnings', () => {
    expect(sumsOf([...year, closing])).toEqual([
      ['1100', -20_000n],
      ['3200', 20_000n],
    ]);
  });
  it('refuses what is posted into the closed year, and takes a reversal dated after it', () => {
    const late = entry('late', '2010-12-31', [
      ['1100', 1n],
      ['4100', -1n],
    ]);
    const refusal = { code: 'periodLocked', period: '2010-12' };
    expect(decideEntry(closed, late, 'e')).toEqual({ refusal });
    const back = posted(closed, contraryOf(closing, day('2011-01-01'), 'Opened again'));
    expect(back.lines.map(({ amount }) => amount)).toEqual(['60000', '-40000', '-20000']);
    expect(sumsOf([closing, back])).toEqual([]);
  });
});
