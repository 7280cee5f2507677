/** The form `morrow.workflow/1`: what a workflow is as data, as a zod schema and as types. */
import { Text } from '@morrow/contract';
import { expressionLengthMax } from '@morrow/expression';
import { z } from 'zod';
import { durationFault, durationPattern } from './iso-duration.ts';

export const workflowForm = 'morrow.workflow/1';
export const stepsMax = 200;

const inherited = (name: string): boolean => name in Object.prototype;

/** Names of workflows and steps: camelCase, and no member that every object has. */
const Name = z
  .string()
  .regex(
    /^[a-z][A-Za-z0-9]{0,39}$/,
    'A name is camelCase: a small letter, then letters and digits.',
  )
  .refine((name) => !inherited(name), 'Every object has a member of this name: choose another.');

/** `protocol.operation` or `protocol.eventName`. */
const Dotted = z
  .string()
  .max(100)
  .regex(
    /^[a-z][A-Za-z0-9]*\.[a-z][A-Za-z0-9]*$/,
    'Write the protocol, a dot and the name: stock.reserve.',
  );

/** A JSONata expression, bare: `trigger.data.total != "0"`. */
const Expression = z.string().min(1).max(expressionLengthMax);

const Duration = z
  .string()
  .max(40)
  .refine((text) => !durationFault(text), {
    error: ({ input }) => durationFault(String(input)) ?? 'This is no duration.',
  })
  .meta({ pattern: durationPattern.source });

/** JSON in which a string that begins with `=` is an expression; `==` stands for a plain `=`. */
const Template = z.json();
const InputTemplate = z.record(z.string(), Template);

/** `times` tries in all; the wait before the second is `wait`, and each one after it is `factor`
 * times as long, up to `most`. */
const Retry = z.strictObject({
  times: z.int().min(1).max(100),
  wait: Duration,
  factor: z.number().min(1).max(10).optional(),
  most: Duration.optional(),
});

/** What undoes the step when a later one fails, or why nothing needs to. */
const Compensation = z.union([
  z.strictObject({ call: Dotted, input: InputTemplate }),
  z.strictObject({ none: Text(300).min(1) }),
]);

const shared = {
  /** Steps that have ended before this one runs. */
  after: z.array(Name).max(stepsMax).optional(),
  /** False skips the step; what hangs on a skipped step runs. */
  when: Expression.optional(),
  /** Text that people see for this step. */
  label: Expression.optional(),
  /** What people see beside it, any JSON. */
  show: Expression.optional(),
};

const CallStep = z.strictObject({
  ...shared,
  call: Dotted,
  input: InputTemplate,
  retry: Retry.optional(),
  compensate: Compensation.optional(),
});
const AwaitStep = z.strictObject({
  ...shared,
  await: z.strictObject({
    event: Dotted,
    /** Whether an event is the one; here alone an expression also reads `event`. */
    when: Expression,
    timeout: Duration.optional(),
    onTimeout: z.enum(['fail', 'continue']).optional(),
  }),
});
const SleepStep = z.strictObject({
  ...shared,
  sleep: z.union([Duration, z.strictObject({ until: Expression })]),
});
const ApprovalStep = z.strictObject({
  ...shared,
  approval: z.strictObject({
    role: Text(80).min(1),
    /** A template: text, or `=` and an expression. */
    title: Text(expressionLengthMax).min(1),
    timeout: Duration.optional(),
    onTimeout: z.enum(['reject', 'approve']).optional(),
  }),
});

/** What a step does; each has exactly one of these keys. */
export const stepKinds = ['call', 'await', 'sleep', 'approval'] as const;
export type StepKind = (typeof stepKinds)[number];

const Step = z.union([CallStep, AwaitStep, SleepStep, ApprovalStep]);

export const WorkflowSchema = z.strictObject({
  form: z.literal(workflowForm),
  name: Name,
  version: z.int().min(1).max(1_000_000),
  summary: Text(300).min(1),
  /** The customer segment that takes it; absent, all that have none of their own. */
  segment: Text(80).min(1).optional(),
  /** The longest that an instance may take. */
  deadline: Duration.optional(),
  trigger: z.strictObject({
    event: Dotted,
    /** True starts an instance; absent, each event does. */
    when: Expression.optional(),
    /** Text: one instance for each value; absent, the id of the event's stream. */
    key: Expression.optional(),
  }),
  steps: z
    .record(Name, Step)
    .refine((steps) => Object.keys(steps).length > 0, 'A workflow has one step or more.')
    .refine(
      (steps) => Object.keys(steps).length <= stepsMax,
      `A workflow has at most ${stepsMax} steps.`,
    ),
  output: Template.optional(),
});

export type WorkflowDefinition = z.output<typeof WorkflowSchema>;
export type StepDefinition = z.output<typeof Step>;
export type CallStep = z.output<typeof CallStep>;
export type AwaitStep = z.output<typeof AwaitStep>;
export type SleepStep = z.output<typeof SleepStep>;
export type ApprovalStep = z.output<typeof ApprovalStep>;
export type Compensation = z.output<typeof Compensation>;

/** The same as JSON Schema (draft 2020-12), for editors and other tools. */
export const workflowJsonSchema = (): Record<string, unknown> => ({
  title: workflowForm,
  ...z.toJSONSchema(WorkflowSchema, { io: 'input' }),
});

/** Which of the four a step is. */
export const stepKindOf = (step: StepDefinition): StepKind =>
  'call' in step ? 'call' : 'await' in step ? 'await' : 'sleep' in step ? 'sleep' : 'approval';
