/** What the fields of a workflow give for one instance: conditions, inputs, texts and moments. */
import {
  cachedEvaluation,
  fill,
  placeOf,
  Unevaluated,
  wrongType,
  type Path,
} from '@morrow/expression';
import type { Json, JsonObject } from '@morrow/kernel';
import type { WorkflowDefinition } from './workflow.schemas.ts';

/** An event as expressions see it: its data in their wire form, as JSON has them. */
export interface EventScope {
  /** `orders.orderPlaced`. */
  readonly type: string;
  readonly data: Json;
  readonly streamId: string;
  /** When it was recorded, ISO 8601 in UTC. */
  readonly at: string;
  /** `person:…`, `cli:…`, `service:…`. */
  readonly actor: string;
}

/** How a step ended, as later steps see it. A step that failed has none: its workflow fails. */
export const stepStates = ['done', 'skipped', 'timedOut'] as const;
export type StepState = (typeof stepStates)[number];

/** What an expression reads, and nothing else. */
export interface WorkflowScope {
  readonly trigger: EventScope;
  /** Steps that have ended. `output` is null for a step that was skipped or timed out. */
  readonly steps: Readonly<Record<string, { readonly state: StepState; readonly output: Json }>>;
  readonly instance: { readonly id: string; readonly startedAt: string };
}

/** Why a field gave no value, with the place where a person finds it. */
export interface ExpressionError {
  readonly file?: string;
  /** `fulfilOrder@1`. */
  readonly workflow: string;
  readonly step?: string;
  /** `input.lines[0].item` of the step; `trigger.when` where no step is named. */
  readonly field: string;
  readonly sentence: string;
}
export type Evaluated<T> =
  | { readonly isOk: true; readonly value: T }
  | { readonly isOk: false; readonly error: ExpressionError };

/** Each asks one field. A field that is absent gives what its absence means; a step of another kind
 * is a defect of the caller. */
export interface WorkflowEvaluator {
  /** Whether the trigger starts an instance; `steps` is empty. */
  starts(scope: WorkflowScope): Promise<Evaluated<boolean>>;
  /** At most one instance for each; the id of the event's stream by default. */
  key(scope: WorkflowScope): Promise<Evaluated<string>>;
  /** Whether the step runs; false skips it. */
  runs(step: string, scope: WorkflowScope): Promise<Evaluated<boolean>>;
  /** The input of a call in its wire form; the operation's codec decides about it. */
  input(step: string, scope: WorkflowScope): Promise<Evaluated<JsonObject>>;
  /** The input of its compensation; the scope holds the step's own output. */
  compensation(step: string, scope: WorkflowScope): Promise<Evaluated<JsonObject>>;
  /** Whether this event is the one that the step awaits. */
  accepts(step: string, event: EventScope, scope: WorkflowScope): Promise<Evaluated<boolean>>;
  /** When a sleep of the form `until` ends, in milliseconds since 1970. */
  until(step: string, scope: WorkflowScope): Promise<Evaluated<number>>;
  /** The title of an approval. */
  title(step: string, scope: WorkflowScope): Promise<Evaluated<string>>;
  /** What people see; the name of the step by default. */
  label(step: string, scope: WorkflowScope): Promise<Evaluated<string>>;
  /** What people see beside it; null by default. */
  show(step: string, scope: WorkflowScope): Promise<Evaluated<Json>>;
  /** The outcome of the instance; null by default. */
  output(scope: WorkflowScope): Promise<Evaluated<Json>>;
}

/** Makes the answer of what a field gave; throws where it is of another type. */
type Read<T> = (value: Json | undefined, path: Path) => T;

/** Evaluates the fields of one definition; its expressions are parsed once. `file` is named in
 * errors. */
export function evaluatorOf(
  definition: WorkflowDefinition,
  { file }: { readonly file?: string } = {},
): WorkflowEvaluator {
  const evaluate = cachedEvaluation();
  const asker =
    (answer: (source: Json, path: Path, scope: object) => Promise<Json | undefined>) =>
    async <T>(path: Path, scope: object, read: Read<T>, absent?: T): Promise<Evaluated<T>> => {
      try {
        const source = sourceAt(definition, path);
        if (source === undefined && absent !== undefined) return { isOk: true, value: absent };
        if (source === undefined) throw new Unevaluated(path, 'The workflow has no such field.');
        return { isOk: true, value: read(await answer(source, path, scope), path) };
      } catch (error) {
        if (!(error instanceof Unevaluated)) throw error;
        return { isOk: false, error: errorOf(definition, file, error) };
      }
    };
  const expression = asker((source, path, scope) => evaluate(source as string, path, scope));
  const template = asker((source, path, scope) => fill(source, path, scope, evaluate));
  const of = (step: string, ...fields: string[]): Path => ['steps', step, ...fields];
  return {
    starts: (scope) => expression(['trigger', 'when'], scope, asCondition, true),
    key: (scope) => expression(['trigger', 'key'], scope, asText, scope.trigger.streamId),
    runs: (step, scope) => expression(of(step, 'when'), scope, asCondition, true),
    input: (step, scope) => template(of(step, 'input'), scope, asObject),
    compensation: (step, scope) => template(of(step, 'compensate', 'input'), scope, asObject),
    accepts: (step, event, scope) =>
      expression(of(step, 'await', 'when'), { ...scope, event }, asCondition),
    until: (step, scope) => expression(of(step, 'sleep', 'until'), scope, asInstant),
    title: (step, scope) => template(of(step, 'approval', 'title'), scope, asText),
    label: (step, scope) => expression(of(step, 'label'), scope, asText, step),
    show: (step, scope) => expression(of(step, 'show'), scope, asJson, null),
    output: (scope) => template(['output'], scope, asJson, null),
  };
}

/** What the definition has at the path; a step that it has not is an error. */
function sourceAt(definition: WorkflowDefinition, path: Path): Json | undefined {
  let found: unknown = definition;
  for (const [at, part] of path.entries()) {
    const isThere = typeof found === 'object' && found !== null && Object.hasOwn(found, part);
    if (!isThere && at === 1 && path[0] === 'steps')
      throw new Unevaluated(path, 'The workflow has no such step.');
    if (!isThere) return undefined;
    found = (found as Record<string | number, unknown>)[part];
  }
  return found as Json;
}

const asJson: Read<Json> = (value) => value ?? null;
const asObject: Read<JsonObject> = (value) => value as JsonObject;
const asCondition: Read<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw wrongType(path, 'true or false', value);
  return value;
};
const asText: Read<string> = (value, path) => {
  if (typeof value !== 'string' || !value) throw wrongType(path, 'text', value);
  return value;
};
/** Moments are compared as text, which has four digits for the year. */
const instantMax = Date.parse('9999-12-31T23:59:59.999Z');
const asInstant: Read<number> = (value, path) => {
  const isInstant =
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(value);
  const ms = isInstant ? Date.parse(value) : NaN;
  if (Number.isNaN(ms) || ms > instantMax)
    throw wrongType(path, 'an instant of ISO 8601 with its offset', value);
  return ms;
};

function errorOf(
  { name, version }: WorkflowDefinition,
  file: string | undefined,
  { path, message }: Unevaluated,
): ExpressionError {
  const step = path[0] === 'steps' ? String(path[1]) : undefined;
  return {
    ...(file !== undefined && { file }),
    workflow: `${name}@${version}`,
    ...(step !== undefined && { step }),
    field: placeOf(step === undefined ? path : path.slice(2)),
    sentence: message,
  };
}
