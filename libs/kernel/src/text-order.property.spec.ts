/** The order of texts is that of their bytes in UTF-8. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { textOrder } from './text-order.ts';

const seed = Date.now() % 2 ** 31;
const units = fc.constantFrom('A', 'a', '-', '|', 'Ä', 'ß', '字', '\uff21', '\ufb01', '𠀀', '😀');
const texts = fc.string({ unit: units, maxLength: 5 });

it(`texts are ordered as their bytes are (seed ${seed})`, () => {
  const law = fc.property(texts, texts, (one, other) => {
    const bytes = Buffer.compare(Buffer.from(one), Buffer.from(other));
    expect(Math.sign(textOrder(one, other))).toBe(bytes);
  });
  fc.assert(law, { numRuns: 2000, seed });
});

it('a full-width letter comes before a character beyond U+FFFF', () => {
  expect(['𠀀', '\uff21', 'a', 'Z'].toSorted(textOrder)).toEqual(['Z', 'a', '\uff21', '𠀀']);
});
