/** What an instance has to do now, and what it waits for: read from where it stands, so that any
 * process that loads it goes on. */
import { operationSpecOf, type Catalog, type WorkflowDefinition } from '@morrow/workflow-language';
import {
  isOver,
  neverTried,
  type InstanceFields,
  type StepRecord,
  type Trying,
} from './instance.ts';

/** One call to make: of a step, or of what undoes it. */
export interface DueCall {
  readonly step: string;
  readonly isUndo: boolean;
  readonly epoch: number;
  /** How often it was tried before. */
  readonly attempt: number;
  /** `stock.reserve`. */
  readonly operation: string;
}
export interface InstanceWork {
  readonly calls: readonly DueCall[];
  /** When something happens by itself, ISO 8601; undefined: never. */
  readonly wakeAt: string | undefined;
}

/** Open steps, in the order in which they began. */
export const openSteps = ({ steps }: InstanceFields): readonly (readonly [string, StepRecord])[] =>
  Object.entries(steps).filter(([, { state }]) => state === 'open');

/** Steps that nobody goes on with until a person has decided. */
export const stuckSteps = ({ steps }: InstanceFields): readonly string[] =>
  Object.entries(steps)
    .filter(([, { state, trying, undo }]) =>
      state === 'open' ? (trying?.problem ?? null) !== null : (undo?.problem ?? null) !== null,
    )
    .map(([name]) => name);

/** Steps whose effects have to be undone, the last to end first. */
export const toUndo = (definition: WorkflowDefinition, { steps }: InstanceFields) =>
  Object.entries(steps)
    .filter(([name, { state, undo }]) => {
      const step = definition.steps[name];
      const compensate = step && 'call' in step ? step.compensate : undefined;
      return state === 'done' && compensate && 'call' in compensate && !undo?.isDone;
    })
    .sort(([, a], [, b]) => (b.place ?? 0) - (a.place ?? 0))
    .map(([name]) => name);

const idle: InstanceWork = { calls: [], wakeAt: undefined };

/** `now` in ISO 8601, as all moments here. */
export function workOf(
  definition: WorkflowDefinition,
  state: string,
  fields: InstanceFields,
  now: string,
): InstanceWork {
  if (isOver(state) || fields.parked !== null) return idle;
  const calls: DueCall[] = [];
  const moments: string[] = [];
  const consider = (step: string, isUndo: boolean, operation: string, trying: Trying) => {
    if (trying.problem !== null) return;
    const { epoch, tries, aways, tryAt } = trying;
    if (tryAt !== null && tryAt > now) moments.push(tryAt);
    else calls.push({ step, isUndo, epoch, attempt: tries + aways, operation });
  };
  const open = openSteps(fields);
  for (const [name, record] of open) {
    const step = definition.steps[name];
    if (step && 'call' in step) consider(name, false, step.call, record.trying ?? neverTried);
    if (record.until !== null) moments.push(record.until);
  }
  if (!fields.turn && fields.deadlineAt !== null) moments.push(fields.deadlineAt);
  const [last] = fields.turn && !open.length ? toUndo(definition, fields) : [];
  if (last !== undefined) {
    const step = definition.steps[last];
    const undoing = step && 'call' in step ? step.compensate : undefined;
    if (undoing && 'call' in undoing)
      consider(last, true, undoing.call, fields.steps[last]?.undo ?? neverTried);
  }
  return { calls, wakeAt: moments.sort()[0] };
}

/** Whether the operation changes nothing: asked again, it may answer otherwise. */
export const isQuery = (catalog: Catalog, operation: string): boolean =>
  operationSpecOf(catalog, operation)?.kind === 'query';
