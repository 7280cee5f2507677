/** The laws of compiled codecs, held against zod and real JSON bytes for random schemas. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { z } from 'zod';
import { codecOf } from './codec.ts';
import { largestMessage } from './largest-message.ts';
import { schemaPairs } from './schema-pairs.features.ts';

type Outcome = { readonly value: unknown } | { readonly issues: unknown };

/** What a trip gives, or the issues with their paths that it throws. */
function outcomeOf(trip: () => unknown): Outcome {
  try {
    return { value: trip() };
  } catch (error) {
    const { issues } = error as { issues?: readonly { path: unknown; message: unknown }[] };
    return { issues: issues?.map(({ path, message }) => ({ path, message })) ?? String(error) };
  }
}

const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value) ?? 'null');
const parsed = (bytes: Buffer): unknown => JSON.parse(bytes.toString('utf8'));

/** Whether some object inside both values is one and the same. */
function isSharing(a: unknown, b: unknown): boolean {
  const inside = new Set<unknown>();
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || inside.has(value)) return;
    inside.add(value);
    Object.values(value).forEach(collect);
  };
  collect(a);
  const own = new Set(inside);
  inside.clear();
  collect(b);
  return [...inside].some((value) => own.has(value));
}

function checkLaws(schema: z.core.$ZodType<unknown, unknown>, value: unknown): 'kept' | 'refused' {
  const codec = codecOf(schema);
  const encoded = outcomeOf(() => codec.encode(value));
  const plain = outcomeOf(() => parsed(bytesOf(z.encode(schema, value))));
  assert.deepStrictEqual(encoded, plain, 'encode is what zod encodes');

  const copied = outcomeOf(() => codec.copy(value));
  const travelled = outcomeOf(() => codec.decode(parsed(bytesOf(codec.encode(value)))));
  assert.deepStrictEqual(copied, travelled, 'a copy is what arrives through bytes');
  const arrived = outcomeOf(() => z.decode(schema, parsed(bytesOf(z.encode(schema, value)))));
  assert.deepStrictEqual(copied, arrived, 'a copy is what arrives through zod');

  if (!('value' in encoded)) return 'refused';
  assert.deepStrictEqual(parsed(bytesOf(encoded.value)), encoded.value, 'encode gives JSON values');
  assert.ok(bytesOf(encoded.value).length <= largestMessage(schema), 'no message is larger');
  assert.ok(!isSharing(value, encoded.value), 'encode shares nothing');
  if ('value' in copied) assert.ok(!isSharing(value, copied.value), 'copy shares nothing');
  return 'value' in copied ? 'kept' : 'refused';
}

/** Something else in place of one part of a wire form. */
function broken(wire: unknown, at: number, other: unknown): unknown {
  if (typeof wire !== 'object' || wire === null) return other;
  const keys = Object.keys(wire);
  if (!keys.length) return other;
  const key = keys[at % keys.length] as string;
  const part = broken((wire as Record<string, unknown>)[key], Math.floor(at / 7), other);
  return Array.isArray(wire)
    ? wire.map((kept: unknown, index) => (String(index) === key ? part : kept))
    : { ...wire, [key]: part };
}

function checkMalformed(schema: z.core.$ZodType<unknown, unknown>, wire: unknown): void {
  const ours = outcomeOf(() => codecOf(schema).decode(wire));
  const plain = outcomeOf(() => z.decode(schema, wire));
  assert.deepStrictEqual(ours, plain, 'decode is what zod decodes');
}

/** Runs the laws; throws with the seed and the smallest counterexample where one is broken. */
export function runCodecLaws(numRuns: number, seed: number): { kept: number; refused: number } {
  const count = { kept: 0, refused: 0 };
  const trials = schemaPairs(2).chain(({ schema, value }) =>
    fc.record({
      schema: fc.constant(schema),
      value: fc.oneof({ weight: 5, arbitrary: value }, { weight: 1, arbitrary: fc.anything() }),
      at: fc.nat(),
      other: fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom('12', '2024-02-30', '-0')),
    }),
  );
  fc.assert(
    fc.property(trials, ({ schema, value, at, other }) => {
      count[checkLaws(schema, value)] += 1;
      checkMalformed(schema, other);
      const wire = outcomeOf(() => codecOf(schema).encode(value));
      if ('value' in wire) checkMalformed(schema, broken(wire.value, at, other));
    }),
    { numRuns, seed },
  );
  return count;
}
