/** Examples of what travels, made from the schema: valid, short, and like what a shop sends. */
import { canonicalJson } from '@morrow/kernel';
import type { z } from 'zod';
import { shownFields } from './operation-examples.ts';
import { valueNames, wireSchema, type JsonSchema } from './shared-schemas.ts';

const ofValue: Readonly<Record<string, string>> = {
  Id: '01994c1e-6a00-7c3d-8f21-5b0c9e7d4a10',
  Instant: '2026-03-02T09:30:00.000Z',
  CalendarDate: '2026-03-02',
  Minor: '1250',
  MinorSum: '1250',
  Decimal: '2.5',
};
/** Texts by the field that they stand in. */
const ofField: Readonly<Record<string, string>> = {
  currency: 'GBP',
  period: '2026-03',
  account: '1000',
  parent: '1000',
  code: '85123A',
  country: 'United Kingdom',
  customer: 'C-17850',
  item: '85123A',
  sku: '85123A',
  warehouse: 'main',
  number: 'SO-1001',
  order: 'SO-1001',
  source: 'orders:SO-1001',
  name: 'White hanging heart',
  memo: 'Sale SO-1001',
  file: 'december.csv',
  kind: 'retail',
  sentence: 'The file ends too early.',
  where: '{"field":"state","is":"placed"}',
  sort: '-state',
};

/** What one key of JSON Schema says of a number or a length. */
const bound = (schema: JsonSchema, key: string): number | undefined => {
  const value = schema[key];
  return typeof value === 'number' ? value : undefined;
};

function textFor(schema: JsonSchema, field: string): string {
  const known = valueNames.get(canonicalJson(schema));
  if (known) return ofValue[known] ?? '';
  if (schema['format'] === 'base64url') return 'TW9ycm93';
  const isJson = schema['contentMediaType'] === 'application/json';
  const plain = isJson ? '{}' : field || 'text';
  const text = Object.hasOwn(ofField, field) ? (ofField[field] ?? plain) : plain;
  return text.slice(0, bound(schema, 'maxLength'));
}

/** Numbers that point at something, counted from zero. */
const positions = new Set(['order', 'entry', 'return', 'page', 'after', 'at']);

function numberFor(schema: JsonSchema, field: string): number {
  const [least = 0, most = Infinity] = [bound(schema, 'minimum'), bound(schema, 'maximum')];
  return Math.min(Math.max(positions.has(field) ? 0 : 1, least), most);
}

/** `lines` → `line`: the field by which an element is named. */
const elementOf = (field: string) => field.replace(/ies$/, 'y').replace(/(?<!s)s$/, '');

function exampleFor(schema: JsonSchema, field: string): unknown {
  const { type, enum: choices, items, properties, const: only } = schema;
  if (only !== undefined) return only;
  if (Array.isArray(choices)) return choices[0];
  if (type === 'array') return [exampleFor((items ?? {}) as JsonSchema, elementOf(field))];
  if (type === 'integer' || type === 'number') return numberFor(schema, field);
  if (type === 'boolean') return true;
  if (type === 'string') return textFor(schema, field);
  const fields = Object.entries((properties ?? {}) as Record<string, JsonSchema>);
  return Object.fromEntries(fields.map(([name, inner]) => [name, exampleFor(inner, name)]));
}

/** The input of an operation as it travels, and as a fresh system answers it where it can: without
 * a cursor, and with the fields that are stated for it. */
export function inputExampleOf(protocol: string, operation: string, input: z.core.$ZodType) {
  const { after, cursor: _, ...fields } = exampleOf(input) as JsonSchema;
  const derived = typeof after === 'number' ? { after, ...fields } : fields;
  const stated = Object.entries(shownFields(protocol, operation)).filter(([name]) =>
    Object.hasOwn(fields, name),
  );
  if (!stated.length) return derived;
  const { required = [] } = wireSchema(input);
  const needed = Object.entries(derived).filter(([name]) =>
    (required as readonly string[]).includes(name),
  );
  return Object.fromEntries([...needed, ...stated]);
}

/** One value as it travels; `at` is the field that it stands in, where it is one. */
export const exampleOf = (schema: z.core.$ZodType, at = ''): unknown =>
  exampleFor(wireSchema(schema), at);
