/** Generates the trips of values without parts: text, numbers, dates, literals and codecs. */
import type { Emitter } from './emitter.ts';
import { compositeChecks, leafChecks } from './generate-checks.ts';
import { isAlwaysPresent, type DefinitionOf, type Schema } from './schema-node.ts';
import { promisedCopyOf } from './value-codec.ts';

export function generatePrimitive(
  emitter: Emitter,
  schema: Schema,
  type: 'string' | 'boolean' | 'bigint',
  x: string,
): string {
  emitter.reject(`typeof ${x} !== '${type}'`);
  return leafChecks(emitter, schema, x);
}

/** Finite numbers only; -0 becomes 0 on its way out, as in JSON text. */
export function generateNumber(emitter: Emitter, schema: Schema, x: string): string {
  emitter.reject(`typeof ${x} !== 'number' || ${x} - ${x} !== 0`);
  const number = leafChecks(emitter, schema, x);
  return emitter.mode === 'decode' ? number : `(${number} + 0)`;
}

export function generateNull(emitter: Emitter, schema: Schema, x: string): string {
  emitter.reject(`${x} !== null`);
  return leafChecks(emitter, schema, x);
}

export function generateDate(emitter: Emitter, schema: Schema, x: string): string {
  emitter.reject(`!(${x} instanceof Date) || ${x}.getTime() !== ${x}.getTime()`);
  return leafChecks(emitter, schema, x);
}

/** Comparing beats a look-up in a set up to about this many values. */
const comparedMax = 8;

export function generateChoice(
  emitter: Emitter,
  schema: Schema,
  values: readonly unknown[],
  x: string,
): string {
  if (values.length > comparedMax) emitter.reject(`!${emitter.hoist(new Set(values))}.has(${x})`);
  else emitter.reject(values.map((v) => `${x} !== ${emitter.hoist(v)}`).join(' && ') || 'true');
  const chosen = leafChecks(emitter, schema, x);
  const hasZero = values.includes(0) && emitter.mode !== 'decode';
  return hasZero ? `(${chosen} === 0 ? 0 : ${chosen})` : chosen;
}

/** The values of an enum; TypeScript's reverse mappings of numbers are not among them. */
export function entriesOf({ entries }: DefinitionOf<'enum'>): readonly unknown[] {
  const numbers = new Set(Object.values(entries).filter((value) => typeof value === 'number'));
  return Object.entries(entries)
    .filter(([key]) => !numbers.has(Number(key)))
    .map(([, value]) => value);
}

/** A codec. One without a promise really goes to the wire and back, even in a copy. */
export function generateCodec(
  emitter: Emitter,
  schema: Schema,
  definition: DefinitionOf<'pipe'>,
  x: string,
): string {
  const { in: wire, out: value, transform, reverseTransform } = definition;
  const isCodec = transform !== undefined && reverseTransform !== undefined;
  if (!isCodec || !isAlwaysPresent(wire) || !isAlwaysPresent(value)) return emitter.zod(schema, x);
  const copy = promisedCopyOf(reverseTransform);
  if (emitter.mode === 'copy') {
    if (!copy) return emitter.call(schema, 'decode', emitter.call(schema, 'encode', x));
    const copied = emitter.bind(`${emitter.hoist(copy)}(${emitter.child(value, x)})`);
    return compositeChecks(emitter, schema, x, copied);
  }
  const isDecode = emitter.mode === 'decode';
  const travel = isDecode ? transform : reverseTransform;
  const checked = emitter.child(isDecode ? wire : value, x);
  const made = copy
    ? emitter.bind(`${emitter.hoist(travel)}(${checked})`)
    : travelWithPayload(emitter, travel, checked);
  const isTrusted = copy && !isDecode;
  const out = isTrusted ? made : emitter.bind(emitter.child(isDecode ? value : wire, made));
  return compositeChecks(emitter, schema, x, out);
}

/** Any codec may report issues through the payload that zod hands it instead of throwing. */
function travelWithPayload(emitter: Emitter, travel: unknown, checked: string): string {
  const payload = emitter.bind(`{ value: ${checked}, issues: [] }`);
  const made = emitter.bind(`${emitter.hoist(travel)}(${payload}.value, ${payload})`);
  emitter.reject(`${payload}.issues.length`);
  return made;
}
