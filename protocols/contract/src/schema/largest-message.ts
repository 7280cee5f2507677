/** Computes how many bytes the JSON of a schema's wire form can take at most. */
import { entriesOf } from './generate-leaf.ts';
import {
  checkDefinitionOf,
  checksOf,
  definitionOf,
  innerOfLazy,
  type DefinitionOf,
  type Schema,
} from './schema-node.ts';
import { stringBounds } from './string-bounds.ts';

/** Longest JSON of any finite number: `-0.00000` with 17 digits. */
const numberBytes = 25;
/** `-9007199254740991`. */
const safeIntegerBytes = 17;

const encoder = new TextEncoder();
const bytesOf = (value: unknown): number => encoder.encode(JSON.stringify(value) ?? 'null').length;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

/** Bytes, as an upper bound that may be generous: it counts each character as if it were escaped.
 * Infinity for what has no bound: text or a list without max, a record, recursion, any. */
export const largestMessage = (schema: Schema): number => bytesMax(schema, []);

function bytesMax(schema: Schema, above: readonly Schema[]): number {
  if (above.includes(schema)) return Infinity;
  const inside = (child: Schema) => bytesMax(child, [...above, schema]);
  const definition = definitionOf(schema);
  switch (definition.type) {
    case 'string':
      return stringBounds(schema).bytesMax;
    case 'number':
      return numberMax(schema);
    case 'boolean':
      return 5;
    case 'null':
    case 'undefined':
    case 'void':
    case 'never':
      return 4;
    case 'literal':
      return Math.max(4, ...definition.values.map((v) => (typeof v === 'bigint' ? 0 : bytesOf(v))));
    case 'enum':
      return Math.max(4, ...entriesOf(definition).map(bytesOf));
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return Math.max(4, inside(definition.innerType));
    case 'lazy':
      return inside(innerOfLazy(schema));
    case 'pipe':
      return inside(definition.in);
    case 'union':
      return Math.max(...definition.options.map(inside));
    case 'intersection':
      return inside(definition.left) + inside(definition.right);
    case 'array':
      return listMax(schema, inside(definition.element));
    case 'tuple':
      if (definition.rest) return Infinity;
      return 2 + sum(definition.items.map((item) => inside(item) + 1));
    case 'object':
      return objectMax(definition, inside);
    case 'record':
      return recordMax(definition, inside);
    default:
      return Infinity;
  }
}

function numberMax(schema: Schema): number {
  const isInteger = checksOf(schema).some((check) => {
    const rule = checkDefinitionOf(check);
    return rule.check === 'number_format' && rule.format.includes('int');
  });
  return isInteger ? safeIntegerBytes : numberBytes;
}

function listMax(schema: Schema, item: number): number {
  const limits = checksOf(schema).map((check) => {
    const rule = checkDefinitionOf(check);
    if (rule.check === 'max_length') return rule.maximum;
    return rule.check === 'length_equals' ? rule.length : Infinity;
  });
  const length = Math.min(Infinity, ...limits);
  return length === 0 ? 2 : 2 + length * (item + 1);
}

function objectMax(
  { shape, catchall }: DefinitionOf<'object'>,
  inside: (child: Schema) => number,
): number {
  if (catchall && definitionOf(catchall).type !== 'never') return Infinity;
  const fields = Object.entries(shape);
  return 2 + sum(fields.map(([key, field]) => bytesOf(key) + 2 + inside(field)));
}

/** Only a record with listed keys is bounded: zod cannot limit their number otherwise. */
function recordMax(
  { keyType, valueType, mode }: DefinitionOf<'record'>,
  inside: (child: Schema) => number,
): number {
  const keys = keyType._zod.values;
  if (!keys || mode === 'loose') return Infinity;
  const value = inside(valueType);
  return 2 + sum([...keys].map((key) => bytesOf(String(key)) + 2 + value));
}
