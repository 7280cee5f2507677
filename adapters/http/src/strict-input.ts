/** Inputs as people and foreign programs send them: a field that no operation knows is refused by
 * name, and figures may be JSON numbers (ADR 0008). */
import type { WireError } from '@morrow/contract';
import type { z } from 'zod';
import { nearestName } from './nearest-name.ts';

type Schema = z.core.$ZodType;
const definitionOf = (schema: Schema) => (schema as z.core.$ZodTypes)._zod.def;

export interface InputIssue {
  readonly path: readonly string[];
  readonly message: string;
}
/** The way to a value, the last step first: most values are known, and nobody asks for theirs. */
interface Place {
  readonly name: string;
  /** Absent for an element of a list. */
  readonly isField: boolean;
  readonly inside: Place | undefined;
}
const pathOf = (place: Place | undefined): readonly Place[] =>
  place ? [...pathOf(place.inside), place] : [];

interface Walk {
  readonly operation: string;
  readonly issues: InputIssue[];
}
/** So many are named; the rest is left out. */
const issuesMax = 20;
const namesShown = 12;
/** Digits that a JSON number keeps in every reader (IEEE 754). */
const digitsMax = 15;

/** A number as the text of a figure; undefined where digits may have been lost. */
function figureOf(value: number): string | undefined {
  const text = String(value);
  const digits = text.replace(/\D/g, '').replace(/^0+/, '');
  return /^-?\d+(\.\d+)?$/.test(text) && digits.length <= digitsMax ? text : undefined;
}

function unknownField(name: string, fields: readonly string[], operation: string): string {
  const lead = `${name.slice(0, 60)} is not a field of ${operation}`;
  const nearest = nearestName(name, fields);
  if (nearest) return `${lead}; did you mean ${nearest}?`;
  if (!fields.length) return `${lead}, which takes no fields.`;
  const shown = fields.slice(0, namesShown).join(', ');
  return `${lead}. Its fields are ${shown}${fields.length > namesShown ? ', …' : ''}.`;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Notes a field that the object at this place does not have. */
function refuse(name: string, fields: readonly string[], place: Place | undefined, walk: Walk) {
  if (walk.issues.length >= issuesMax) return;
  const path = pathOf(place);
  const within = path.filter(({ isField }) => isField).map((part) => part.name);
  const of = within.length ? `${within.join('.')} in ${walk.operation}` : walk.operation;
  const message = unknownField(name, fields, of);
  walk.issues.push({ path: [...path.map((part) => part.name), name], message });
}

/** The same object where nothing in it is written in another way. */
function walkObject(
  { shape, catchall }: z.core.$ZodObjectDef,
  raw: unknown,
  place: Place | undefined,
  walk: Walk,
): unknown {
  if (!isRecord(raw)) return raw;
  let changed: Record<string, unknown> | undefined;
  for (const name of Object.keys(raw)) {
    if (!Object.hasOwn(shape, name)) {
      if (!catchall) refuse(name, Object.keys(shape), place, walk);
      continue;
    }
    const here = { name, isField: true, inside: place };
    const value = walked(shape[name] as Schema, raw[name], here, walk);
    if (value === raw[name]) continue;
    changed ??= Object.fromEntries(Object.entries(raw));
    changed[name] = value;
  }
  return changed ?? raw;
}

/** The branch that fits best, by its unknown fields. */
function walkUnion(options: readonly Schema[], raw: unknown, place: Place | undefined, walk: Walk) {
  const tries = options.map((option) => {
    const issues: InputIssue[] = [];
    return { value: walked(option, raw, place, { ...walk, issues }), issues };
  });
  const best = tries.reduce((one, other) =>
    other.issues.length < one.issues.length ? other : one,
  );
  walk.issues.push(...best.issues);
  return best.value;
}

function walked(schema: Schema, raw: unknown, place: Place | undefined, walk: Walk): unknown {
  const definition = definitionOf(schema);
  switch (definition.type) {
    case 'object':
      return walkObject(definition, raw, place, walk);
    case 'array':
      return Array.isArray(raw)
        ? raw.map((value: unknown, at) =>
            walked(
              definition.element,
              value,
              { name: String(at), isField: false, inside: place },
              walk,
            ),
          )
        : raw;
    case 'optional':
    case 'nullable':
    case 'default':
    case 'readonly':
      return walked(definition.innerType, raw, place, walk);
    case 'union':
      return walkUnion(definition.options, raw, place, walk);
    case 'pipe': {
      const isFigure = definitionOf(definition.out).type === 'bigint';
      return isFigure && typeof raw === 'number' ? (figureOf(raw) ?? raw) : raw;
    }
    default:
      return raw;
  }
}

/** The input with figures as text, and an issue for each field that the schema does not know;
 * `operation` is how a person calls it. All else is left to the schema. */
export function strictInput(
  schema: Schema,
  raw: unknown,
  operation: string,
): { readonly input: unknown; readonly issues: readonly InputIssue[] } {
  const walk: Walk = { operation, issues: [] };
  return { input: walked(schema, raw, undefined, walk), issues: walk.issues };
}

/** The refusal of an input with such issues; its sentence is that of the first. */
export const refusalOf = (issues: readonly InputIssue[]): WireError => ({
  code: 'invalid',
  fault: 'invalid',
  data: { issues: issues.map(({ path, message }) => ({ path: [...path], message })) },
  sentence: `The input is not valid: ${issues[0]?.message}`,
});
