/** Tells two versions of a workflow apart: by a hash, and by changes that a person can read. */
import { placeOf, type Path } from '@morrow/expression';
import { canonicalJson, contentHash } from '@morrow/kernel';
import { stepKindOf, type WorkflowDefinition } from './workflow.schemas.ts';

/** The same for equal definitions, whatever the order of their fields. */
export const definitionHash = (definition: WorkflowDefinition): string => contentHash(definition);

export interface WorkflowChange {
  readonly kind: 'added' | 'removed' | 'changed';
  /** `steps.ship.retry.times`. */
  readonly place: string;
  readonly sentence: string;
}

/** What changed from one to the other: whole steps, and single fields of steps that both have. A
 * step that became another kind is changed as a whole. */
export function diffWorkflows(from: WorkflowDefinition, to: WorkflowDefinition): WorkflowChange[] {
  const { steps: stepsBefore, ...before } = from;
  const { steps: stepsAfter, ...after } = to;
  const names = [...new Set([...Object.keys(stepsBefore), ...Object.keys(stepsAfter)])];
  return [
    ...fieldChanges(before, after, []),
    ...names.flatMap((name): WorkflowChange[] => {
      const place = `steps.${name}`;
      const [old, now] = [stepsBefore[name], stepsAfter[name]];
      if (!old && now) return [{ kind: 'added', place, sentence: `The step ${name} is new.` }];
      if (old && !now) return [{ kind: 'removed', place, sentence: `The step ${name} is gone.` }];
      if (!old || !now) return [];
      const [was, is] = [stepKindOf(old), stepKindOf(now)];
      if (was === is) return fieldChanges(old, now, ['steps', name]);
      return [{ kind: 'changed', place, sentence: `The step ${name} was ${was} and is ${is}.` }];
    }),
  ];
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fieldChanges(before: unknown, after: unknown, path: Path): WorkflowChange[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  if (isMap(before) && isMap(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => fieldChanges(before[key], after[key], [...path, key]));
  }
  const place = placeOf(path);
  if (before === undefined)
    return [{ kind: 'added', place, sentence: `${place} is now ${told(after)}.` }];
  if (after === undefined)
    return [{ kind: 'removed', place, sentence: `${place} was ${told(before)} and is gone.` }];
  const sentence = `${place} was ${told(before)} and is ${told(after)}.`;
  return [{ kind: 'changed', place, sentence }];
}

const told = (value: unknown): string => {
  const text = typeof value === 'string' ? value : canonicalJson(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
};
