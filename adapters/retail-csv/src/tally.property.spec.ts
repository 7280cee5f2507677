/** What the file holds is what was posted and refused; what was posted is its parts and the
 * rounding, to the last digit. */
import fc from 'fast-check';
import { parseDecimal } from '@morrow/kernel';
import { expect, it } from 'vitest';
import { tallyDocument } from './retail-batch.ts';
import { lineOf } from './retail-line.features.ts';
import { amountOf } from './retail-lines.ts';
import { rounded, Tally } from './tally.ts';

const micro = (text: string) => parseDecimal(text, 6);
const line = fc
  .record({
    code: fc.constantFrom('85123A', 'POST', 'D', 'gift_0001_20'),
    quantity: fc.bigInt({ min: -99n, max: 99n }),
    price: fc.bigInt({ min: 0n, max: 99_999_999n }),
  })
  .map((changed) => lineOf(changed));
const document = fc.record({
  lines: fc.array(line, { minLength: 1, maxLength: 6 }),
  fate: fc.constantFrom('sale' as const, 'return' as const, 'refused' as const),
});

it('Reconciles exactly, whatever was posted and refused', () => {
  fc.assert(
    fc.property(fc.array(document), (documents) => {
      const tally = new Tally();
      for (const { lines, fate } of documents)
        if (fate === 'refused')
          for (const one of lines) tally.refuse(one.line, 'why', amountOf(one));
        else tallyDocument(tally, lines, fate);
      const { lines, amount, posted, refused, parts } = tally.result();
      const all = documents.flatMap((one) => one.lines);
      const partSum = parts.reduce((sum, part) => sum + micro(part.amount), 0n);
      const reasonSum = refused.reasons.reduce((sum, reason) => sum + micro(reason.amount), 0n);
      expect({
        lines,
        amount: micro(amount),
        postedAndRefused: [
          posted.lines + refused.lines,
          micro(posted.amount) + micro(refused.amount),
        ],
        partLines: parts.reduce((sum, part) => sum + part.lines, 0),
        partSum,
        refusals: [refused.reasons.length, reasonSum],
      }).toEqual({
        lines: all.length,
        amount: all.reduce((sum, one) => sum + amountOf(one), 0n),
        postedAndRefused: [lines, micro(amount)],
        partLines: posted.lines,
        partSum: micro(posted.amount),
        refusals: [refused.lines, micro(refused.amount)],
      });
    }),
  );
});

it.each([
  [4_999n, 0n],
  [5_000n, 10_000n],
  [-5_000n, -10_000n],
  [-4_999n, 0n],
])('%i millionths are booked as %i: half away from zero', (exact, booked) => {
  expect(rounded(exact)).toBe(booked);
});

it('Names what was refused in the order of the file, whichever batch was answered first', () => {
  const tally = new Tally();
  for (const at of [30, 2, 11]) tally.refuse(at, 'why', 0n);
  expect(tally.result().refused.reasons.map((reason) => reason.line)).toEqual([2, 11, 30]);
});
