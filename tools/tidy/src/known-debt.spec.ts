// Debt lets old breaches stand, lets none be added, and only ever shrinks.
import { expect, it } from 'vitest';
import { beyondDebt, countDebt, payDebt, tellViolation } from './known-debt.ts';

const breach = (path: string, line: number) => ({ rule: 'width', path, line, sentence: 'wide' });
const two = [breach('a.ts', 1), breach('a.ts', 9)];

it('lets a file have as many breaches as it owes', () => {
  expect(beyondDebt(two, { width: { 'a.ts': 2 } })).toEqual([]);
  expect(beyondDebt(two.slice(1), { width: { 'a.ts': 2 } })).toEqual([]);
});

it('shows all breaches of a file that has one more, and of a file that owes nothing', () => {
  expect(beyondDebt(two, { width: { 'a.ts': 1 } })).toEqual(two);
  expect(beyondDebt(two, { length: { 'a.ts': 2 } })).toEqual(two);
  expect(beyondDebt([...two, breach('b.ts', 1)], { width: { 'a.ts': 2 } })).toEqual([
    breach('b.ts', 1),
  ]);
});

it('is paid down and never taken up', () => {
  const debt = { width: { 'a.ts': 1, 'b.ts': 3, 'gone.ts': 1 }, length: { 'a.ts': 1 } };
  const left = [...two, breach('b.ts', 2), breach('new.ts', 1)];
  expect(payDebt(left, debt)).toEqual({ width: { 'a.ts': 1, 'b.ts': 1 } });
});

it('counts by rule and file', () => {
  expect(countDebt([breach('b.ts', 1), ...two])).toEqual({ width: { 'a.ts': 2, 'b.ts': 1 } });
});

it('is told as editors link it', () => {
  expect(tellViolation(breach('a.ts', 9))).toBe('a.ts:9 width: wide');
});
