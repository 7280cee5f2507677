/** Finds conditions that can never be true, as far as their text tells. */
import { readOf, type Read } from './expression-reads.ts';
import { parseExpression } from './expression.ts';
import type { SyntaxNode } from './syntax-tree.ts';
import type { Readable } from './check-fields.ts';

/** Why the condition is never true, so that its step never runs; undefined where it may be. */
export function neverTrue(text: string, { root }: Readable): string | undefined {
  const expression = parseExpression(text);
  if (typeof expression === 'string') return undefined;
  const base: Read = { shape: root, isOptional: false, isMany: false, trail: [] };
  const reader = { root: base, missing: () => undefined };
  const read = (node: SyntaxNode): Read => readOf(node, base, reader);
  return partNeverTrue(expression.tree, read);
}

/** A conjunction is never true where one of its parts is not. */
function partNeverTrue(node: SyntaxNode, read: (node: SyntaxNode) => Read): string | undefined {
  if (node.type === 'block' && node.expressions?.length === 1 && node.expressions[0])
    return partNeverTrue(node.expressions[0], read);
  if (node.type === 'value' && node.value === false) return 'The condition is always false.';
  const { lhs, rhs } = node;
  if (node.type !== 'binary' || !lhs || !rhs || !('type' in lhs)) return undefined;
  if (node.value === 'and') return partNeverTrue(lhs, read) ?? partNeverTrue(rhs, read);
  return node.value === '='
    ? (neverEqual(lhs, rhs, read) ?? neverEqual(rhs, lhs, read))
    : undefined;
}

/** A path that has a closed list of values, compared with one that is not among them. */
function neverEqual(
  path: SyntaxNode,
  value: SyntaxNode,
  read: (node: SyntaxNode) => Read,
): string | undefined {
  if (path.type !== 'path' || value.type !== 'string') return undefined;
  const { shape, isMany, trail } = read(path);
  const choices = 'const' in shape ? [shape.const] : shape.enum;
  if (!choices || isMany || !trail || choices.includes(value.value)) return undefined;
  const is = choices.length === 1 ? 'is always' : 'is one of';
  const named = choices.map(String).slice(0, 12).join(', ');
  return `The condition is never true: ${trail.join('.')} ${is} ${named}.`;
}
