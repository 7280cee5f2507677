/** The port of checks: a text is read and held against the protocols here, or apart from the event
 * loop where it is large. */
import type { CallContext } from '@morrow/contract';
import type { Problem } from './problem.ts';
import type { Catalog } from './readable-scope.ts';
import { readWorkflow } from './read-workflow.ts';
import { validateWorkflow } from './validate-workflow.ts';
import type { WorkflowDefinition } from './workflow.schemas.ts';

/** The definition that a text holds, and all that is wrong with it. */
export interface CheckedDefinition {
  /** Absent where the text cannot be read as one. */
  readonly definition?: WorkflowDefinition | undefined;
  readonly problems: readonly Problem[];
}
/** Gives one problem, in a sentence, where the text takes more than may be spent on it. */
export type CheckDefinition = (
  text: string,
  context: Pick<CallContext, 'deadlineAt' | 'signal'>,
) => Promise<CheckedDefinition>;

/** Texts up to this length are checked at once: that takes a few milliseconds. */
export const smallTextMax = 4_096;

/** Reads and checks a text in this thread. */
export function checkedHere(text: string, catalog: Catalog): CheckedDefinition {
  const read = readWorkflow(text);
  if (!read.definition) return { problems: read.problems };
  const { definition, positionOf } = read;
  return { definition, problems: validateWorkflow(definition, catalog, positionOf) };
}
