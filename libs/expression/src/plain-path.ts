/** Expressions that only name a place, such as `steps.charge.output.amount`: most inputs are one.
 * What stands there is read without JSONata, wherever that comes to the same. */
import type { SyntaxNode } from './syntax-tree.ts';

/** The names of a path without filters, groups and marks; undefined for any other expression. */
export function plainPathOf(tree: SyntaxNode): readonly string[] | undefined {
  const isPlain = ({ predicate, stages, group, keepArray, keepSingletonArray }: SyntaxNode) =>
    !predicate && !stages && !group && !keepArray && !keepSingletonArray;
  const { steps = [] } = tree;
  if (tree.type !== 'path' || !isPlain(tree)) return undefined;
  if (!steps.every((step) => step.type === 'name' && isPlain(step))) return undefined;
  return steps.map(({ value }) => String(value));
}

/** What stands at the path. Undefined where JSONata has to say: nothing is there, or a list is
 * there or on the way, which it maps and flattens. */
export function valueAt(path: readonly string[], scope: object): unknown {
  let found: unknown = scope;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || Array.isArray(found)) return undefined;
    if (!Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return Array.isArray(found) ? undefined : found;
}
