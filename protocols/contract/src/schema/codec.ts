/** Codecs of protocol calls: a zod schema, compiled into the three trips of a value. */
import type { Json } from '@morrow/kernel';
import { z } from 'zod';
import { tripOf } from './compile.ts';
import type { Schema } from './schema-node.ts';
import { INVALID, throughJson, type Mode, type Trip } from './zod-trip.ts';

/** Every trip validates, drops unknown and undefined fields and shares no object with what it was
 * given; it throws zod's error, with the path of each issue, for what the schema refuses. */
export interface Codec<T> {
  /** From parsed JSON. */
  decode(wire: unknown): T;
  /** To values that JSON text keeps as they are. */
  encode(value: T): Json;
  /** What `decode(encode(value))` gives, in one pass. */
  copy(value: T): T;
}

const codecs = new WeakMap<Schema, Codec<unknown>>();

/** The codec of a schema, the same one each time. Nothing is compiled until it is used. */
export function codecOf<S extends Schema>(schema: S): Codec<S['_zod']['output']> {
  const known = codecs.get(schema);
  if (known) return known;
  const codec = codecOfAny(schema);
  codecs.set(schema, codec);
  return codec;
}

function codecOfAny(schema: z.core.$ZodType<unknown, unknown>): Codec<unknown> {
  const encode = (value: unknown) => throughJson(z.encode(schema, value));
  return {
    decode: explained(schema, 'decode', (wire) => z.decode(schema, wire)),
    encode: explained(schema, 'encode', encode) as Codec<unknown>['encode'],
    copy: explained(schema, 'copy', (value) => z.decode(schema, encode(value))),
  };
}

/** A failure is rare, so its issues come from a second run, through zod. */
function explained(schema: Schema, mode: Mode, explain: Trip): Trip {
  let trip: Trip | undefined;
  return (value) => {
    trip ??= tripOf(schema, mode);
    const result = trip(value);
    return result === INVALID ? explain(value) : result;
  };
}
