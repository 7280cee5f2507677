/** The worth of all stock has more digits than an amount. */
import { expect, it } from 'vitest';
import { z } from 'zod';
import { Stock } from './index.ts';

it('crosses a call, however much it is', () => {
  const { output } = Stock.spec.operations.totals;
  const totals = { value: 3n * (10n ** 18n - 1n), movements: 3 };
  const sent = z.encode(output, totals);
  expect(sent).toEqual({ value: '2999999999999999997', movements: 3 });
  expect(z.decode(output, sent)).toEqual(totals);
});
