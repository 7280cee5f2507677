/** Runs a value through zod: for what the generator does not know, and without eval. */
import type { Check, Schema } from './schema-node.ts';

/** decode: wire to code; encode: code to wire; copy: both at once. */
export type Mode = 'decode' | 'encode' | 'copy';
export type Trip = (value: unknown) => unknown;

/** What a trip gives for a value that it refuses; zod gives the reasons, in a second run. */
export const INVALID = Symbol('invalid');

/** JSON's own copy: undefined keys vanish, -0 becomes 0. Undefined as a whole stays undefined. */
export const throughJson = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));

function run(schema: Schema, value: unknown, direction: 'forward' | 'backward'): unknown {
  const result = schema._zod.run({ value, issues: [] }, { async: false, direction });
  if (result instanceof Promise)
    throw new TypeError('A schema of a protocol is never asynchronous');
  return result.issues.length ? INVALID : result.value;
}

export function zodTrip(schema: Schema, mode: Mode, value: unknown): unknown {
  if (mode === 'decode') return run(schema, value, 'forward');
  const encoded = run(schema, value, 'backward');
  if (encoded === INVALID) return INVALID;
  const wire = throughJson(encoded);
  return mode === 'encode' ? wire : run(schema, wire, 'forward');
}

/** The value after one check, which may have rewritten it. */
export function zodCheck(check: Check, value: unknown): unknown {
  const payload: Parameters<Check['_zod']['check']>[0] = { value: value as never, issues: [] };
  if (check._zod.def.when && !check._zod.def.when(payload)) return value;
  const pending = check._zod.check(payload);
  if (pending instanceof Promise)
    throw new TypeError('A check of a protocol is never asynchronous');
  return payload.issues.length ? INVALID : payload.value;
}
