/** Compiles one trip of a schema with `new Function`, or hands it to zod without it. */
import { z } from 'zod';
import { Emitter } from './emitter.ts';
import * as composite from './generate-composite.ts';
import * as leaf from './generate-leaf.ts';
import { generateObject } from './generate-object.ts';
import { coerces, definitionOf, type Schema } from './schema-node.ts';
import { zodTrip, type Mode, type Trip } from './zod-trip.ts';

function generate(emitter: Emitter, schema: Schema, x: string): string {
  const definition = definitionOf(schema);
  if (coerces(definition)) return emitter.zod(schema, x);
  switch (definition.type) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return leaf.generatePrimitive(emitter, schema, definition.type, x);
    case 'number':
      return leaf.generateNumber(emitter, schema, x);
    case 'null':
      return leaf.generateNull(emitter, schema, x);
    case 'date':
      return leaf.generateDate(emitter, schema, x);
    case 'literal':
      return leaf.generateChoice(emitter, schema, definition.values, x);
    case 'enum':
      return leaf.generateChoice(emitter, schema, leaf.entriesOf(definition), x);
    case 'pipe':
      return leaf.generateCodec(emitter, schema, definition, x);
    case 'nullable':
      return composite.generateNullable(emitter, schema, definition, x);
    case 'readonly':
      return composite.generateReadonly(emitter, schema, definition, x);
    case 'lazy':
      return composite.generateLazy(emitter, schema, x);
    case 'array':
      return composite.generateArray(emitter, schema, definition, x);
    case 'tuple':
      return composite.generateTuple(emitter, schema, definition, x);
    case 'record':
      return composite.generateRecord(emitter, schema, definition, x);
    case 'union':
      return composite.generateUnion(emitter, schema, definition, x);
    case 'object':
      return generateObject(emitter, schema, definition, x);
    default:
      return emitter.zod(schema, x);
  }
}

const compiled: Readonly<Record<Mode, WeakMap<Schema, Trip>>> = {
  decode: new WeakMap(),
  encode: new WeakMap(),
  copy: new WeakMap(),
};

/** The trip of a schema, compiled once. It answers INVALID for what the schema refuses; inside a
 * union that decides, elsewhere zod is asked again and has the last word. */
export function tripOf(schema: Schema, mode: Mode): Trip {
  const known = compiled[mode].get(schema);
  if (known) return known;
  let trip: Trip = (value) => zodTrip(schema, mode, value);
  if (z.core.util.allowsEval.value) {
    // A recursive schema meets itself while it is compiled and calls through this.
    compiled[mode].set(schema, (value) => trip(value));
    const emitter = new Emitter(mode, generate, tripOf);
    trip = emitter.build(generate(emitter, schema, 'x'));
  }
  compiled[mode].set(schema, trip);
  return trip;
}
