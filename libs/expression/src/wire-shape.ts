/** The wire form of a schema as a small JSON Schema, and questions about its fields and types. */
import { patternSentence } from '@morrow/contract';
import { z } from 'zod';

/** What JSON Schema says of a value; an empty one says nothing. */
export interface Shape {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Shape | boolean;
  readonly items?: Shape | boolean;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}
/** The types of JSON, as people read them. */
export type Kind = 'text' | 'a number' | 'true or false' | 'null' | 'a list' | 'a map';

const shapes = new WeakMap<z.core.$ZodType, Shape>();

/** The wire side of a schema, the same value each time. */
export function wireShapeOf(schema: z.core.$ZodType): Shape {
  const known = shapes.get(schema);
  if (known) return known;
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
  shapes.set(schema, shape);
  return shape;
}

const kindByType: Readonly<Record<string, Kind>> = {
  string: 'text',
  number: 'a number',
  integer: 'a number',
  boolean: 'true or false',
  null: 'null',
  array: 'a list',
  object: 'a map',
};
const kindNamed = (type: string): Kind => kindByType[type] ?? 'a map';

export const kindOfValue = (value: unknown): Kind =>
  kindNamed(value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

/** The types that a value of the shape may have; undefined where any. */
export function kindsOf(shape: Shape): ReadonlySet<Kind> | undefined {
  const choices = shape.anyOf ?? shape.oneOf;
  if (choices) {
    const all = choices.map(kindsOf);
    const known = all.filter((each) => each !== undefined);
    return known.length < all.length ? undefined : new Set(known.flatMap((each) => [...each]));
  }
  if (shape.type !== undefined) return new Set([shape.type].flat().map(kindNamed));
  if ('const' in shape) return new Set([kindOfValue(shape.const)]);
  return shape.enum && new Set(shape.enum.map(kindOfValue));
}

/** A field of a shape: none where it can never be there. */
export type Field =
  { readonly shape: Shape; readonly isOptional: boolean; readonly isMany: boolean } | undefined;

const anything: Field = { shape: {}, isOptional: false, isMany: false };

/** The field as JSONata reads it: that of a list is the field of each of its items. */
export function fieldOf(shape: Shape, name: string): Field {
  const choices = shape.anyOf ?? shape.oneOf;
  if (choices) return fieldOfAny(choices, name);
  const kinds = kindsOf(shape);
  if (!kinds) return anything;
  if (kinds.has('a list')) {
    if (typeof shape.items !== 'object') return anything;
    const field = fieldOf(shape.items, name);
    return field && { ...field, isMany: true };
  }
  if (!kinds.has('a map')) return undefined;
  const { properties = {}, required = [], additionalProperties } = shape;
  const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (own) return { shape: own, isOptional: !required.includes(name), isMany: false };
  if (typeof additionalProperties === 'object')
    return { shape: additionalProperties, isOptional: true, isMany: false };
  return shape.properties && additionalProperties !== true ? undefined : anything;
}

function fieldOfAny(choices: readonly Shape[], name: string): Field {
  const fields = choices.map((choice) => fieldOf(choice, name));
  const found = fields.filter((field) => field !== undefined);
  if (!found.length) return undefined;
  return {
    shape:
      found.length === 1 && found[0] ? found[0].shape : { anyOf: found.map((each) => each.shape) },
    isOptional: found.length < fields.length || found.some(({ isOptional }) => isOptional),
    isMany: found.some(({ isMany }) => isMany),
  };
}

const listed = (kinds: Iterable<Kind>) => [...kinds].join(' or ');

/** Why a value of the one shape cannot stand where the other is wanted; undefined where it may. */
export function misfitOf(given: Shape, wanted: Shape): string | undefined {
  const kinds = kindsOf(given);
  const accepted = kindsOf(wanted);
  if (!kinds || !accepted) return undefined;
  if (![...kinds].some((kind) => accepted.has(kind)))
    return `gives ${listed(kinds)}, and ${listed(accepted)} is wanted`;
  if (wanted.anyOf ?? wanted.oneOf ?? given.anyOf ?? given.oneOf) return undefined;
  if (typeof given.items === 'object' && typeof wanted.items === 'object')
    return misfitOf(given.items, wanted.items);
  for (const name of wanted.required ?? []) {
    const field = fieldOf(given, name);
    if (!field) return `has no field ${name}, and it is wanted`;
    const inner = misfitOf(field.shape, wanted.properties?.[name] ?? {});
    if (inner) return `has a field ${name} that ${inner}`;
  }
  return undefined;
}

/** Why a value of a template is refused; what lists and maps hold is looked at elsewhere. */
export function literalFault(value: unknown, shape: Shape): string | undefined {
  const choices = shape.anyOf ?? shape.oneOf;
  if (choices) {
    const faults = choices.map((choice) => literalFault(value, choice));
    return faults.includes(undefined) ? undefined : faults[0];
  }
  const accepted = kindsOf(shape);
  const kind = kindOfValue(value);
  if (accepted && !accepted.has(kind)) return `This is ${kind}, and ${listed(accepted)} is wanted.`;
  if (shape.enum && !shape.enum.includes(value))
    return `This is one of ${shape.enum.map(String).slice(0, 12).join(', ')}.`;
  if ('const' in shape && value !== shape.const) return `This is ${String(shape.const)}.`;
  if (typeof value === 'string') return textFault(value, shape);
  const { minimum, maximum, minItems, maxItems } = shape;
  const size = Array.isArray(value) ? value.length : Number(value);
  const [least, most] = Array.isArray(value) ? [minItems, maxItems] : [minimum, maximum];
  if (least !== undefined && size < least) return `At least ${least} is wanted here.`;
  if (most !== undefined && size > most) return `At most ${most} is wanted here.`;
  return shape.type === 'integer' && !Number.isInteger(value)
    ? 'This should be a whole number.'
    : undefined;
}

function textFault(text: string, { pattern, minLength, maxLength }: Shape): string | undefined {
  if (maxLength !== undefined && [...text].length > maxLength)
    return `This text has more than ${maxLength} characters.`;
  if (minLength !== undefined && [...text].length < minLength)
    return `This text has less than ${minLength} characters.`;
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(text))
    return patternSentence(pattern);
  return undefined;
}
