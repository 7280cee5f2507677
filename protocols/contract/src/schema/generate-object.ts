/** Generates the trip of an object: declared fields are rebuilt, others vanish. */
import type { Emitter } from './emitter.ts';
import { compositeChecks } from './generate-checks.ts';
import { definitionOf, isAlwaysPresent, type DefinitionOf, type Schema } from './schema-node.ts';

type Presence = 'always' | 'optional' | 'default' | 'unknown';

/** How a field may be absent. Only plain `.optional()` and `.default()` are generated. */
function presenceOf(field: Schema): Presence {
  if (isAlwaysPresent(field)) return 'always';
  const { type, checks } = field._zod.def;
  const definition = definitionOf(field);
  if (definition.type !== 'optional' && definition.type !== 'default') return 'unknown';
  if (checks?.length || field._zod.traits.has('$ZodExactOptional')) return 'unknown';
  if (!isAlwaysPresent(definition.innerType)) return 'unknown';
  return type === 'optional' ? 'optional' : 'default';
}

/** Throws a TypeError on a field named like a member of Object.prototype: when it is absent, zod
 * reads the inherited one. */
export function generateObject(
  emitter: Emitter,
  schema: Schema,
  { shape, catchall }: DefinitionOf<'object'>,
  x: string,
): string {
  const keys = Object.keys(shape);
  const inherited = keys.find((key) => key in Object.prototype);
  if (inherited)
    throw new TypeError(`A field may not be named ${inherited}, as every object has one`);
  const isStrict = catchall !== undefined && definitionOf(catchall).type === 'never';
  const isOpen = catchall !== undefined && !isStrict;
  const hasSymbols = Object.getOwnPropertySymbols(shape).length > 0;
  if (isOpen || hasSymbols || Object.values(shape).some((f) => presenceOf(f) === 'unknown'))
    return emitter.zod(schema, x);
  emitter.reject(`typeof ${x} !== 'object' || ${x} === null || Array.isArray(${x})`);
  if (isStrict) rejectSurplus(emitter, keys, x);
  const fields: string[] = [];
  const optional: (readonly [name: string, value: string])[] = [];
  for (const key of keys) {
    const field = shape[key] as Schema;
    const name = JSON.stringify(key);
    const raw = emitter.bind(`${x}[${name}]`);
    const value = generateField(emitter, field, raw);
    if (presenceOf(field) === 'optional') optional.push([name, value]);
    else fields.push(`${name}: ${value}`);
  }
  const out = emitter.bind(`{ ${fields.join(', ')} }`);
  for (const [name, value] of optional)
    emitter.line(`if (${value} !== undefined) ${out}[${name}] = ${value};`);
  return compositeChecks(emitter, schema, x, out);
}

function rejectSurplus(emitter: Emitter, keys: readonly string[], x: string): void {
  const name = emitter.name();
  const isSurplus = keys.map((key) => `${name} !== ${JSON.stringify(key)}`).join(' && ') || 'true';
  emitter.line(`for (const ${name} in ${x}) if (${isSurplus}) return INVALID;`);
}

function generateField(emitter: Emitter, field: Schema, raw: string): string {
  const definition = definitionOf(field);
  if (definition.type === 'optional')
    return present(emitter, definition.innerType, raw, 'undefined');
  if (definition.type !== 'default') return emitter.child(field, raw);
  // A default fills what is missing on the wire; a value in code must be there already.
  if (emitter.mode !== 'decode') return emitter.child(definition.innerType, raw);
  const fallback = `${emitter.hoist(definition)}.defaultValue`;
  return present(emitter, definition.innerType, raw, fallback);
}

function present(emitter: Emitter, inner: Schema, raw: string, otherwise: string): string {
  const out = emitter.bind('undefined', 'let');
  emitter.line(`if (${raw} !== undefined) {`);
  emitter.line(`${out} = ${emitter.child(inner, raw)}; }`);
  if (otherwise !== 'undefined') emitter.line(`else ${out} = ${otherwise};`);
  return out;
}
