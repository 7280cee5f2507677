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
import { valueCodec } from './value-codec.ts';

/** The schema, with a branded type of the kernel as what it gives. */
type Giving<S extends z.core.$ZodType, Value> = S & { readonly _zod: { readonly output: Value } };

/** A Date in code; ISO 8601 in UTC on the wire, of whose decimals of a second three are kept. */
export const InstantSchema = valueCodec(
  z.iso.datetime().max(30),
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
    .regex(/^(?:0|-?[1-9]\d{0,17})$/, 'Not a whole number of up to 18 digits'),
  z.bigint().min(-minorMax).max(minorMax),
  { decode: BigInt, encode: String, copy: same },
);

/** Twelve digits before the point and six after it, without zeros that say nothing. */
const canonicalDecimal = /^(?:0|-?(?:[1-9]\d{0,11}(?:\.\d{0,5}[1-9])?|0\.\d{0,5}[1-9]))$/;
const decimalMessage = 'Not a decimal number of 12 + 6 digits without needless zeros';
const scaledMax = 999_999_999_999_999_999n;

const scaled = (scale: number) =>
  valueCodec(
    z.string().max(20).regex(canonicalDecimal, decimalMessage),
    z.bigint().min(-scaledMax).max(scaledMax),
    {
      decode: (text) => parseDecimal(text, scale),
      encode: (value) => formatDecimal(value, scale),
      copy: same,
    },
  );

/** Millionths in code, `2.5` on the wire. */
export const QuantitySchema = scaled(quantityScale) as Giving<ReturnType<typeof scaled>, Quantity>;
/** Millionths of the major unit in code, `0.125` on the wire. */
export const MicroSchema = scaled(priceScale);

/** A code of ISO 4217 from the kernel's table. */
export const CurrencySchema = z.enum(currencyCodes() as readonly string[]) as Giving<
  z.ZodEnum<Record<string, string>>,
  CurrencyCode
>;

export const MoneySchema = z.object({ minor: Minor, currency: CurrencySchema });
export const PriceSchema = z.object({ micro: MicroSchema, currency: CurrencySchema });

const canonicalUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const ids = new Map<string, z.ZodString>();

/** The id of one kind of thing, a UUID in lower case; the same schema for the same noun. */
export function idSchema<Noun extends string>(noun: Noun): Giving<z.ZodString, Id<Noun>> {
  const known = ids.get(noun);
  const schema = known ?? z.string().max(36).regex(canonicalUuid, `Not an id (${noun})`);
  ids.set(noun, schema);
  return schema as Giving<z.ZodString, Id<Noun>>;
}
