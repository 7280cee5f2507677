/** Follows the paths of an expression through the shapes that it reads, and says what it gives. */
import { childrenOf, type SyntaxNode } from './syntax-tree.ts';
import { fieldOf, kindsOf, type Shape } from './wire-shape.ts';

/** What a part of an expression gives, as far as its text tells. */
export interface Read {
  readonly shape: Shape;
  /** It may give nothing. */
  readonly isOptional: boolean;
  /** It gives one value or a list, as JSONata unpacks a list of one. */
  readonly isMany: boolean;
  /** Names from the root, where it is a plain path. */
  readonly trail?: readonly string[];
}
export interface Reader {
  readonly root: Read;
  /** Told of a field that is not there; the trail ends before it. */
  readonly missing: (trail: readonly string[], name: string) => void;
}

const one = (shape: Shape): Read => ({ shape, isOptional: false, isMany: false });
const unknown: Read = { shape: {}, isOptional: false, isMany: false };
const text = one({ type: 'string' });
const number = one({ type: 'number' });
const boolean = one({ type: 'boolean' });

const givenBy = new Map<string, Read>([
  ...['string', 'substring', 'lowercase', 'uppercase', 'trim', 'join', 'replace', 'type'].map(
    (name) => [name, text] as const,
  ),
  ...['boolean', 'not', 'exists', 'contains'].map((name) => [name, boolean] as const),
  ...['sum', 'count', 'number', 'floor', 'ceil', 'round', 'abs', 'length', 'toMillis'].map(
    (name) => [name, number] as const,
  ),
  ['fromMillis', text],
]);

/** What the node gives in its context; each field that is not there is told to the reader. */
export function readOf(node: SyntaxNode, context: Read, reader: Reader): Read {
  const own = nodeRead(node, context, reader);
  if (node.type === 'path') return own;
  const inner = [
    ...(node.predicate ?? []).map(({ expr }) => expr),
    ...(node.group?.lhs ?? []).flat(),
  ];
  for (const part of inner) if (part) readOf(part, contextOf(own), reader);
  if (node.group) return unknown;
  return node.predicate ? filtered(own) : own;
}

function nodeRead(node: SyntaxNode, context: Read, reader: Reader): Read {
  const below = () => childrenOf(node).map((child) => readOf(child, context, reader));
  switch (node.type) {
    case 'path':
      return pathRead(node, context, reader);
    case 'name':
      return stepInto(context, String(node.value), reader);
    case 'variable':
      return node.value === '' ? context : node.value === '$' ? reader.root : unknown;
    case 'string':
    case 'number':
    case 'value':
      return one({ const: node.value });
    case 'binary':
      below();
      return binaryRead(String(node.value));
    case 'unary':
      return unaryRead(node, context, reader);
    case 'block':
      return below().at(-1) ?? unknown;
    case 'condition':
      return conditionRead(below(), node);
    case 'function':
      below();
      return givenBy.get(String(node.procedure?.value)) ?? unknown;
    default:
      below();
      return unknown;
  }
}

const truths = new Set(['=', '!=', '<', '<=', '>', '>=', 'and', 'or', 'in']);
function binaryRead(operator: string): Read {
  if (truths.has(operator)) return boolean;
  if (operator === '&') return text;
  return operator === '..' ? one({ type: 'array' }) : number;
}

/** `[…]`, `{…}` and the minus sign. */
function unaryRead(node: SyntaxNode, context: Read, reader: Reader): Read {
  if (node.value === '[') {
    const items = (node.expressions ?? []).map((item) => readOf(item, context, reader));
    const only = items.length === 1 && node.expressions?.[0]?.value !== '[' ? items[0] : undefined;
    return one({ type: 'array', ...(only && { items: itemOf(only).shape }) });
  }
  if (node.value !== '{') {
    for (const child of childrenOf(node)) readOf(child, context, reader);
    return number;
  }
  const properties: Record<string, Shape> = {};
  let isClosed = true;
  for (const [key, held] of (Array.isArray(node.lhs) ? node.lhs : []) as readonly SyntaxNode[][]) {
    if (!key || !held) continue;
    readOf(key, context, reader);
    const { shape, isMany } = readOf(held, context, reader);
    if (key.type === 'string') properties[String(key.value)] = isMany ? {} : shape;
    else isClosed = false;
  }
  return one(
    isClosed
      ? { type: 'object', properties, required: Object.keys(properties) }
      : { type: 'object' },
  );
}

/** A condition may stand guard over what it gives, so only the last alternative may be absent. */
function conditionRead([, then, otherwise]: readonly Read[], node: SyntaxNode): Read {
  if (!then) return unknown;
  if (!node.else || !otherwise) return { ...then, isOptional: true };
  return {
    shape: { anyOf: [then.shape, otherwise.shape] },
    isOptional: otherwise.isOptional,
    isMany: then.isMany || otherwise.isMany,
  };
}

function pathRead(node: SyntaxNode, context: Read, reader: Reader): Read {
  let read: Read | undefined;
  for (const step of node.steps ?? []) {
    read = read ? nextRead(step, read, reader) : readOf(step, context, reader);
    for (const { expr } of step.stages ?? []) {
      if (expr) readOf(expr, contextOf(read), reader);
      read = filtered(read);
    }
  }
  if (!read) return unknown;
  const isKept = node.keepSingletonArray === true && read.isMany;
  return isKept ? one({ type: 'array', items: read.shape }) : read;
}

/** The step of a path that goes on from what the steps before it gave. */
function nextRead(step: SyntaxNode, from: Read, reader: Reader): Read {
  const item = itemOf(from);
  if (step.type === 'name') return readOf(step, item, reader);
  const next = readOf(step, contextOf(from), reader);
  if (step.type === 'sort') return { ...item, isMany: true };
  return {
    ...next,
    isOptional: next.isOptional || item.isOptional,
    isMany: next.isMany || item.isMany,
  };
}

/** What an inner expression reads: one item at a time. */
const contextOf = (read: Read): Read => ({ ...itemOf(read), isOptional: false, isMany: false });

/** What a filter leaves, one or several; that it leaves nothing is the author's affair. */
const filtered = (read: Read): Read => ({ ...itemOf(read), isMany: true });

/** A step goes on from each item of a list. */
function itemOf(read: Read): Read {
  const { items } = read.shape;
  const isList = kindsOf(read.shape)?.has('a list') === true;
  if (!isList) return read;
  return { ...read, shape: typeof items === 'object' ? items : {}, isMany: true };
}

function stepInto(context: Read, name: string, reader: Reader): Read {
  const { trail } = context;
  const field = fieldOf(context.shape, name);
  if (!field) {
    reader.missing(trail ?? [], name);
    return unknown;
  }
  return {
    shape: field.shape,
    isOptional: field.isOptional || context.isOptional,
    isMany: field.isMany || context.isMany,
    ...(trail && { trail: [...trail, name] }),
  };
}
