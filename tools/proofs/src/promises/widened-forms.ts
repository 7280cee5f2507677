/** Forms of text that today's protocols read more of than a release promised: such a change breaks
 * nobody, as what was written before is read as before and written the same (ADR 0008). */
import type { JsonSchema } from '@morrow/adapter-http';
import { Code, idSchema, InstantSchema, MicroSchema } from '@morrow/contract';
import { canonicalJson, type Json } from '@morrow/kernel';
import type { z } from 'zod';

/** One form: what of its JSON Schema stood in published promises, and what stands there today. */
export interface WidenedForm {
  readonly name: string;
  readonly before: { readonly pattern: string } & JsonSchema;
  readonly after: { readonly pattern: string } & JsonSchema;
  /** The schema of today, and the canonical form of a text that the published one admitted. */
  readonly schema: z.core.$ZodType<unknown, unknown>;
  readonly canonicalBefore: (text: string) => string;
}
const asWritten = (text: string) => text;

const day =
  '(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29' +
  '|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)' +
  '|(?:02)-(?:0[1-9]|1\\d|2[0-8])))';
const time = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?';
const uuidOf = (digit: string) =>
  `^${[8, 4, 4, 4, 12].map((count) => `${digit}{${count}}`).join('-')}$`;
const punctuation = "_.,:;|+*/#@&()' -";

export const widenedForms: readonly WidenedForm[] = [
  {
    name: 'code',
    before: { pattern: `^[A-Za-z0-9${punctuation}]+$` },
    after: { pattern: `^(?!\\p{M})(?:(?!\\p{DI})[\\p{L}\\p{M}\\p{N}${punctuation}])+$` },
    schema: Code(40),
    canonicalBefore: asWritten,
  },
  {
    name: 'id',
    before: { pattern: uuidOf('[0-9a-f]') },
    after: { pattern: uuidOf('[0-9a-fA-F]') },
    schema: idSchema('any'),
    canonicalBefore: asWritten,
  },
  {
    name: 'decimal number',
    before: {
      pattern: '^(?:0|-?(?:[1-9]\\d{0,11}(?:\\.\\d{0,5}[1-9])?|0\\.\\d{0,5}[1-9]))$',
    },
    after: { pattern: '^-?(?:0|[1-9]\\d{0,11})(?:\\.\\d{1,6}0*)?$' },
    schema: MicroSchema,
    canonicalBefore: asWritten,
  },
  {
    name: 'instant',
    before: { maxLength: 30, pattern: `^${day}T(?:${time}(?:Z))$` },
    after: {
      maxLength: 35,
      pattern: `^${day}T(?:${time}(?:Z|([+-](?:[01]\\d|2[0-3]):[0-5]\\d)))$`,
    },
    schema: InstantSchema,
    canonicalBefore: (text) => new Date(text).toISOString(),
  },
];

const isSame = (one: unknown, other: unknown): boolean =>
  canonicalJson((one ?? null) as Json) === canonicalJson((other ?? null) as Json);

/** Whether a published schema of one text became the other by a widening that is listed. */
const isWidened = (published: JsonSchema, today: JsonSchema): boolean =>
  widenedForms.some(
    ({ before, after }) =>
      Object.entries(before).every(([key, value]) => isSame(published[key], value)) &&
      isSame({ ...published, ...after }, today),
  );

const isObject = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A published schema with the texts that were widened since as they are today; all else stays. */
export function withWidenedForms(published: JsonSchema, today: JsonSchema): JsonSchema {
  if (isWidened(published, today)) return today;
  return Object.fromEntries(
    Object.entries(published).map(([key, part]) => [key, partWith(part, today[key])]),
  );
}

function partWith(part: unknown, now: unknown): unknown {
  if (isObject(part) && isObject(now)) return withWidenedForms(part, now);
  if (!Array.isArray(part) || !Array.isArray(now)) return part;
  return part.map((each: unknown, at) => partWith(each, now[at]));
}
