/** Reads a workflow from YAML or JSON; each problem has its line and column. */
import { definitionOf } from './definition-form.ts';
import { problemOf, tooDeep, type PositionOf, type Problem } from './problem.ts';
import { readYaml } from './read-yaml.ts';
import { workflowForm, type WorkflowDefinition } from './workflow.schemas.ts';

export type ReadWorkflow =
  | {
      readonly definition: WorkflowDefinition;
      /** Where a path stands in the file, for `validateWorkflow`. */
      readonly positionOf: PositionOf;
      readonly problems: readonly [];
    }
  | { readonly definition?: undefined; readonly problems: readonly Problem[] };

/** The definition that the text holds, or what is wrong with it. Files above 256 KiB, aliases, tags
 * and keys that are not text are refused. */
export function readWorkflow(text: string): ReadWorkflow {
  try {
    return definitionIn(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { problems: [{ place: '', line: 1, column: 1, sentence: tooDeep }] };
  }
}

function definitionIn(text: string): ReadWorkflow {
  const file = readYaml(text, 'workflow');
  if (!file.positionOf) return { problems: file.problems };
  const { value, positionOf } = file;
  const form = unknownForm(value);
  if (form) return { problems: [problemOf({ path: ['form'], sentence: form }, positionOf)] };
  const read = definitionOf(value, positionOf);
  return read.definition
    ? { definition: read.definition, positionOf, problems: [] }
    : { problems: read.problems };
}

function unknownForm(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('form' in value)) return undefined;
  const { form } = value;
  if (typeof form !== 'string' || form === workflowForm) return undefined;
  return `The form is ${form}, and this release reads ${workflowForm}.`;
}
