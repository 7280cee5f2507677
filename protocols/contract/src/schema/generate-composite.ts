/** Generates the trips of values with parts: lists, tuples, records, unions and wrappers. */
import { z } from 'zod';
import type { Emitter } from './emitter.ts';
import { entriesOf } from './generate-leaf.ts';
import { compositeChecks, hasOnlyPlainChecks, lengthLimit } from './generate-checks.ts';
import {
  coerces,
  definitionOf,
  innerOfLazy,
  isAlwaysPresent,
  type DefinitionOf,
  type Schema,
} from './schema-node.ts';

export function generateArray(
  emitter: Emitter,
  schema: Schema,
  { element }: DefinitionOf<'array'>,
  x: string,
): string {
  if (!isAlwaysPresent(element)) return emitter.zod(schema, x);
  emitter.reject(`!Array.isArray(${x})`);
  lengthLimit(emitter, schema, x);
  const length = emitter.bind(`${x}.length`);
  const out = emitter.bind(`new Array(${length})`);
  const at = emitter.name();
  emitter.line(`for (let ${at} = 0; ${at} < ${length}; ${at}++) {`);
  const item = emitter.child(element, emitter.bind(`${x}[${at}]`));
  emitter.line(`${out}[${at}] = ${item}; }`);
  return compositeChecks(emitter, schema, x, out);
}

export function generateTuple(
  emitter: Emitter,
  schema: Schema,
  { items, rest }: DefinitionOf<'tuple'>,
  x: string,
): string {
  if (rest || !items.every(isAlwaysPresent)) return emitter.zod(schema, x);
  emitter.reject(`!Array.isArray(${x}) || ${x}.length !== ${items.length}`);
  const parts = items.map((item, at) => emitter.child(item, emitter.bind(`${x}[${at}]`)));
  return compositeChecks(emitter, schema, x, emitter.bind(`[${parts.join(', ')}]`));
}

/** A record with free text as keys; one with listed keys is left to zod. */
export function generateRecord(
  emitter: Emitter,
  schema: Schema,
  { keyType, valueType, mode }: DefinitionOf<'record'>,
  x: string,
): string {
  const key = definitionOf(keyType);
  const isPlain = key.type === 'string' && !coerces(key) && hasOnlyPlainChecks(emitter, keyType);
  if (!isPlain || mode === 'loose' || !isAlwaysPresent(valueType)) return emitter.zod(schema, x);
  emitter.reject(`!${emitter.hoist(z.core.util.isPlainObject)}(${x})`);
  emitter.reject(`Object.getOwnPropertySymbols(${x}).length !== 0`);
  const out = emitter.bind('{}');
  const name = emitter.name();
  emitter.line(`for (const ${name} of Object.keys(${x})) { if (${name} === '__proto__') continue;`);
  emitter.child(keyType, name);
  const value = emitter.child(valueType, emitter.bind(`${x}[${name}]`));
  emitter.line(`${out}[${name}] = ${value}; }`);
  return compositeChecks(emitter, schema, x, out);
}

export function generateNullable(
  emitter: Emitter,
  schema: Schema,
  { innerType }: DefinitionOf<'nullable'>,
  x: string,
): string {
  if (!isAlwaysPresent(innerType)) return emitter.zod(schema, x);
  const out = emitter.bind('null', 'let');
  emitter.line(`if (${x} !== null) {`);
  emitter.line(`${out} = ${emitter.child(innerType, x)}; }`);
  return compositeChecks(emitter, schema, x, out);
}

/** Frozen on arrival, as zod does; what goes to the wire is not. */
export function generateReadonly(
  emitter: Emitter,
  schema: Schema,
  { innerType }: DefinitionOf<'readonly'>,
  x: string,
): string {
  if (!isAlwaysPresent(innerType)) return emitter.zod(schema, x);
  const inner = emitter.child(innerType, x);
  const out = emitter.bind(emitter.mode === 'encode' ? inner : `Object.freeze(${inner})`);
  return compositeChecks(emitter, schema, x, out);
}

export function generateLazy(emitter: Emitter, schema: Schema, x: string): string {
  const inner = innerOfLazy(schema);
  if (!isAlwaysPresent(inner)) return emitter.zod(schema, x);
  return compositeChecks(emitter, schema, x, emitter.call(inner, emitter.mode, x));
}

export function generateUnion(
  emitter: Emitter,
  schema: Schema,
  definition: DefinitionOf<'union'>,
  x: string,
): string {
  if ('discriminator' in definition) return generateTagged(emitter, schema, definition, x);
  const { options, inclusive } = definition;
  if (inclusive === false || !options.every(isAlwaysPresent)) return emitter.zod(schema, x);
  // The first branch that fits may be another one on the way back: a copy goes both ways.
  if (emitter.mode === 'copy')
    return emitter.call(schema, 'decode', emitter.call(schema, 'encode', x));
  const out = emitter.bind('INVALID', 'let');
  for (const option of options) {
    const call = emitter.callOf(option, emitter.mode, x);
    emitter.line(`if (${out} === INVALID) ${out} = ${call};`);
  }
  emitter.reject(`${out} === INVALID`);
  return compositeChecks(emitter, schema, x, out);
}

function generateTagged(
  emitter: Emitter,
  schema: Schema,
  definition: DefinitionOf<'union'>,
  x: string,
): string {
  const { discriminator, unionFallback } = definition as z.core.$ZodDiscriminatedUnionDef;
  const tags = definition.options.map((option) => tagsOf(option, discriminator));
  if (unionFallback || tags.includes(undefined)) return emitter.zod(schema, x);
  emitter.reject(`typeof ${x} !== 'object' || ${x} === null`);
  const tag = emitter.bind(`${x}[${JSON.stringify(discriminator)}]`);
  const out = emitter.bind('INVALID', 'let');
  definition.options.forEach((option, at) => {
    const isChosen = tags[at]?.map((value) => `${tag} === ${emitter.hoist(value)}`).join(' || ');
    emitter.line(`${at ? 'else ' : ''}if (${isChosen}) {`);
    emitter.line(`${out} = ${emitter.child(option, x)}; }`);
  });
  emitter.reject(`${out} === INVALID`);
  return compositeChecks(emitter, schema, x, out);
}

/** The tags that choose an option, where they are the same on the wire and in code. */
function tagsOf(option: Schema, discriminator: string): readonly unknown[] | undefined {
  const definition = definitionOf(option);
  if (definition.type === 'readonly') return tagsOf(definition.innerType, discriminator);
  if (definition.type !== 'object') return undefined;
  const field = definition.shape[discriminator];
  if (!field || !isAlwaysPresent(field)) return undefined;
  const tag = definitionOf(field);
  const values =
    tag.type === 'literal' ? tag.values : tag.type === 'enum' ? entriesOf(tag) : undefined;
  return values?.length ? values : undefined;
}
