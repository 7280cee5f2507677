/** Codecs that promise a lossless trip, so that a local call copies without a wire form. */
import { z } from 'zod';
import type { Schema } from './schema-node.ts';

type Output<S extends Schema> = z.core.output<S>;
type Input<S extends Schema> = z.core.input<S>;

/** How a value travels: to the wire, back, and straight across inside one process. */
export interface Travel<A extends Schema, B extends Schema> {
  decode(wire: Output<A>): Input<B>;
  encode(value: Input<B>): Output<A>;
  copy(value: Output<B>): Output<B>;
}

type Copy = (value: unknown) => unknown;
const copies = new WeakMap<object, Copy>();

/** A zod codec that promises, for every value its value side accepts: `encode(v)` is a valid wire
 * form, and `decode(encode(v))` equals `copy(v)`. The compiler then checks neither again, so test
 * the promise with random values. */
export function valueCodec<A extends Schema, B extends Schema>(
  wire: A,
  value: B,
  { decode, encode, copy }: Travel<A, B>,
): z.ZodCodec<A, B> {
  const encodeOfThisCodec = (held: Input<B>): Output<A> => encode(held);
  copies.set(encodeOfThisCodec, copy as Copy);
  return z.codec(wire, value, { decode: (text) => decode(text), encode: encodeOfThisCodec });
}

/** The promised copy of a codec, found by its encoding function, which outlives clones such as
 * `.refine()` and `.meta()`. */
export const promisedCopyOf = (encode: object): Copy | undefined => copies.get(encode);
