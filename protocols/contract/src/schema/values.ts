/** Value schemas of every protocol: instants, money, quantities and ids on the wire. */
import {
  currencyCodes,
  formatDecimal,
  parseDecimal,
  priceScale,
  quantityScale,
  type CalendarDate as Day,
  type CurrencyCode,
  type Id,
  type Instant,
  type Quantity,
} from '@morrow/kernel';
import { z } from 'zod';
import { codeMessage, isCodePattern } from './code.ts';
import { lowered } from './text.ts';
import { valueCodec } from './value-codec.ts';

/** The schema, with a branded type of the kernel as what it gives. */
type Giving<S extends z.core.$ZodType, Value> = S & { readonly _zod: { readonly output: Value } };

/** `2026-01-01T10:00:00.123456789+02:00`. */
const instantLength = 35;
const instantMessage = 'Not an instant, such as 2026-03-01T10:00:00Z';

/** A Date in code; ISO 8601 on the wire, written in UTC. Read with any offset and up to nine
 * decimals of a second, of which three are kept. */
export const InstantSchema = valueCodec(
  z.iso.datetime({ offset: true, error: instantMessage }).max(instantLength),
  z.date().min(new Date('0001-01-01T00:00:00.000Z')).max(new Date('9999-12-31T23:59:59.999Z')),
  {
    decode: (text) => new Date(text),
    encode: (at) => at.toISOString(),
    copy: (at): Instant => new Date(at.getTime()),
  },
);

/** A day that exists, `YYYY-MM-DD`, of year 0001 to 9999 (PostgreSQL has no year 0). */
export type CalendarDate = Day;
export const CalendarDate = z.iso
  .date('Not a day of the calendar, YYYY-MM-DD')
  .regex(/^(?!0000)/, 'The calendar begins with the year 0001') as Giving<z.ZodISODate, Day>;

const same = (value: bigint): bigint => value;
const minorMax = 999_999_999_999_999_999n;

/** An amount in minor units: bigint in code, up to 18 digits as text on the wire. */
export const Minor = valueCodec(
  z
    .string()
    .max(19)
    .regex(
      /^(?:0|-?[1-9]\d{0,17})$/,
      'Not a whole number of minor units, such as 1250 for 12.50, of at most 18 digits',
    ),
  z.bigint().min(-minorMax).max(minorMax),
  { decode: BigInt, encode: String, copy: same },
);

/** Twelve digits before the point and six after it; zeros may follow. A leading zero is refused: it
 * is the mark of a code that stands in the wrong field. */
const decimalPattern = /^-?(?:0|[1-9]\d{0,11})(?:\.\d{1,6}0*)?$/;
const decimalMessage =
  'Not a decimal number, such as 2.5, of at most 12 digits before the point and 6 after it';
const scaledMax = 999_999_999_999_999_999n;

const scaled = (scale: number) =>
  valueCodec(
    z.string().max(20).regex(decimalPattern, decimalMessage),
    z.bigint().min(-scaledMax).max(scaledMax),
    {
      decode: (text) => parseDecimal(text, scale),
      encode: (value) => formatDecimal(value, scale),
      copy: same,
    },
  );

/** Millionths in code, `2.5` on the wire; `2.50` is read as well. */
export const QuantitySchema = scaled(quantityScale) as Giving<ReturnType<typeof scaled>, Quantity>;
/** Millionths of the major unit in code, `0.125` on the wire. */
export const MicroSchema = scaled(priceScale);

/** A code of ISO 4217 from the kernel's table. */
export const CurrencySchema = z.enum(currencyCodes() as readonly string[]) as Giving<
  z.ZodEnum<Record<string, string>>,
  CurrencyCode
>;

export const MoneySchema = z.object({ minor: Minor, currency: CurrencySchema });
/** A sum over any number of amounts, in minor units: bigint in code, up to 30 digits as text on the
 * wire, so that 10¹² of the largest amounts add up to one. */
export const MinorSum = valueCodec(
  z
    .string()
    .max(31)
    .regex(/^(?:0|-?[1-9]\d{0,29})$/, 'Not a whole number of up to 30 digits'),
  z
    .bigint()
    .min(-(10n ** 30n - 1n))
    .max(10n ** 30n - 1n),
  { decode: BigInt, encode: String, copy: same },
);
export const PriceSchema = z.object({ micro: MicroSchema, currency: CurrencySchema });

const uuid = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;
const ids = new Map<string, z.ZodString>();

/** The id of one kind of thing, a UUID. Read in any case, kept and written in lower case. The same
 * schema for the same noun. */
export function idSchema<Noun extends string>(noun: Noun): Giving<z.ZodString, Id<Noun>> {
  const known = ids.get(noun);
  const schema = known ?? z.string().max(36).regex(uuid, `Not an id (${noun})`).check(lowered);
  ids.set(noun, schema);
  return schema as Giving<z.ZodString, Id<Noun>>;
}

/** What a text should be, by the pattern that it does not match; one sentence. */
export function patternSentence(pattern: string): string {
  if (isCodePattern(new RegExp(pattern, 'u'))) return `${codeMessage}.`;
  if (pattern === uuid.source) return 'This is not an id.';
  if (pattern === decimalPattern.source) return `${decimalMessage}.`;
  if (pattern.includes('T(?:')) return `${instantMessage}.`;
  return `This text does not match the pattern ${pattern}.`;
}
