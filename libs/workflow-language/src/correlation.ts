/** What the condition of an await compares: one equality between event and instance, by which an
 * event finds those who await it without asking each of them. */
import { childrenOf, parseExpression, type Expression, type SyntaxNode } from '@morrow/expression';

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
function rootsOf(node: SyntaxNode): Set<string> | undefined {
  if (node.type === 'path') {
    const [first, ...rest] = node.steps ?? [];
    const isPlain = (step: SyntaxNode) => step.type === 'name' && !hasFilter(step);
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
const hasFilter = ({ stages = [], predicate = [] }: SyntaxNode) =>
  [...stages, ...predicate].some(({ type, expr }) => type !== 'filter' || expr?.type !== 'number');
