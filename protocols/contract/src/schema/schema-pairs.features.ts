/** Random schemas with random values that suit each: the worlds of the codec laws. */
import fc from 'fast-check';
import { z } from 'zod';
import { JsonText } from './json-text.ts';
import { Code } from './code.ts';
import { Text } from './text.ts';
import {
  CalendarDate,
  CurrencySchema,
  idSchema,
  InstantSchema,
  Minor,
  MoneySchema,
  QuantitySchema,
} from './values.ts';

export interface SchemaPair {
  readonly schema: z.core.$ZodType;
  readonly value: fc.Arbitrary<unknown>;
}
const pair = (schema: z.core.$ZodType, value: fc.Arbitrary<unknown>): SchemaPair => ({
  schema,
  value,
});

export const instants = fc.date({
  min: new Date('0001-01-01'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});
export const scaledIntegers = fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n });
const currencies = fc.constantFrom('EUR', 'JPY', 'KWD');
const wholeText = fc
  .string({ unit: 'grapheme', maxLength: 8 })
  .filter((text) => [...text].length <= 8);
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

/** A codec without a promise. */
const Epoch = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (at) => at.toISOString(),
});
/** A codec that reports through the payload. */
const Even = z.codec(z.string().max(9), z.number(), {
  decode: (text) => Number(text),
  encode: (value, payload) => {
    if (value % 2) payload.issues.push({ code: 'custom', input: value, message: 'odd' });
    return String(value);
  },
});
const Tree: z.ZodType = z.lazy(() => z.object({ at: InstantSchema, kids: z.array(Tree).max(3) }));
const leafOfTree = fc.record({ at: instants, kids: fc.constant([]) });
const trees = [0, 1].reduce<fc.Arbitrary<unknown>>(
  (kids) => fc.record({ at: instants, kids: fc.array(kids, { maxLength: 2 }) }),
  leafOfTree,
);

const refined = z
  .object({ at: InstantSchema, n: z.number() })
  // zod asks it about values too that were no instants
  .refine((o) => Number(o.at) % 2 === 0, 'odd')
  .superRefine((o, context) => {
    if (o.n > 1e9) context.addIssue('big');
  });
const withDefault = z.object({ a: z.string().default('d'), b: z.number().optional() });
const growing = z
  .string()
  .overwrite((text) => `${text}+`)
  .max(6);
const present = z
  .string()
  .nullable()
  .refine((text) => text !== null);
/** Reads digits as a number, though text wrote them: a copy has to go both ways. */
const ambiguous = z.union([Even, z.string()]);
const neverNamedX = z.object({
  a: z
    .string()
    .optional()
    .refine((text) => text !== undefined && text !== 'x'),
});
const noShout = z.string().refine((text) => !text.includes('!'));

/** Codes as people type them: letters with marks, composed or not, and what only looks like one. */
const typedCodes = fc.string({
  unit: fc.constantFrom(
    'A',
    'ä',
    'a\u0308',
    'é',
    '\u1112\u1161',
    '字',
    '9',
    '٣',
    '-',
    '\u200d',
    '"',
  ),
  maxLength: 5,
});

const values = fc.constantFrom<SchemaPair[]>(
  pair(InstantSchema, instants),
  pair(
    InstantSchema.refine((at) => Number(at) % 3 !== 0),
    instants,
  ),
  pair(Minor, scaledIntegers),
  pair(QuantitySchema, scaledIntegers),
  pair(MoneySchema, fc.record({ minor: scaledIntegers, currency: currencies })),
  pair(CurrencySchema, currencies),
  pair(
    CalendarDate,
    instants.map((at) => at.toISOString().slice(0, 10)),
  ),
  pair(idSchema('item'), fc.uuid()),
  pair(
    idSchema('item'),
    fc.uuid().map((id) => id.toUpperCase()),
  ),
  pair(Code(4), fc.oneof(typedCodes, fc.string({ unit: 'binary', maxLength: 5 }))),
  pair(Text(8), fc.oneof(wholeText, fc.string({ unit: 'binary', maxLength: 9 }))),
  pair(JsonText(40), fc.oneof(fc.json({ maxDepth: 2 }), fc.string({ unit: 'binary' }))),
  pair(Epoch, instants),
  pair(Even, fc.integer({ min: -999, max: 999 })),
  pair(Tree, trees),
);

const plain = fc.constantFrom<SchemaPair[]>(
  pair(z.string(), fc.string({ unit: 'binary' })),
  pair(z.string().min(2).max(5), fc.string({ maxLength: 6, unit: 'grapheme' })),
  pair(z.email().max(80), fc.emailAddress()),
  pair(z.string().trim(), fc.string({ maxLength: 4 })),
  pair(growing, fc.string({ maxLength: 6 })),
  pair(noShout, fc.string({ maxLength: 4 })),
  pair(z.number(), finite),
  pair(z.int(), fc.maxSafeInteger()),
  pair(z.int().multipleOf(3), fc.integer({ min: 0, max: 9 })),
  pair(z.number().min(2).lt(9), fc.double({ min: 1, max: 10, noNaN: true })),
  pair(z.boolean(), fc.boolean()),
  pair(z.null(), fc.constant(null)),
  pair(z.literal(['a', 2, null, 0]), fc.constantFrom('a', 2, null, 0, -0)),
  pair(z.enum(['x', 'y', 'z']), fc.constantFrom('x', 'y', 'z')),
  pair(present, fc.option(fc.string())),
);

const composites = fc.constantFrom<SchemaPair[]>(
  pair(ambiguous, fc.constantFrom('12', 'twelve', 4, 5)),
  pair(neverNamedX, fc.record({ a: fc.constantFrom('x', 'y', undefined) }, { requiredKeys: [] })),
  pair(refined, fc.record({ at: instants, n: fc.integer() })),
  pair(
    z.object({ a: z.number().optional() }).refine((o) => Object.keys(o).length < 2),
    fc.record({ a: finite, surplus: fc.nat() }, { requiredKeys: [] }),
  ),
  pair(
    // zod asks it about elements too that were no instants
    z.array(InstantSchema).refine((all) => all.every((at) => Number(at) > 0)),
    fc.array(instants, { maxLength: 3 }),
  ),
  pair(withDefault, fc.record({ a: fc.string(), b: fc.option(fc.integer(), { nil: undefined }) })),
  pair(
    z.strictObject({ n: Epoch.nullable() }).readonly(),
    fc.record({ n: fc.option(instants) }, { requiredKeys: [] }),
  ),
  pair(
    z.object({ a: z.string().exactOptional(), b: z.unknown() }),
    fc.record({ a: fc.constantFrom('a', undefined), b: fc.json() }, { requiredKeys: [] }),
  ),
  pair(z.array(z.number().optional()), fc.array(fc.option(finite, { nil: undefined }))),
  pair(
    z.object({ a: MoneySchema }).and(z.object({ n: z.int() })),
    fc.record({ a: fc.record({ minor: scaledIntegers, currency: currencies }), n: fc.integer() }),
  ),
  pair(
    z.record(z.enum(['a', 'b']), Minor),
    fc.record({ a: scaledIntegers, b: scaledIntegers }, { requiredKeys: ['a'] }),
  ),
);
const leaf = fc.oneof(values, plain, composites);

const names = fc.constantFrom('id', 'a', 'b', 'note', 'a-b', '0');
const objects = (of: fc.Arbitrary<SchemaPair>): fc.Arbitrary<SchemaPair> =>
  fc
    .tuple(fc.array(fc.tuple(names, of, fc.boolean()), { maxLength: 5 }), fc.boolean())
    .map(([fields, isStrict]) => {
      const shape: Record<string, z.core.$ZodType> = {};
      const held: Record<string, fc.Arbitrary<unknown>> = {};
      for (const [name, { schema, value }, isOptional] of fields) {
        shape[name] = isOptional ? z.optional(schema) : schema;
        held[name] = isOptional ? fc.option(value, { nil: undefined }) : value;
      }
      return isStrict
        ? pair(z.strictObject(shape), fc.record(held))
        : pair(z.object(shape), fc.record({ ...held, surplus: fc.anything() }));
    });
const tagged = (of: fc.Arbitrary<SchemaPair>): fc.Arbitrary<SchemaPair> =>
  fc.tuple(of, of).map(([a, b]) => {
    const first = z.object({ k: z.literal('a'), v: a.schema });
    const second = z.object({ k: z.literal('b'), w: z.optional(b.schema) }).readonly();
    const held = [
      fc.record({ k: fc.constant('a'), v: a.value }),
      fc.record({ k: fc.constant('b'), w: b.value }, { requiredKeys: ['k'] }),
    ];
    return pair(z.discriminatedUnion('k', [first, second]), fc.oneof(...held));
  });

/** Schemas of up to this many levels above the leaves. */
export const schemaPairs = (depth: number): fc.Arbitrary<SchemaPair> => {
  if (depth === 0) return leaf;
  const below = schemaPairs(depth - 1);
  const two = fc.tuple(below, below);
  return fc.oneof(
    { weight: 2, arbitrary: leaf },
    objects(below),
    tagged(below),
    below.map(({ schema, value }) => pair(z.array(schema), fc.array(value, { maxLength: 4 }))),
    below.map(({ schema, value }) =>
      pair(z.array(schema).max(2), fc.array(value, { maxLength: 3 })),
    ),
    below.map(({ schema, value }) => pair(z.nullable(schema), fc.option(value))),
    below.map(({ schema, value }) =>
      pair(z.record(Text(9), schema), fc.dictionary(fc.string(), value, { maxKeys: 3 })),
    ),
    below.map(({ schema, value }) => pair(z.readonly(schema), value)),
    two.map(([a, b]) => pair(z.union([a.schema, b.schema]), fc.oneof(a.value, b.value))),
    two.map(([a, b]) => pair(z.tuple([a.schema, b.schema]), fc.tuple(a.value, b.value))),
  );
};
