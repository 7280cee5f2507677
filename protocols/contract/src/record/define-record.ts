/** Records: what a business document is, declared once; its schemas, table and lifecycle derive
 * from it. */
import { defineLifecycle, invariant, present, type Lifecycle } from '@morrow/kernel';
import { z } from 'zod';
import { idSchema, InstantSchema } from '../schema/index.ts';
import type { Field, Fields } from './fields.ts';

/** A step in the life of a record: the event that an operation causes, and where it leads. */
export interface RecordMove<Name extends string = string> {
  readonly on: string;
  /** States that it leaves; absent: it begins the record. */
  readonly from?: readonly string[];
  /** Whether it begins a record as well, where it names states that it leaves. */
  readonly begins?: boolean;
  readonly to: string;
  /** Fields that the event carries; all: every one, or those that are not set once where it leaves
   * a state. */
  readonly takes: 'all' | readonly Name[];
}
export type RecordMoves<Name extends string = string> = Readonly<Record<string, RecordMove<Name>>>;

export interface RecordSpec<
  Name extends string = string,
  F extends Fields = Fields,
  M extends RecordMoves<keyof F & string> = RecordMoves,
> {
  /** Singular noun in camel case, unique within its domain: `salesOrder`. */
  readonly name: Name;
  /** The domain that keeps it. */
  readonly owner: string;
  readonly title: { readonly one: string; readonly many: string };
  /** The field that people know one by. */
  readonly known?: { readonly by: keyof F & string };
  /** Level at which records live (architecture §5). */
  readonly scope: 'organization' | 'client' | 'project';
  readonly fields: F;
  /** States of its life with their labels, those of every version. */
  readonly states: Readonly<Record<string, string>>;
  /** By the operations that make them. Absent where the lifecycle says more than moves can. */
  readonly moves?: M;
}

/** A record, whatever its moves are. */
export type RecordOf<Name extends string, F extends Fields> = Omit<
  RecordSpec<Name, F>,
  'moves' | 'known'
> & { readonly known?: { readonly by: string }; readonly moves?: RecordMoves };

const reserved = new Set([
  'id', 'version', 'state', 'lifecycle', 'lifecycleVersion', 'lifecycleHash', 'createdAt',
  'updatedAt',
]); // prettier-ignore

/** Checks a record when its module loads. */
export function defineRecord<
  const Name extends string,
  const F extends Fields,
  const M extends RecordMoves<keyof F & string> = Record<never, never>,
>(spec: RecordSpec<Name, F, M>): RecordSpec<Name, F, M> {
  const { name, fields } = spec;
  invariant(/^[a-z][A-Za-z0-9]*$/.test(name), `${name} is not a name in camel case`);
  for (const field of Object.keys(fields))
    invariant(!reserved.has(field), `${name}.${field}: every document has that column already`);
  return Object.freeze(spec);
}

/** The lifecycle that the moves of a record describe, as its version 1. */
export function lifecycleOf({
  name,
  states,
  moves = {},
}: Pick<RecordSpec, 'name' | 'states' | 'moves'>): Lifecycle {
  const all = Object.values(moves);
  const transitions = all.flatMap(({ on, from, begins = !from, to }) => [
    ...(begins ? [{ on, from: [], to }] : []),
    ...(from ? [{ on, from, to }] : []),
  ]);
  const led = new Set(all.map(({ to }) => to));
  const reached = Object.keys(states).filter((state) => led.has(state));
  return defineLifecycle({ id: name, version: 1, states: reached, transitions });
}

/** Schemas of fields, those of optional ones optional. */
export type ShapeOf<F extends Fields> = {
  -readonly [K in keyof F]: F[K] extends Field<infer S, infer Optional>
    ? Optional extends false
      ? S
      : z.ZodOptional<S>
    : never;
};
/** Schemas of the named fields of a record, of all where none is named. */
export function shapeOf<F extends Fields, const Names extends readonly (keyof F & string)[]>(
  { fields }: { readonly fields: F },
  names: Names = Object.keys(fields) as readonly string[] as Names,
): ShapeOf<Pick<F, Names[number]>> {
  const shape = names.map((name) => {
    const { schema, optional } = fields[name] as Field<z.ZodType>;
    return [name, optional ? schema.optional() : schema];
  });
  return Object.fromEntries(shape) as ShapeOf<Pick<F, Names[number]>>;
}

type ChangeableOf<F extends Fields> = {
  [K in keyof F as F[K] extends { readonly once: true } ? never : K]: F[K];
};
type Taken<F extends Fields, Move> = Move extends { readonly takes: readonly (infer K)[] }
  ? Pick<F, K & keyof F>
  : Move extends { readonly from: readonly string[] }
    ? ChangeableOf<F>
    : F;

/** Names of the fields that the event of a move carries. */
export function takenBy(record: Pick<RecordSpec, 'fields' | 'moves'>, move: string): string[] {
  const { takes, from } = present(record.moves?.[move], `There is a move ${move}`);
  if (takes !== 'all') return [...takes];
  return Object.entries(record.fields).flatMap(([name, { once }]) => (from && once ? [] : [name]));
}
/** The data of the event of a move. */
export const eventDataOf = <
  F extends Fields,
  M extends RecordMoves<keyof F & string>,
  K extends keyof M & string,
>(
  record: RecordSpec<string, F, M>,
  move: K,
): z.ZodObject<ShapeOf<Taken<F, M[K]>>> =>
  z.object(shapeOf(record, takenBy(record as never, move))) as unknown as z.ZodObject<
    ShapeOf<Taken<F, M[K]>>
  >;

/** Of what is given, what the event of a move carries. */
export const takenFrom = <
  F extends Fields,
  M extends RecordMoves<keyof F & string>,
  K extends keyof M & string,
>(
  record: RecordSpec<string, F, M>,
  move: K,
  given: z.output<z.ZodObject<ShapeOf<Taken<F, M[K]>>>>,
): z.output<z.ZodObject<ShapeOf<Taken<F, M[K]>>>> =>
  Object.fromEntries(
    takenBy(record as never, move).flatMap((name) =>
      name in given ? [[name, (given as Record<string, unknown>)[name]]] : [],
    ),
  ) as typeof given;

type IdShape<Name extends string> = Readonly<
  Record<`${Name}Id`, ReturnType<typeof idSchema<Name>>>
>;
export type ViewShape<Name extends string, F extends Fields> = IdShape<Name> &
  ShapeOf<F> & { createdAt: typeof InstantSchema };
/** A record as callers see it: its id, its fields, and when it was created. */
export const viewOf = <Name extends string, F extends Fields>(
  record: RecordOf<Name, F>,
): z.ZodObject<ViewShape<Name, F>> =>
  z.object({
    [`${record.name}Id`]: idSchema(record.name),
    ...shapeOf(record),
    createdAt: InstantSchema,
  }) as unknown as z.ZodObject<ViewShape<Name, F>>;
