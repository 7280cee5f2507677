/** The form of a pack: what a folder adds to a business, as data. */
import { z } from 'zod';

const Name = z.string().regex(/^[a-z0-9][A-Za-z0-9-]{0,59}$/, 'letters, digits and - only');
const State = z.string().regex(/^[a-z][A-Za-z0-9]{0,59}$/, 'a name in camel case');
const Text = z.string().min(1).max(300);
const Expression = z.string().min(1).max(4000);
const Version = z.int().min(1);

const Transition = z.strictObject({
  /** An event, or one with the state that its data name: `orderMoved.allocated`. */
  on: z.string().regex(/^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)?$/, 'the name of an event'),
  from: z.array(State),
  to: State,
  guard: z.string().max(60).optional(),
});
const LifecycleForm = z.strictObject({
  id: State,
  version: Version,
  states: z.array(State).min(1).max(60),
  transitions: z.array(Transition).min(1).max(400),
});
const Begins = z.strictObject({
  version: Version,
  since: z.iso.date().optional(),
  segment: Text.optional(),
  tenant: Text.optional(),
});
const Move = z.strictObject({ from: Version, to: Version, states: z.record(State, State) });

const RuleForm = z
  .strictObject({
    name: z
      .string()
      .max(40)
      .regex(/^[a-z][A-Za-z0-9]*@[1-9]\d*$/, 'a name like euNeedsSegment@1'),
    on: State,
    /** Which documents it is about; absent: all. */
    when: Expression.optional(),
    /** What must hold; else it is refused with the sentence. */
    holds: Expression.optional(),
    sentence: Text.optional(),
    /** Fields of what is asked, each with the expression that gives its value. */
    set: z.record(State, Expression).optional(),
  })
  .refine(
    ({ holds, sentence, set }) =>
      set === undefined
        ? holds !== undefined && sentence !== undefined
        : holds === undefined && sentence === undefined,
    'a rule has either holds and sentence, or set',
  );
export type RuleForm = z.output<typeof RuleForm>;

const DocumentForm = z.strictObject({
  lifecycles: z.array(LifecycleForm).max(20).default([]),
  begins: z.array(Begins).max(200).default([]),
  moves: z.array(Move).max(50).default([]),
  rules: z.array(RuleForm).max(200).default([]),
});
export type DocumentForm = z.output<typeof DocumentForm>;

export const PackForm = z.strictObject({
  name: Name,
  summary: Text,
  /** By domain and document type: `orders.salesOrder`. */
  documents: z
    .record(
      z.string().regex(/^[a-z][A-Za-z0-9]*\.[a-z][A-Za-z0-9]*$/, 'like orders.salesOrder'),
      DocumentForm,
    )
    .default({}),
  /** Domains that the gateway hosts besides. */
  modules: z.array(Name).max(50).default([]),
  /** Files beside this one that people publish; the boot does not read them. */
  workflows: z.array(z.string().max(200)).max(200).default([]),
});
export type PackForm = z.output<typeof PackForm>;
