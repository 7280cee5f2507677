/** Fields as values: one builder for each kind. */
import type { Json } from '@morrow/kernel';
import { z } from 'zod';
import {
  CalendarDate,
  Code,
  idSchema,
  InstantSchema,
  MicroSchema,
  Minor,
  QuantitySchema,
  Text,
} from '../schema/index.ts';
import type { Schema } from '../schema/schema-node.ts';
import type { FieldKind } from './field-kinds.ts';

export interface FieldSpec {
  readonly kind: FieldKind;
  readonly label: string;
  /** What a form says about it. */
  readonly help?: string;
  /** Absent means that every record has it. */
  readonly optional?: boolean;
  readonly unique?: boolean;
  readonly indexed?: boolean;
  /** Whether it stays as it was when the record began. */
  readonly once?: boolean;
  /** Of a link: the record it points to, `orders.salesOrder`. */
  readonly to?: string;
  readonly choices?: readonly string[];
  /** What it holds in every record, whatever events say. */
  readonly always?: string;
}
/** A field with the schema of its value; `optional` where a record may lack it. */
export interface Field<
  S extends Schema = Schema,
  Optional extends boolean = boolean,
> extends FieldSpec {
  readonly schema: S;
  readonly optional: Optional;
}
export type Fields = Readonly<Record<string, Field>>;

/** What parsed JSON holds of a value: every list and object readonly, no undefined. */
type Parsed<T> = T extends readonly (infer Item)[]
  ? readonly Parsed<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: Parsed<Exclude<T[K], undefined>> }
    : Extract<T, Json>;
/** The wire form of a schema. */
export type WireOf<S extends Schema> = Parsed<S['_zod']['input']>;
/** What a row keeps of a field. */
export type KeptOf<F> =
  F extends Field<infer S, infer Optional>
    ? WireOf<S> | (Optional extends false ? never : null)
    : never;
/** What a row keeps of these fields. */
export type KeptIn<F extends Fields> = { readonly [K in keyof F]: KeptOf<F[K]> };
/** What a row keeps of a record: `RowOf<typeof Party>`. */
export type RowOf<R extends { readonly fields: Fields }> = KeptIn<R['fields']>;

type Options = Omit<FieldSpec, 'kind' | 'choices' | 'always'>;
/** Whether the options of a builder say that the field is optional. */
type IsOptional<O> = O extends { readonly optional: true } ? true : false;
/** What the compiler knows of a field that is set once. */
type OnceOf<O> = O extends { readonly once: true } ? { readonly once: true } : unknown;

const field = <S extends Schema, const O extends Options>(
  kind: FieldKind,
  schema: S,
  options: O,
  choices?: readonly string[],
): Field<S, IsOptional<O>> & OnceOf<O> => {
  const { label, help, unique, indexed, once, to, optional } = options;
  return {
    ...{ kind, label, schema, optional: (optional ?? false) as IsOptional<O> },
    ...(help !== undefined && { help }),
    ...(unique !== undefined && { unique }),
    ...(indexed !== undefined && { indexed }),
    ...(once !== undefined && { once }),
    ...(to !== undefined && { to }),
    ...(choices && { choices }),
  } as Field<S, IsOptional<O>> & OnceOf<O>;
};

/** A builder of a kind whose values have one schema. */
const plainly =
  <S extends Schema>(kind: FieldKind, schema: S) =>
  <const O extends Options>(options: O) =>
    field(kind, schema, options);

/** What people write, of any script, of so many code points. Without a bound no message carries
 * it. */
export const text = <const O extends Options & { readonly max?: number }>(options: O) =>
  field('text', options.max === undefined ? z.string() : Text(options.max), options);
/** What people and files call a record. */
export const code = <const O extends Options & { readonly max: number }>(options: O) =>
  field('text', Code(options.max), options);
/** Marks a record of which each tenant has one: its number is always this word. */
export const slot = (word: string) => ({
  ...code({ max: 32, label: 'Slot', unique: true, once: true }),
  always: word,
});

export const integer = plainly('integer', z.int());
export const flag = plainly('flag', z.boolean());
/** Minor units: bigint in code. The currency is another field. */
export const money = plainly('money', Minor);
/** Millionths in code. */
export const quantity = plainly('quantity', QuantitySchema);
/** Millionths of the major unit in code. The currency is another field. */
export const price = plainly('price', MicroSchema);
export const date = plainly('date', CalendarDate);
export const instant = plainly('instant', InstantSchema);

/** One of several words; `of` gives each the label by which people know it. */
export const choice = <
  C extends string,
  const O extends Options & { readonly of: Readonly<Record<C, string>> },
>(
  options: O & { readonly of: Readonly<Record<C, string>> },
) => {
  const choices = Object.keys(options.of) as [C, ...C[]];
  return field('choice', z.enum(choices), options as O, choices);
};
/** A link to a record, `orders.salesOrder`: its id. */
export const link = <const O extends Options & { readonly to: string }>(options: O) =>
  field('link', idSchema('document'), options);

/** A child table of at most so many rows; `of` is the schema of one. */
export const table = <S extends Schema, const O extends Options & { readonly max: number }>(
  options: O & { readonly of: S },
) => field('table', z.array(options.of).max(options.max), options as O);
/** Any other value of JSON, as its document writes it. */
export const json =
  <Value extends Json>() =>
  <const O extends Options>(options: O) =>
    field('json', z.json() as unknown as z.core.$ZodType<Value, Value>, options);
