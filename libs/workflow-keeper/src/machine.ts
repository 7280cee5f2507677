/** A definition made ready to run: its expressions parsed, its awaits taken apart, its waits in
 * milliseconds. */
import { present } from '@morrow/kernel';
import {
  correlationOf,
  definitionHash,
  evaluatorOf,
  orderOf,
  type EventScope,
  type WorkflowDefinition,
  type WorkflowEvaluator,
  type WorkflowScope,
} from '@morrow/workflow-language';
import { keyOfEvent, keyOfInstance, questionOf } from './correlation-keys.ts';

/** How an await looks for its event. */
export interface Question {
  readonly step: string;
  /** `stock.stockReserved`. */
  readonly event: string;
  /** Where events of all definitions that ask the same are filed. */
  readonly name: string;
  keyOf(event: EventScope): Promise<string | undefined>;
  keyFor(scope: WorkflowScope): Promise<{ readonly key: string } | { readonly sentence: string }>;
}
export interface Machine {
  readonly definition: WorkflowDefinition;
  readonly hash: string;
  readonly evaluator: WorkflowEvaluator;
  /** Steps, each after those that it waits for. */
  readonly order: readonly string[];
  readonly questions: readonly Question[];
}

/** Throws where an await compares nothing: such a definition is not published. */
export function machineOf(definition: WorkflowDefinition): Machine {
  const questions = Object.entries(definition.steps).flatMap(([step, each]): Question[] => {
    if (!('await' in each)) return [];
    const name = questionOf(each);
    const correlation = present(correlationOf(each.await.when), `${step} compares its event`);
    return [
      {
        ...{ step, event: each.await.event, name },
        keyOf: (event) => keyOfEvent(name, correlation, event),
        keyFor: (scope) => keyOfInstance(name, correlation, scope),
      },
    ];
  });
  return {
    definition,
    hash: definitionHash(definition),
    evaluator: evaluatorOf(definition),
    order: orderOf(definition.steps),
    questions,
  };
}
