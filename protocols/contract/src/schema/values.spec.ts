/** Shared values: their canonical forms on the wire, and the promise of their codecs. */
import { powerOfTen, units, type Quantity } from '@morrow/kernel';
import fc from 'fast-check';
import { expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import type { Id, Money, Price } from '@morrow/kernel';
import { codecOf } from './codec.ts';
import { instants, scaledIntegers } from './schema-pairs.features.ts';
import * as values from './values.ts';

const seed = Date.now() % 2 ** 31;
const { InstantSchema, Minor, QuantitySchema, MicroSchema, CalendarDate, idSchema } = values;

test('a quantity has one form on the wire', () => {
  const { encode, decode } = codecOf(QuantitySchema);
  const written = [units(1), 2_500_000n, -1n, 0n, units(999_999_999_999n)].map((quantity) =>
    encode(quantity as Quantity),
  );
  expect(written).toEqual(['1', '2.5', '-0.000001', '0', '999999999999']);
  for (const text of ['01', '1.', '.5', '1e3', '1.1234567', '1000000000000', ' 1', '+1', '1,5'])
    expect(() => decode(text), text).toThrow(z.core.$ZodError);
});

test('a quantity may be written with needless zeros', () => {
  const { decode, encode } = codecOf(QuantitySchema);
  const typed = ['2.50', '2', '2.0', '2.500000', '2.5000000000', '-0', '-0.00', '-1.10'];
  expect(typed.map((text) => encode(decode(text)))).toEqual(
    ['2.5', '2', '2', '2.5', '2.5', '0', '0', '-1.1'], // prettier-ignore
  );
});

test('an amount is a whole number of up to 18 digits', () => {
  const { decode, copy } = codecOf(Minor);
  expect(decode('-999999999999999999')).toBe(-(powerOfTen(18) - 1n));
  for (const text of ['1.0', '-0', '007', '1000000000000000000', ''])
    expect(() => decode(text), text).toThrow(z.core.$ZodError);
  expect(() => copy(powerOfTen(18))).toThrow(z.core.$ZodError);
});

test('an instant is a moment of year 1 to 9999 in UTC', () => {
  const { decode, copy } = codecOf(InstantSchema);
  expect(decode('2026-03-01T10:00:00Z')).toEqual(new Date('2026-03-01T10:00:00.000Z'));
  expect(decode('2026-03-01T10:00:00.123456789Z')).toEqual(new Date('2026-03-01T10:00:00.123Z'));
  for (const text of [
    '0000-12-31T23:59:59Z',
    '0001-01-01T00:00:00+02:00',
    '9999-12-31T23:00:00-02:00',
    '2026-02-30T00:00:00Z',
    '2026-03-01T10:00:00',
    '2026-03-01T10:00:00+24:00',
    '2026-03-01T10:00:00.1234567891+02:00',
  ])
    expect(() => decode(text), text).toThrow(z.core.$ZodError);
  expect(() => copy(new Date('+010000-01-01T00:00:00Z'))).toThrow(z.core.$ZodError);
});

test('an instant may be written with an offset and with fewer or more decimals', () => {
  const { decode, encode } = codecOf(InstantSchema);
  const typed = {
    '2026-01-01T10:00:00+02:00': '2026-01-01T08:00:00.000Z',
    '2025-12-31T20:15:00.5-05:45': '2026-01-01T02:00:00.500Z',
    '2026-01-01T10:00:00.123456789+02:00': '2026-01-01T08:00:00.123Z',
  };
  expect(Object.keys(typed).map((text) => encode(decode(text)))).toEqual(Object.values(typed));
});

test('a day of the calendar exists', () => {
  const { decode } = codecOf(CalendarDate);
  expect(decode('2024-02-29')).toBe('2024-02-29');
  for (const text of ['2023-02-29', '0000-01-01', '2024-13-01', '2024-1-1', '2024-01-01T00:00:00Z'])
    expect(() => decode(text), text).toThrow(z.core.$ZodError);
});

test('an id is a UUID, read in any case, and belongs to its noun', () => {
  const schema = idSchema('order');
  const text = '018f3c2a-1b2c-7000-8000-00000000000a';
  expect(codecOf(schema).decode(text)).toBe(text);
  const upper = text.toUpperCase() as Id<'order'>;
  const { decode, copy, encode } = codecOf(schema);
  expect([decode(upper), copy(upper), encode(upper)]).toEqual([text, text, text]);
  expect(() => decode(`${text}0`)).toThrow('Not an id (order)');
  expect(idSchema('order')).toBe(schema);
  expectTypeOf<z.core.output<typeof schema>>().toExtend<Id<'order'>>();
});

test('schemas give the types of the kernel', () => {
  expectTypeOf<z.core.output<typeof values.MoneySchema>>().toExtend<Money>();
  expectTypeOf<z.core.output<typeof values.PriceSchema>>().toExtend<Price>();
  expectTypeOf<z.core.output<typeof QuantitySchema>>().toExtend<Quantity>();
  expectTypeOf<z.core.output<typeof CalendarDate>>().toExtend<values.CalendarDate>();
});

test.each([
  ['instant', InstantSchema, instants],
  ['amount', Minor, scaledIntegers],
  ['sum', values.MinorSum, fc.bigInt({ min: -(10n ** 30n) + 1n, max: 10n ** 30n - 1n })],
  ['quantity', QuantitySchema, scaledIntegers],
  ['price', MicroSchema, scaledIntegers],
] as [string, z.core.$ZodType<unknown, unknown>, fc.Arbitrary<unknown>][])(
  'the codec of an %s keeps its promise',
  (_, schema, arbitrary) => {
    const kept = fc.property(arbitrary, (value) => {
      const wire = z.encode(schema, value);
      expect(z.decode(schema, wire)).toEqual(codecOf(schema).copy(value));
      expect(codecOf(schema).encode(value)).toBe(wire);
    });
    fc.assert(kept, { numRuns: 1000, seed });
  },
);
