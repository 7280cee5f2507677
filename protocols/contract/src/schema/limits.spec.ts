/** What may cross a call: how large a message is at most, and what would not survive. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { codecOf } from './codec.ts';
import { JsonText } from './json-text.ts';
import { largestMessage } from './largest-message.ts';
import { isPlainPattern } from './plain-pattern.ts';
import { Text } from './text.ts';
import * as values from './values.ts';
import { wireFaults } from './wire-faults.ts';

const bytesOf = (schema: z.core.$ZodType<unknown, unknown>, value: unknown) =>
  Buffer.byteLength(JSON.stringify(codecOf(schema).encode(value)));

test.each([
  [Text(3), '\u0001\u0001\u0001'],
  [JsonText(20), '"aaaaaaaaaaaaaa"'],
  [z.array(Text(2)).max(3), ['\u0001\u0001', '\u0001\u0001', '\u0001\u0001']],
  [z.object({ ok: z.boolean() }), { ok: false }],
  [z.literal(['a', 'long']), 'long'],
  [z.int().nullable(), Number.MIN_SAFE_INTEGER],
  [z.number(), -0.0000012345678901234567],
])('the bound of schema %# holds for the largest value', (schema, value) => {
  const bound = largestMessage(schema);
  expect(bytesOf(schema, value)).toBeLessThanOrEqual(bound);
  expect(bound).toBeLessThanOrEqual(bytesOf(schema, value) + 5);
});

test('what has no stated maximum is unbounded', () => {
  const tree: z.ZodType = z.lazy(() => z.object({ kids: z.array(tree).max(2) }));
  const unbounded = [
    z.string(),
    z.array(z.int()),
    z.record(Text(3), z.int()),
    z.looseObject({}),
    z.iso.datetime(),
    z.union([z.int(), z.email()]),
    z.unknown(),
    tree,
  ];
  expect(unbounded.map(largestMessage)).toEqual(unbounded.map(() => Infinity));
});

test('the shared values are bounded and survive', () => {
  const { InstantSchema, Minor, QuantitySchema, MicroSchema, MoneySchema, PriceSchema } = values;
  const { CalendarDate, CurrencySchema, idSchema } = values;
  const shared = [InstantSchema, Minor, QuantitySchema, MicroSchema, MoneySchema, PriceSchema];
  for (const schema of [
    ...shared,
    CalendarDate,
    CurrencySchema,
    idSchema('order'),
    Text(9),
    JsonText(9),
  ]) {
    expect(wireFaults(schema)).toEqual([]);
    expect(largestMessage(schema)).toBeLessThan(100);
  }
});

test('every fault is named with its path', () => {
  const schema = z.object({
    at: z.date(),
    lines: z.array(z.object({ minor: z.bigint(), tags: z.set(Text(2)) })),
    names: z.record(z.string(), z.any()),
    constructor: z.int(),
    some: z.tuple([z.int().optional(), z.file()]),
    way: z.union([z.undefined(), z.literal(['a', 5n, -0])]),
    deep: z.string().max(3).transform(Number).nullable(),
  });
  const paths = wireFaults(schema).map((fault) => fault.split(':')[0]);
  expect(paths.sort()).toEqual(
    [
      'at',
      'constructor',
      'deep',
      'deep',
      'lines[].minor',
      'lines[].tags',
      'names{key}',
      'names{}',
      'some[0]',
      'some[1]',
      'way<1>',
      'way<2>',
      'way<2>',
    ].sort(),
  );
  expect(wireFaults(z.date())).toEqual([
    'value: z.date() has no wire form; use InstantSchema or CalendarDate',
  ]);
});

test('a plain schema of a protocol has no fault, recursion and codecs included', () => {
  const tree: z.ZodType = z.lazy(() => z.object({ kids: z.array(tree).max(2) }));
  const schema = z.object({
    n: z.number(),
    when: values.InstantSchema.optional(),
    code: z.string().regex(/^[A-Z0-9._-]{1,20}$/),
    kind: z.enum(['a', 'b']).default('a'),
    by: z.record(Text(5), values.MoneySchema.nullable()),
    tree,
  });
  expect(wireFaults(schema)).toEqual([]);
});

test('a plain pattern lets neither NUL nor half a character in', () => {
  const accepted = [/^[a-z]+$/, /^(?:a|b)\d{1,3}\.\d$/, /^[A-Z0-9._-]{1,20}$/];
  const doubtful = [/^.*$/, /^[^a]$/, /^a|b$/, /a+$/, /^a$/m, /^\S+$/, /^\W$/, /^[\u0000-\uffff]$/];
  expect(accepted.map(isPlainPattern)).toEqual(accepted.map(() => true));
  expect(doubtful.map(isPlainPattern)).toEqual(doubtful.map(() => false));
});

test('text counts code points and refuses NUL and half characters', () => {
  const text = codecOf(Text(2));
  expect(text.copy('👍👍')).toBe('👍👍');
  for (const refused of ['abc', 'a\0', '\ud83d', '👍👍👍'])
    expect(() => text.decode(refused)).toThrow(z.core.$ZodError);
});

test('whatever text is let in fits its bound', () => {
  const seed = Date.now() % 2 ** 31;
  const fits = fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (text) => {
    if (Text(12).safeParse(text).success)
      expect(bytesOf(Text(12), text)).toBeLessThanOrEqual(largestMessage(Text(12)));
  });
  fc.assert(fits, { numRuns: 500, seed });
});
