/** JSON within a message: bounded by the bytes that it takes there, and kept as it is. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { codecOf } from './codec.ts';
import { JsonText } from './json-text.ts';
import { largestMessage } from './largest-message.ts';
import { wireFaults } from './wire-faults.ts';

const seed = Date.now() % 2 ** 31;
const bytesOf = (text: string) => Buffer.byteLength(JSON.stringify(text));
const refusal = (schema: z.core.$ZodType<unknown, unknown>, text: unknown): unknown => {
  try {
    return codecOf(schema).decode(text);
  } catch (error) {
    return (error as z.core.$ZodError).issues.map(({ message }) => message);
  }
};

it('lets every JSON through as it is written, and no other text', () => {
  const { decode, encode, copy } = codecOf(JsonText(500));
  for (const text of [
    'null',
    ' {"a": [1.50, "Ä\\u00e4", true]} ',
    '"\\ud83d\\udc4d"',
    '-1e-9',
    '""',
  ])
    expect([decode(text), encode(text), copy(text)], text).toEqual([text, text, text]);
  for (const text of ['', '{a: 1}', 'NaN', "'a'", '[1,]', '{"a":1}}', 'undefined', 7, null])
    expect(() => decode(text), String(text)).toThrow(z.core.$ZodError);
});

it('refuses what would not be kept: NUL, half a character, a number beyond all', () => {
  const sentence = ['Not JSON that can be stored unchanged'];
  for (const text of ['"\\u0000"', '[{"\\u0000": 1}]', '["\\ud83d"]', '{"a": 1e999}', '-1e999'])
    expect(refusal(JsonText(500), text), text).toEqual(sentence);
  // a backslash that is text, and no escape
  expect(refusal(JsonText(500), '"\\\\u0000"')).toBe('"\\\\u0000"');
  expect(() => codecOf(JsonText(500)).decode('"\0"')).toThrow(z.core.$ZodError);
  expect(() => codecOf(JsonText(500)).decode('"\ud83d"')).toThrow(z.core.$ZodError);
});

it('counts the bytes that the text takes in a message, quotes and escapes with them', () => {
  const sentence = ['The text takes more than 12 bytes in JSON'];
  expect(refusal(JsonText(12), '[1,2,3,40]')).toBe('[1,2,3,40]');
  expect(refusal(JsonText(12), '[1,2,3,401]')).toEqual(sentence);
  expect(refusal(JsonText(12), '"123456"')).toBe('"123456"');
  expect(refusal(JsonText(12), '"1234567"')).toEqual(sentence);
  expect(refusal(JsonText(12), '"äää"')).toBe('"äää"');
  expect(refusal(JsonText(12), '"ääää"')).toEqual(sentence);
  expect(largestMessage(JsonText(12))).toBe(12);
  expect(largestMessage(z.object({ a: JsonText(300_000) }))).toBe(300_007);
});

it('fits its bound and is JSON whatever is given, seed ' + seed, () => {
  const texts = fc.oneof(
    fc.json(),
    fc.string({ unit: 'binary' }),
    fc.json().map((text) => `${text} `),
  );
  const kept = fc.property(texts, fc.integer({ min: 4, max: 60 }), (text, bytesMax) => {
    const isLetIn = JsonText(bytesMax).safeParse(text).success;
    expect(codecOf(z.object({ it: JsonText(bytesMax) })).decode.length).toBe(1);
    if (isLetIn) {
      JSON.parse(text);
      expect(bytesOf(text)).toBeLessThanOrEqual(bytesMax);
    } else expect(() => codecOf(JsonText(bytesMax)).decode(text)).toThrow();
  });
  fc.assert(kept, { numRuns: 500, seed });
});

it('goes through any depth', () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  expect(codecOf(JsonText(300_000)).decode(deep)).toBe(deep);
});

it('survives the wire, and documents show it as a text of JSON', () => {
  expect(wireFaults(z.object({ input: JsonText(99), more: JsonText(9).optional() }))).toEqual([]);
  expect(z.toJSONSchema(JsonText(99), { io: 'input' })).toMatchObject({
    type: 'string',
    contentMediaType: 'application/json',
  });
});
