/** Random values in wire form that suit a schema, drawn from its JSON Schema. */
import fc from 'fast-check';
import { z } from 'zod';
import { isCodePattern } from '../schema/code.ts';
import { isWellFormedText } from '../schema/text.ts';

/** What the schemas of events use of JSON Schema. */
interface WireSchema {
  readonly type?: 'string' | 'boolean' | 'integer' | 'number' | 'array' | 'object';
  readonly enum?: readonly (string | number)[];
  readonly format?: string;
  readonly pattern?: string;
  readonly allOf?: readonly { readonly pattern?: string }[];
  readonly maxLength?: number;
  readonly contentMediaType?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: WireSchema;
  readonly properties?: Readonly<Record<string, WireSchema>>;
  readonly required?: readonly string[];
}

const instants = fc
  .date({
    min: new Date('0001-01-01'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  })
  .map((at) => at.toISOString());

/** Canonical codes; fast-check makes no texts from patterns of Unicode properties. */
const codes = fc.string({
  unit: fc.constantFrom(..."AZaz09_.,:;|+*/#@&()' -ÄßŽя字"),
  minLength: 1,
  maxLength: 40,
});

function textOf(schema: WireSchema): fc.Arbitrary<string> {
  const { format, pattern, allOf = [], maxLength = 40 } = schema;
  if (schema.contentMediaType === 'application/json') {
    const isKept = (text: string) => Buffer.byteLength(JSON.stringify(text)) <= maxLength;
    return fc.oneof(fc.constant('{}'), fc.json({ maxDepth: 2 }).filter(isKept));
  }
  if (format === 'date-time') return instants;
  const patterns = [pattern, ...allOf.map((each) => each.pattern)].flatMap((source) =>
    source === undefined ? [] : [new RegExp(source, 'u')],
  );
  const [first] = patterns;
  const isKept = (text: string) => [...text].length <= maxLength && isWellFormedText(text);
  if (!first) return fc.string({ maxLength, unit: 'grapheme' }).filter(isKept);
  const suited = isCodePattern(first) ? codes : fc.stringMatching(first);
  const bytesMax = isCodePattern(first) ? 2 * maxLength : Infinity;
  return suited
    .map((text) => text.slice(0, maxLength))
    .filter((text) => patterns.every((each) => each.test(text)))
    .filter((text) => Buffer.byteLength(text) <= bytesMax);
}

function valueOf(schema: WireSchema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'string':
      return textOf(schema);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number':
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1e6 });
    case 'array': {
      const maxLength = Math.min(schema.maxItems ?? 3, 3);
      return fc.array(valueOf(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength });
    }
    case 'object': {
      const { properties = {}, required = [] } = schema;
      const fields: Record<string, fc.Arbitrary<unknown>> = {};
      for (const [name, field] of Object.entries(properties)) fields[name] = valueOf(field);
      return fc.record<Record<string, unknown>, string>(fields, { requiredKeys: [...required] });
    }
    default:
      throw new TypeError(`No values are known for ${JSON.stringify(schema)}`);
  }
}

/** Values that the schema decodes, as a message or an event holds them. */
export const wireValues = (schema: z.core.$ZodType): fc.Arbitrary<unknown> =>
  valueOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as WireSchema);
