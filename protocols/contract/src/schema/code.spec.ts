/** Codes and texts: any script, one canonical form, and no character that nobody sees. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Code, codeFrom } from './code.ts';
import { codecOf } from './codec.ts';
import { largestMessage } from './largest-message.ts';
import { Text, utf8Length } from './text.ts';
import { wireFaults } from './wire-faults.ts';

const seed = Date.now() % 2 ** 31;
const code = codecOf(Code(12));

test.each([
  '85123A',
  'KÄSE',
  'Škoda-7',
  'ΑΒΓ/3',
  'товар',
  '商品٣',
  'ごま',
  'हिन्दी',
  '한글',
  "O'Neil & Co",
])('the code %s is kept, whatever form it was typed in', (text) => {
  const composed = text.normalize('NFC');
  for (const typed of [text, composed, text.normalize('NFD')])
    expect([code.decode(typed), code.copy(typed), code.encode(typed)]).toEqual(
      [composed, composed, composed], // prettier-ignore
    );
});

test.each([
  ['a quote', 'A"B'],
  ['a backslash', 'A\\B'],
  ['a control character', 'A\nB'],
  ['NUL', 'A\0B'],
  ['half a character', 'A\ud83d'],
  ['a joiner', 'A\u200dB'],
  ['a byte order mark', '\ufeffAB'],
  ['a right-to-left override', 'A\u202eB'],
  ['a soft hyphen', 'A\u00adB'],
  ['a variation selector', 'A\ufe0fB'],
  ['a letter without ink', 'A\u3164B'],
  ['a mark that joins what comes before', '\u0308A'],
  ['a no-break space', 'A\u00a0B'],
  ['an emoji', '👍'],
  ['nothing', ''],
  ['too many characters', 'ABCDEFGHIJKLM'],
  ['too many bytes', '字'.repeat(9)],
])('a code with %s is refused', (_, text) => {
  expect(() => code.decode(text)).toThrow(z.core.$ZodError);
  expect(() => code.copy(text)).toThrow(z.core.$ZodError);
});

test('a code is storable and bounded in bytes as tightly as one of ASCII', () => {
  expect(wireFaults(Code(12))).toEqual([]);
  expect(largestMessage(Code(12))).toBe(2 + 2 * 12);
});

test('a code is made of any text', () => {
  const texts = [
    'Bruch: "Gläser"',
    '\u0308 ist\u202e weg',
    'x'.repeat(99),
    '字'.repeat(99),
    '\n?!',
  ];
  expect(texts.map((text) => codeFrom(text, 12))).toEqual(
    ['Bruch:  Gläs', 'ist  weg', 'x'.repeat(12), '字'.repeat(8), ''], // prettier-ignore
  );
});

test(`what is made of any text is a code or empty (seed ${seed})`, () => {
  const made = fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
    const one = codeFrom(text, 12);
    expect(one === '' ? one : code.decode(one)).toBe(one);
  });
  fc.assert(made, { numRuns: 2000, seed });
});

test('lengths count the composed form', () => {
  expect(codecOf(Code(2)).decode('a\u0308o\u0308')).toBe('äö');
  expect(codecOf(Text(2)).decode('a\u0308o\u0308')).toBe('äö');
  // U+0958 has no composed form: it becomes two characters
  expect(() => codecOf(Code(1)).decode('\u0958')).toThrow(z.core.$ZodError);
});

test(`every code has one form, which is a code again, also behind a prefix (seed ${seed})`, () => {
  const texts = fc.string({ unit: 'binary', maxLength: 12 });
  const laws = fc.property(texts, (text) => {
    const parsed = Code(12).safeParse(text);
    if (!parsed.success) return;
    const canonical = parsed.data;
    expect(canonical).toBe(text.normalize('NFC'));
    expect(`sale:${canonical}`.normalize('NFC')).toBe(`sale:${canonical}`);
    expect(code.decode(text.normalize('NFD'))).toBe(canonical);
    expect(utf8Length(canonical)).toBe(Buffer.byteLength(canonical));
  });
  fc.assert(laws, { numRuns: 2000, seed });
});
