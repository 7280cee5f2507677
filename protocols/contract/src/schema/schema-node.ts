/** Reads zod's public schema tree: definitions, checks, and whether a value may be absent. */
import type { z } from 'zod';

export type Schema = z.core.$ZodType;
export type Definition = z.core.$ZodTypes['_zod']['def'];
/** The definition of one kind: `DefinitionOf<'array'>`. */
export type DefinitionOf<Kind extends Definition['type']> = Extract<Definition, { type: Kind }>;
export type Check = z.core.$ZodCheck;
export type CheckDefinition = z.core.$ZodChecks['_zod']['def'];

/** The definition, narrowed by `switch (definition.type)`. */
export const definitionOf = (schema: Schema): Definition => (schema as z.core.$ZodTypes)._zod.def;

export const checkDefinitionOf = (check: Check): CheckDefinition =>
  (check as z.core.$ZodChecks)._zod.def;

/** Every check in the order in which zod runs them; a string format is schema and check at once. */
export function checksOf(schema: Schema): readonly Check[] {
  const own = schema._zod.traits.has('$ZodCheck') ? [schema as unknown as Check] : [];
  return [...own, ...((schema._zod.def.checks ?? []) as readonly Check[])];
}

/** What a lazy schema stands for; its getter would build a new one each time. */
export const innerOfLazy = (schema: Schema): Schema => (schema as z.core.$ZodLazy)._zod.innerType;

export const coerces = (definition: Definition): boolean =>
  'coerce' in definition && definition.coerce === true;

/** Whether undefined is never a valid value, on the wire or in code. JSON has no undefined: what
 * may be undefined is left to zod, unless it is a plain optional field of an object. */
export function isAlwaysPresent(schema: Schema): boolean {
  const definition = definitionOf(schema);
  if (coerces(definition)) return false;
  switch (definition.type) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'bigint':
    case 'null':
    case 'date':
    case 'enum':
    case 'array':
    case 'tuple':
    case 'object':
    case 'record':
    case 'template_literal':
      return true;
    case 'literal':
      return !definition.values.includes(undefined);
    case 'nullable':
    case 'readonly':
      return isAlwaysPresent(definition.innerType);
    case 'lazy':
      return isAlwaysPresent(innerOfLazy(schema));
    case 'union':
      return definition.options.every(isAlwaysPresent);
    case 'intersection':
      return isAlwaysPresent(definition.left) && isAlwaysPresent(definition.right);
    case 'pipe':
      return isAlwaysPresent(definition.in) && isAlwaysPresent(definition.out);
    default:
      return false;
  }
}
