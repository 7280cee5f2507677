/** Laws of double entry. */
import type { CalendarDate } from '@morrow/kernel';
import { describe, expect, it } from 'vitest';
import {
  contraryOf,
  decideEntry,
  hasContentOf,
  openDate,
  type AskedEntry,
  type BookFacts,
} from './posting.ts';

const facts: BookFacts = {
  version: 1,
  currency: 'GBP',
  accounts: new Map(
    [
      { code: '1000', isPostable: false },
      { code: '1200', isPostable: true },
      { code: '4100', isPostable: true },
    ].map((account) => [account.code, account]),
  ),
  roles: new Map([['sales', '4100']]),
  locked: new Set(['2011-01', '2011-02']),
};
const asked = (change: Partial<AskedEntry> = {}): AskedEntry => ({
  source: 'sale:1',
  date: '2010-12-01' as CalendarDate,
  currency: 'GBP',
  memo: 'Sale 1',
  lines: [
    { account: '1200', amount: 1250n },
    { account: '@sales', amount: -1250n },
  ],
  ...change,
});
const refusalOf = (change: Partial<AskedEntry>) => decideEntry(facts, asked(change), 'e');

describe('posting', () => {
  it('stores a balanced entry, roles resolved and lines of zero left out', () => {
    const lines = [...asked().lines, { account: '1200', amount: 0n }];
    expect(decideEntry(facts, asked({ lines }), 'e')).toEqual({
      entry: {
        id: 'e',
        source: 'sale:1',
        date: '2010-12-01',
        currency: 'GBP',
        memo: 'Sale 1',
        lines: [
          { account: '1200', amount: '1250' },
          { account: '4100', amount: '-1250' },
        ],
      },
    });
  });
  it('refuses what does not balance, has one line, or names no account to post to', () => {
    const line = (account: string, amount: bigint) => ({ account, amount });
    expect(refusalOf({ lines: [line('1200', 2n), line('4100', -1n)] })).toEqual({
      refusal: { code: 'unbalanced', source: 'sale:1', difference: 1n },
    });
    expect(refusalOf({ lines: [] })).toEqual({
      refusal: { code: 'tooFewLines', source: 'sale:1' },
    });
    expect(refusalOf({ lines: [line('9', 1n), line('4100', -1n)] })).toEqual({
      refusal: { code: 'unknownAccount', account: '9' },
    });
    expect(refusalOf({ lines: [line('1000', 1n), line('4100', -1n)] })).toEqual({
      refusal: { code: 'notPostable', account: '1000' },
    });
    expect(refusalOf({ currency: 'EUR' })).toEqual({
      refusal: { code: 'wrongCurrency', currency: 'EUR', books: 'GBP' },
    });
  });
  it('refuses a locked period, and dates derived entries to the next open one', () => {
    const date = '2011-01-31' as CalendarDate;
    expect(refusalOf({ date })).toEqual({ refusal: { code: 'periodLocked', period: '2011-01' } });
    expect(openDate(facts, date)).toBe('2011-03-01');
    expect(openDate(facts, '2010-12-31' as CalendarDate)).toBe('2010-12-31');
  });
  it('tells an entry with the same content from one with other content', () => {
    const decided = decideEntry(facts, asked(), 'e');
    if (!('entry' in decided)) throw new Error('It balances');
    const { entry } = decided;
    const has = (change: Partial<AskedEntry>, isDerived = false) =>
      hasContentOf(facts, asked(change), entry, isDerived);
    const [debit, credit] = asked().lines as [AskedEntry['lines'][0], AskedEntry['lines'][0]];
    const same = [{}, { lines: [{ account: '4100', amount: -1250n }, debit] }];
    const zero = { account: '1200', amount: 0n };
    expect([...same, { lines: [debit, zero, credit] }].map((change) => has(change))).toEqual([
      true,
      true,
      true,
    ]);
    const other = [
      { memo: 'Sale 2' },
      { currency: 'EUR' },
      { date: '2010-12-02' as CalendarDate },
      { lines: [{ ...debit, amount: 1n }, credit] },
      { lines: [debit, { account: '1200', amount: -1250n }] },
    ];
    expect(other.map((change) => has(change))).toEqual(other.map(() => false));
    const moved = { ...entry, date: '2011-03-01' };
    const locked = asked({ date: '2011-01-31' as CalendarDate, memo: 'of another release' });
    expect([hasContentOf(facts, locked, moved, true), hasContentOf(facts, locked, moved)]).toEqual([
      true,
      false,
    ]);
  });
  it('reverses an entry by its contrary', () => {
    const decided = decideEntry(facts, asked(), 'e');
    if (!('entry' in decided)) throw new Error('It balances');
    const contrary = contraryOf(decided.entry, '2010-12-24' as CalendarDate, 'Wrong');
    expect(contrary.lines.map(({ amount }) => amount)).toEqual([-1250n, 1250n]);
    expect(contrary.source).toBe('reversal:e');
  });
});
