/** Expressions: JSONata without clock, chance, patterns or a way out. */
import jsonata from 'jsonata';
import { plainPathOf } from './plain-path.ts';
import { childrenOf, type SyntaxNode } from './syntax-tree.ts';

/** Functions whose outcome and cost follow from their arguments. */
export const allowedFunctions: ReadonlySet<string> = new Set([
  ...['sum', 'count', 'max', 'min', 'average', 'number', 'floor', 'ceil', 'round', 'abs'],
  ...['sqrt', 'power', 'string', 'length', 'substring', 'substringBefore', 'substringAfter'],
  ...['lowercase', 'uppercase', 'trim', 'contains', 'replace', 'split', 'join', 'boolean', 'not'],
  ...['exists', 'map', 'filter', 'single', 'reduce', 'sift', 'each', 'keys', 'lookup', 'append'],
  ...['spread', 'merge', 'reverse', 'zip', 'sort', 'type', 'error', 'assert'],
  ...['toMillis', 'fromMillis'],
]);
/** Why the other functions of JSONata are refused. */
export const refusedFunctions: ReadonlyMap<string, string> = new Map([
  ...['now', 'millis'].map((name) => [name, 'an expression has no clock'] as const),
  ...['random', 'shuffle'].map((name) => [name, 'an expression has no chance'] as const),
  ['eval', 'an expression stands in the file'],
  ...['match', 'pad', 'distinct'].map((name) => [name, 'its cost has no bound'] as const),
  ...['formatNumber', 'formatBase', 'formatInteger', 'parseInteger', 'clone'].map(
    (name) => [name, 'a workflow needs no such thing'] as const,
  ),
  ...['base64encode', 'base64decode', 'encodeUrl', 'encodeUrlComponent', 'decodeUrl'].map(
    (name) => [name, 'a workflow needs no such thing'] as const,
  ),
  ['decodeUrlComponent', 'a workflow needs no such thing'],
]);
const allowedNodes: ReadonlySet<string> = new Set([
  ...['path', 'name', 'string', 'number', 'value', 'binary', 'unary', 'condition', 'block'],
  ...['variable', 'bind', 'lambda', 'function', 'partial', 'operator', 'apply', 'wildcard'],
  ...['descendant', 'sort', 'filter'],
]);
const refusedNodes: Readonly<Record<string, string>> = {
  regex: 'Patterns are refused, for their cost has no bound',
  transform: 'The operator | | is refused: build a new object',
  parent: 'The operator % is refused: start at trigger or steps',
};

export interface Expression {
  readonly text: string;
  readonly tree: SyntaxNode;
  /** Its names, where it only names a place. */
  readonly path: readonly string[] | undefined;
  readonly compiled: jsonata.Expression;
}

/** Characters of an expression. */
export const expressionLengthMax = 4096;
/** At most so many items in one list that an expression makes. */
export const listItemsMax = 20_000;
const depthMax = 400;
/** A last resort: the limit of steps comes first on any machine that is not overrun. */
const timeoutMs = 5000;

/** The expression, or the sentence that says why it is none. */
export function parseExpression(text: string): Expression | string {
  if (text.length > expressionLengthMax)
    return `An expression has at most ${expressionLengthMax} characters.`;
  try {
    const limits = { stack: depthMax, timeout: timeoutMs, sequence: listItemsMax };
    const compiled = jsonata(text, limits);
    const tree = compiled.ast() as SyntaxNode;
    const refusal = refusalOf(tree);
    return refusal ?? { text, tree, path: plainPathOf(tree), compiled };
  } catch (error) {
    if (error instanceof RangeError) return 'The expression is nested too deeply.';
    const { message = 'it cannot be read', position } = error as jsonata.JsonataError;
    const at = typeof position === 'number' ? ` (at character ${position})` : '';
    return `This is no expression: ${message.slice(0, 200)}${at}.`;
  }
}

/** The first thing in the tree that an expression may not have. */
function refusalOf(tree: SyntaxNode): string | undefined {
  const bound = new Set<string>();
  const nodes: SyntaxNode[] = [];
  const collect = (node: SyntaxNode) => {
    nodes.push(node);
    if (node.type === 'lambda') for (const each of node.arguments ?? []) bound.add(nameOf(each));
    if (node.type === 'bind') bound.add(nameOf(node.lhs as SyntaxNode));
    for (const child of childrenOf(node)) collect(child);
  };
  collect(tree);
  const own = [...bound].find((name) => allowedFunctions.has(name) || refusedFunctions.has(name));
  if (own) return `$${own} is a function of JSONata: give the variable another name.`;
  for (const node of nodes) {
    const refusal = nodeRefusal(node, bound);
    if (refusal) return `${refusal} (at character ${node.position ?? 0}).`;
  }
  return undefined;
}

function nodeRefusal(node: SyntaxNode, bound: ReadonlySet<string>): string | undefined {
  if (node.focus !== undefined || node.index !== undefined)
    return 'The operators @ and # are refused: use $map with a function';
  if (node.type === 'variable') return variableRefusal(nameOf(node), bound);
  if (allowedNodes.has(node.type)) return undefined;
  return refusedNodes[node.type] ?? `An expression may have no ${node.type}`;
}

function variableRefusal(name: string, bound: ReadonlySet<string>): string | undefined {
  const reason = refusedFunctions.get(name);
  if (reason) return `$${name} is refused: ${reason}`;
  const isKnown = name === '' || name === '$' || bound.has(name) || allowedFunctions.has(name);
  return isKnown ? undefined : `There is no $${name}`;
}

const nameOf = ({ value }: SyntaxNode): string => String(value);
