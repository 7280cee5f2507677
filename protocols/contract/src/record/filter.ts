/** Filters: which records of a list are meant. One value serves lists, counts and permissions; the
 * database and the memory read it alike. */
import type { Json, JsonObject } from '@morrow/kernel';
import { z } from 'zod';
import { refusedField } from '../protocol-error.ts';
import { codecOf } from '../schema/index.ts';
import { isWellFormedText } from '../schema/text.ts';
import { kindOf, type Operator } from './field-kinds.ts';
import type { Field, Fields, FieldSpec } from './fields.ts';

export type Filter =
  | { readonly all: readonly Filter[] }
  | { readonly any: readonly Filter[] }
  | { readonly not: Filter }
  | Condition;
/** What one field has to be; values in wire form. Of the operators one is stated, or `from` and
 * `to` together. A field without a value is `empty` and nothing else. */
export interface Condition {
  readonly field: string;
  readonly is?: Json;
  readonly in?: readonly Json[];
  /** At least, and at most. */
  readonly from?: Json;
  readonly to?: Json;
  /** How a text begins, in this case. */
  readonly starts?: string;
  /** What a text holds, in any case. */
  readonly like?: string;
  readonly empty?: boolean;
}
/** In which order records are listed; those alike by their ids. Those without a value come last, or
 * first where it descends. */
export interface Sort {
  readonly field: string;
  readonly isDescending?: boolean;
}

/** A filter that the record does not allow; the message is one sentence for the caller. */
const badFilter = (sentence: string) => refusedField('where', sentence);

const depthMax = 6;
const conditionsMax = 60;
const valuesMax = 200;
const textMax = 200;
const operators: readonly Operator[] = ['is', 'in', 'from', 'to', 'starts', 'like', 'empty'];

/** The field that every document has beside those of its record. */
const stateField = { kind: 'text', label: 'State', indexed: true } as const;
/** A field by its name, where lists may be filtered and sorted by it: those that have an index. */
export function listedField(fields: Readonly<Record<string, FieldSpec>>, name: string): FieldSpec {
  if (name === 'state') return stateField;
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!field) throw badFilter(`There is no field ${name}.`);
  if (!field.unique && !field.indexed)
    throw badFilter(`Lists are neither filtered nor sorted by ${name}.`);
  return field;
}

/** Reads a filter from parsed JSON, its values in their canonical form. Throws what `refusedField`
 * makes. */
export function readFilter(fields: Fields, given: unknown): Filter {
  let conditions = 0;
  const read = (value: unknown, depth: number): Filter => {
    if (typeof value !== 'object' || value === null || depth > depthMax)
      throw badFilter(`A filter is an object, at most ${depthMax} deep.`);
    const [key = '', ...others] = Object.keys(value);
    const held = value as Readonly<Record<string, unknown>>;
    if (key === 'not' && !others.length) return { not: read(held['not'], depth + 1) };
    if ((key === 'all' || key === 'any') && !others.length) {
      const parts = held[key];
      if (!Array.isArray(parts)) throw badFilter(`${key} takes a list of filters.`);
      const filters = parts.map((part) => read(part, depth + 1));
      return key === 'all' ? { all: filters } : { any: filters };
    }
    if (++conditions > conditionsMax)
      throw badFilter(`A filter has at most ${conditionsMax} conditions.`);
    return readCondition(fields, held);
  };
  return read(given, 1);
}

function readCondition(fields: Fields, given: Readonly<Record<string, unknown>>): Condition {
  const { field: name, ...asked } = given;
  if (typeof name !== 'string') throw badFilter('A condition names its field.');
  const spec = listedField(fields, name);
  const allowed = kindOf(spec.kind).operators;
  const stated = Object.keys(asked);
  for (const operator of stated)
    if (!operators.includes(operator as Operator) || !allowed.includes(operator as Operator))
      throw badFilter(`${name} takes ${allowed.join(', ')}, and not ${operator}.`);
  const isRange = stated.length === 2 && 'from' in asked && 'to' in asked;
  if (stated.length !== 1 && !isRange)
    throw badFilter(`A condition on ${name} states one of ${allowed.join(', ')}.`);
  const values = stated.map((operator) => [
    operator,
    readValue(name, fields[name], operator as Operator, asked[operator]),
  ]);
  return { field: name, ...(Object.fromEntries(values) as JsonObject) };
}

function readValue(
  name: string,
  field: Field | undefined,
  operator: Operator,
  value: unknown,
): Json {
  if (operator === 'empty') {
    if (typeof value !== 'boolean') throw badFilter('empty is true or false.');
    return value;
  }
  if (operator === 'in') {
    if (!Array.isArray(value) || value.length > valuesMax)
      throw badFilter(`in takes a list of at most ${valuesMax} values.`);
    return value.map((each) => readValue(name, field, 'is', each));
  }
  const isText = !field || field.kind === 'text';
  if (isText) {
    if (typeof value !== 'string' || value.length > textMax || !isWellFormedText(value))
      throw badFilter(`${name} is a text of at most ${textMax} characters.`);
    return value.normalize('NFC');
  }
  const codec = codecOf(field.schema);
  try {
    return codec.encode(codec.decode(value));
  } catch (error) {
    if (!(error instanceof z.core.$ZodError)) throw error;
    throw badFilter(`${name}: ${error.issues[0]?.message ?? 'not such a value'}.`);
  }
}

/** Lower case letter by letter, as PostgreSQL's C.UTF-8 does it. */
export const plainLower = (text: string): string =>
  [...text]
    .map((char) => {
      const [lower = '', ...more] = [...char.toLowerCase()];
      return more.length ? lower : char.toLowerCase();
    })
    .join('');

/** By code points, which is the order of UTF-8. */
function compareTexts(a: string, b: string): number {
  const [one, other] = [[...a], [...b]];
  for (let at = 0; at < one.length && at < other.length; at++) {
    const difference = (one[at]?.codePointAt(0) ?? 0) - (other[at]?.codePointAt(0) ?? 0);
    if (difference) return difference;
  }
  return one.length - other.length;
}
const scaleMax = 12;
/** A decimal text as a whole number of its smallest part. */
function scaledOf(value: Json): bigint {
  const [, sign, whole = '0', part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(value)) ?? [];
  return BigInt(`${sign}${whole}${part.slice(0, scaleMax).padEnd(scaleMax, '0')}`);
}
/** How two values of a field compare; 0 where they are alike. */
export function compareValues({ kind }: FieldSpec, a: Json, b: Json): number {
  if (kindOf(kind).order !== 'number') return compareTexts(String(a), String(b));
  const [one, other] = [scaledOf(a), scaledOf(b)];
  return one < other ? -1 : Number(one > other);
}

/** Whether a document is meant. */
export function matches(
  fields: Readonly<Record<string, FieldSpec>>,
  filter: Filter,
  row: { readonly state: string; readonly fields: JsonObject },
): boolean {
  if ('all' in filter) return filter.all.every((each) => matches(fields, each, row));
  if ('any' in filter) return filter.any.some((each) => matches(fields, each, row));
  if ('not' in filter) return !matches(fields, filter.not, row);
  const value = filter.field === 'state' ? row.state : (row.fields[filter.field] ?? null);
  return meets(filter.field === 'state' ? stateField : fields[filter.field], filter, value);
}

function meets(spec: FieldSpec | undefined, condition: Condition, value: Json): boolean {
  const { is, from, to, starts, like, empty } = condition;
  if (empty !== undefined) return (value === null) === empty;
  if (value === null || !spec) return false;
  const isAlike = (other: Json) => compareValues(spec, value, other) === 0;
  if (is !== undefined) return isAlike(is);
  if (condition.in) return condition.in.some(isAlike);
  if (starts !== undefined) return String(value).startsWith(starts);
  if (like !== undefined) return plainLower(String(value)).includes(plainLower(like));
  return (
    (from === undefined || compareValues(spec, value, from) >= 0) &&
    (to === undefined || compareValues(spec, value, to) <= 0)
  );
}
