/** The syntax tree of an expression, as the parser of JSONata gives it. */

/** One node of it. */
export interface SyntaxNode {
  readonly type: string;
  readonly value?: unknown;
  readonly position?: number;
  readonly arguments?: readonly SyntaxNode[];
  readonly procedure?: SyntaxNode;
  readonly steps?: readonly SyntaxNode[];
  readonly stages?: readonly SyntaxNode[];
  readonly predicate?: readonly SyntaxNode[];
  readonly expressions?: readonly SyntaxNode[];
  readonly terms?: readonly { readonly expression: SyntaxNode }[];
  readonly lhs?: SyntaxNode | readonly (readonly SyntaxNode[])[];
  readonly rhs?: SyntaxNode;
  readonly expr?: SyntaxNode;
  readonly condition?: SyntaxNode;
  readonly then?: SyntaxNode;
  readonly else?: SyntaxNode;
  readonly body?: SyntaxNode;
  readonly group?: { readonly lhs: readonly (readonly SyntaxNode[])[] };
  readonly keepArray?: boolean;
  readonly keepSingletonArray?: boolean;
  readonly focus?: string;
  readonly index?: string;
}

/** Everything below a node, in the order in which it is written. */
export function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const pairs = [...(Array.isArray(node.lhs) ? node.lhs : []), ...(node.group?.lhs ?? [])];
  const one = Array.isArray(node.lhs) ? undefined : (node.lhs as SyntaxNode | undefined);
  return [
    ...[node.procedure, one, node.rhs, node.expr, node.condition, node.then, node.else, node.body],
    ...(node.arguments ?? []),
    ...(node.steps ?? []),
    ...(node.stages ?? []),
    ...(node.predicate ?? []),
    ...(node.expressions ?? []),
    ...(node.terms ?? []).map(({ expression }) => expression),
    ...(pairs as readonly (readonly SyntaxNode[])[]).flat(),
  ].filter((child) => child !== undefined);
}
