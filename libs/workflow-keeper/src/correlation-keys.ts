/** Keys under which events and the instances that await them are filed, so that they find each
 * other. */
import { evaluateExpression, type Outcome } from '@morrow/expression';
import { canonicalJson, textHash } from '@morrow/kernel';
import {
  correlationOf,
  type AwaitStep,
  type Correlation,
  type EventScope,
  type WorkflowScope,
} from '@morrow/workflow-language';

/** What the awaits of all definitions ask of an event of one type, each question once. */
export const questionOf = ({ await: { event, when } }: AwaitStep): string => {
  const correlation = correlationOf(when);
  return `${event}|${textHash(correlation?.ofEvent.text.trim() ?? '')}`;
};

/** Key under which an event is found by those who await it; undefined where it has
 * no such field. */
export async function keyOfEvent(
  question: string,
  { ofEvent }: Correlation,
  event: EventScope,
): Promise<string | undefined> {
  return keyFrom(question, await evaluateExpression(ofEvent, { event }));
}

/** The key that an instance waits for; a sentence where its side of the equality gives none. */
export async function keyOfInstance(
  question: string,
  { ofInstance }: Correlation,
  scope: WorkflowScope,
): Promise<{ readonly key: string } | { readonly sentence: string }> {
  const outcome = await evaluateExpression(ofInstance, scope);
  if (!outcome.isOk) return { sentence: outcome.sentence };
  const key = keyFrom(question, outcome);
  return key === undefined
    ? { sentence: `${ofInstance.text.trim()} gives nothing to compare an event with.` }
    : { key };
}

const keyFrom = (question: string, outcome: Outcome): string | undefined => {
  if (!outcome.isOk || outcome.value === undefined || outcome.value === null) return undefined;
  const text = canonicalJson(outcome.value);
  return `${question}|${text.length > 100 ? textHash(text) : text}`;
};
