/** Codecs: what arrives, what vanishes and what is refused, with its path. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { codecOf } from './codec.ts';
import { valueCodec } from './value-codec.ts';
import { idSchema, InstantSchema, MoneySchema } from './values.ts';

const at = new Date('2026-03-01T10:00:00.250Z');
const Line = z.object({ item: idSchema('item'), price: MoneySchema, note: z.string().optional() });
const Order = z.object({ at: InstantSchema, lines: z.array(Line).max(50) });
const id = '018f3c2a-0000-7000-8000-000000000001';
const line = { item: id, price: { minor: 1250n, currency: 'EUR' } };
const order = { at, lines: [line] } as z.core.output<typeof Order>;

test('an order travels as JSON and comes back equal', () => {
  const wire = codecOf(Order).encode(order);
  const price = { minor: '1250', currency: 'EUR' };
  expect(wire).toEqual({ at: '2026-03-01T10:00:00.250Z', lines: [{ item: id, price }] });
  expect(codecOf(Order).decode(wire)).toEqual(order);
});

test('a local copy is equal and shares no object, not even a date', () => {
  const copy = codecOf(Order).copy(order);
  expect(copy).toEqual(order);
  expect(copy.at).not.toBe(order.at);
  expect(copy.lines[0]?.price).not.toBe(order.lines[0]?.price);
});

test('undefined and unknown fields vanish and minus zero becomes zero', () => {
  const schema = z.object({ n: z.number(), note: z.string().optional() });
  const copy = codecOf(schema).copy({ n: -0, note: undefined, surplus: 1 } as never);
  expect(Object.keys(copy)).toEqual(['n']);
  expect(Object.is(copy.n, 0)).toBe(true);
});

test('a refusal is an error of zod that names the path, in every direction', () => {
  const broken = { at, lines: [{ ...line, price: { minor: 1n, currency: 'XYZ' } }] };
  const wire = {
    at: at.toISOString(),
    lines: [{ item: id, price: { minor: '1', currency: '?' } }],
  };
  const { decode, encode, copy } = codecOf(Order);
  const trips = [() => decode(wire), () => encode(broken as never), () => copy(broken as never)];
  for (const trip of trips) {
    const path = ['lines', 0, 'price', 'currency'];
    expect(trip).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path })] }) as Error,
    );
    expect(trip).toThrow(z.core.$ZodError);
  }
});

test('only a codec that promises a lossless trip is copied without its wire form', () => {
  const trips: string[] = [];
  const travel = {
    decode: (text: string) => (trips.push('decode'), Number(text)),
    encode: (value: number) => (trips.push('encode'), String(value)),
  };
  const copy = (value: number) => (trips.push('copy'), value);
  codecOf(z.codec(z.string(), z.number(), travel)).copy(7);
  codecOf(valueCodec(z.string(), z.number(), { ...travel, copy })).copy(7);
  codecOf(valueCodec(z.string(), z.number(), { ...travel, copy }).meta({ id: 'seven' })).copy(7);
  expect(trips).toEqual(['encode', 'decode', 'copy', 'copy']);
});

test('a field named like a member of every object is refused', () => {
  const schema = z.object({ constructor: z.string() });
  expect(() => codecOf(schema).decode({})).toThrow('may not be named constructor');
});

test('a default fills what is missing on the wire, freshly for each message', () => {
  const schema = z.object({ tags: z.array(z.string()).default(() => []) });
  const first = codecOf(schema).decode({});
  expect(first).toEqual({ tags: [] });
  expect(codecOf(schema).decode({}).tags).not.toBe(first.tags);
});

test('a recursive schema that is a readonly tree comes back frozen', () => {
  const Tree: z.ZodType<unknown, unknown> = z.lazy(() =>
    z.object({ at: InstantSchema, kids: z.array(Tree) }).readonly(),
  );
  const copy = codecOf(Tree).copy({ at, kids: [{ at, kids: [] }] });
  expect(copy).toEqual({ at, kids: [{ at, kids: [] }] });
  expect(Object.isFrozen(copy)).toBe(true);
});

test('the codec of a schema is made once', () => {
  expect(codecOf(Order)).toBe(codecOf(Order));
});
