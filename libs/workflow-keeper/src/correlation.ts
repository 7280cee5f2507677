/** Finds the instances that await an event without asking each of them: by what one equality of the
 * condition compares. */
import { canonicalJson, textHash } from '@morrow/kernel';
import { evaluateExpression } from './evaluate-expression.ts';
import type { EventScope, WorkflowScope } from './evaluator.ts';
import { childrenOf, parseExpression, type Expression, type Node } from './expression.ts';
import type { AwaitStep } from './workflow.schemas.ts';

/** `event.data.number = "order:" & trigger.data.orderId`, taken apart. */
export interface Correlation {
  /** Reads `event` alone. */
  readonly ofEvent: Expression;
  /** Reads all but `event`. */
  readonly ofInstance: Expression;
}

export const noCorrelation =
  'One part of this condition has to compare the event with the instance, as in ' +
  'event.data.orderId = trigger.data.orderId.';

/** The first equality that does, among parts joined by `and`; undefined where there is none. */
export function correlationOf(condition: string): Correlation | undefined {
  for (const part of conjunctsOf(condition)) {
    const { tree } = part;
    if (tree.type !== 'binary' || tree.value !== '=') continue;
    const at = tree.position ?? 0;
    const sides = [part.text.slice(0, at - 1), part.text.slice(at)].map(parseExpression);
    const [left, right] = sides.filter((side) => typeof side !== 'string');
    if (!left || !right) continue;
    if (isOfEvent(left) && isOfInstance(right)) return { ofEvent: left, ofInstance: right };
    if (isOfEvent(right) && isOfInstance(left)) return { ofEvent: right, ofInstance: left };
  }
  return undefined;
}

function conjunctsOf(text: string): readonly Expression[] {
  const expression = parseExpression(text);
  if (typeof expression === 'string') return [];
  const { type, value, position = 0, expressions } = expression.tree;
  const trimmed = text.trim();
  if (type === 'block' && expressions?.length === 1 && trimmed.endsWith(')'))
    return conjunctsOf(trimmed.slice(1, -1));
  if (type !== 'binary' || value !== 'and') return [expression];
  return [...conjunctsOf(text.slice(0, position - 3)), ...conjunctsOf(text.slice(position))];
}

const isOfEvent = ({ tree }: Expression): boolean => {
  const roots = rootsOf(tree);
  return roots?.size === 1 && roots.has('event');
};
const isOfInstance = ({ tree }: Expression): boolean => {
  const roots = rootsOf(tree);
  return roots !== undefined && roots.size > 0 && !roots.has('event');
};

/** Names that paths begin with; undefined where a filter or a variable hides them. */
function rootsOf(node: Node): Set<string> | undefined {
  if (node.type === 'path') {
    const [first, ...rest] = node.steps ?? [];
    const isPlain = (step: Node) => step.type === 'name' && !hasFilter(step);
    if (!first || ![first, ...rest].every(isPlain)) return undefined;
    return new Set([String(first.value)]);
  }
  if (node.type === 'variable' || node.type === 'lambda' || node.type === 'bind') return undefined;
  const roots = new Set<string>();
  for (const child of childrenOf(node)) {
    if (child === node.procedure) continue;
    const below = rootsOf(child);
    if (!below) return undefined;
    for (const root of below) roots.add(root);
  }
  return roots;
}
const hasFilter = ({ stages = [], predicate = [] }: Node) =>
  [...stages, ...predicate].some(({ type, expr }) => type !== 'filter' || expr?.type !== 'number');

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

type Outcome = Awaited<ReturnType<typeof evaluateExpression>>;
const keyFrom = (question: string, outcome: Outcome): string | undefined => {
  if (!outcome.isOk || outcome.value === undefined || outcome.value === null) return undefined;
  const text = canonicalJson(outcome.value);
  return `${question}|${text.length > 100 ? textHash(text) : text}`;
};
