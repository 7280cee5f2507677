/** Inputs that fit a query string: flat objects of texts, numbers and flags. */
import type { z } from 'zod';

type Schema = z.core.$ZodType;
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly innerType?: Schema;
  readonly in?: Schema;
}
const definitionOf = (schema: Schema) => schema._zod.def as unknown as Definition;

/** The JSON type of a field on the wire, optional wrappers and codecs taken off. */
function scalarOf(schema: Schema): 'string' | 'number' | 'boolean' | undefined {
  const { type, innerType, in: wire } = definitionOf(schema);
  if ((type === 'optional' || type === 'default') && innerType) return scalarOf(innerType);
  if (type === 'pipe' && wire) return scalarOf(wire);
  if (type === 'enum' || type === 'literal') return 'string';
  return type === 'string' || type === 'number' || type === 'boolean' ? type : undefined;
}

/** Types of the fields of a flat input; undefined where one is nested. */
export function scalarFields(
  input: Schema,
): ReadonlyMap<string, 'string' | 'number' | 'boolean'> | undefined {
  const { type, shape } = definitionOf(input);
  if (type !== 'object' || !shape) return undefined;
  const fields = new Map<string, 'string' | 'number' | 'boolean'>();
  for (const [name, schema] of Object.entries(shape)) {
    const scalar = scalarOf(schema);
    if (!scalar) return undefined;
    fields.set(name, scalar);
  }
  return fields;
}

/** The input that a query string states; what is no number stays text, so that the schema refuses
 * it. */
export function inputOfQuery(
  query: Readonly<Record<string, unknown>>,
  fields: ReadonlyMap<string, 'string' | 'number' | 'boolean'>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => {
      const type = fields.get(name);
      const number = Number(value);
      if (type === 'number' && /^-?\d+(\.\d+)?$/.test(String(value))) return [name, number];
      if (type === 'boolean' && (value === 'true' || value === 'false'))
        return [name, value === 'true'];
      return [name, value];
    }),
  );
}
