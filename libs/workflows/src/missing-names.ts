/** What a definition names and the protocols that are present do not have. */
import {
  eventSpecOf,
  operationSpecOf,
  type Catalog,
  type StepDefinition,
  type WorkflowDefinition,
} from '@morrow/workflow-language';

const operationsIn = (step: StepDefinition): readonly string[] => {
  if (!('call' in step)) return [];
  const { call, compensate } = step;
  return compensate && 'call' in compensate ? [call, compensate.call] : [call];
};
const eventsIn = (step: StepDefinition): readonly string[] =>
  'await' in step ? [step.await.event] : [];

/** Operations and events, each once, by name. */
export function missingNames(
  { trigger, steps }: WorkflowDefinition,
  catalog: Catalog,
): readonly string[] {
  const all = Object.values(steps);
  const events = [trigger.event, ...all.flatMap(eventsIn)];
  const gone = [
    ...events.filter((name) => !eventSpecOf(catalog, name)),
    ...all.flatMap(operationsIn).filter((name) => !operationSpecOf(catalog, name)),
  ];
  return [...new Set(gone)].sort();
}
