// Edits of TypeScript and JSON by their syntax trees: insertions only, everything else stays.
import ts from 'typescript';
import { Refused } from './names.ts';

/** A source file with the insertions that are to be made in it. */
export interface Edited {
  readonly path: string;
  readonly tree: ts.SourceFile;
  readonly insertions: { readonly at: number; readonly text: string }[];
}

export const open = (path: string, text: string): Edited => ({
  path,
  tree: path.endsWith('.json')
    ? ts.parseJsonText(path, text)
    : ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true),
  insertions: [],
});

/** The text with every insertion made. */
export const textOf = ({ tree, insertions }: Edited): string =>
  insertions
    .toReversed()
    .toSorted((one, other) => other.at - one.at)
    .reduce((text, { at, text: more }) => text.slice(0, at) + more + text.slice(at), tree.text);

/** The first node below, in reading order, that is of the kind and passes. */
export function find<N extends ts.Node>(
  node: ts.Node,
  isKind: (node: ts.Node) => node is N,
  passes: (node: N) => boolean = () => true,
): N | undefined {
  if (isKind(node) && passes(node)) return node;
  return ts.forEachChild(node, (child) => find(child, isKind, passes));
}

const namedAs = (name: ts.Node | undefined, wanted: string) =>
  name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteral(name)) && name.text === wanted;

/** What stands behind `as`, `satisfies` and brackets. */
export const bare = (node: ts.Expression): ts.Expression =>
  ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node)
    ? bare(node.expression)
    : node;

/** The initial value of a constant of the file. */
export function constantOf(file: Edited, constant: string): ts.Expression | undefined {
  const found = find(file.tree, ts.isVariableDeclaration, ({ name }) => namedAs(name, constant));
  return found?.initializer && bare(found.initializer);
}

/** The value of a property of an object literal. A name stands for the constant of the file. */
export function valueOf(file: Edited, object: ts.Node, property: string): ts.Expression {
  const properties = ts.isObjectLiteralExpression(object) ? object.properties : [];
  const found = properties.find(({ name }) => namedAs(name, property));
  const given = found && ts.isPropertyAssignment(found) ? found.initializer : found?.name;
  if (!given) throw unreadable(file, `has no ${property}`);
  const value = bare(given as ts.Expression);
  return (ts.isIdentifier(value) && constantOf(file, value.text)) || value;
}

export const unreadable = ({ path }: Edited, what: string): Refused =>
  new Refused(`${path} ${what} where the generators look for it: write this part by hand.`);

/** The first call of a function. */
export const callOf = (file: Edited, callee: string): ts.CallExpression | undefined =>
  find(file.tree, ts.isCallExpression, ({ expression }) => namedAs(expression, callee));

/** The argument of a call like `defineProtocol({…})`. */
export function argumentOf(file: Edited, callee: string): ts.ObjectLiteralExpression {
  const [first] = callOf(file, callee)?.arguments ?? [];
  if (!first || !ts.isObjectLiteralExpression(first))
    throw unreadable(file, `has no ${callee}({…})`);
  return first;
}

interface ListNode {
  readonly elements: readonly ts.Node[];
  /** Just behind the opening bracket. */
  readonly opened: number;
}

function append(file: Edited, { elements, opened }: ListNode, text: string): void {
  const last = elements.at(-1);
  const before = file.insertions.some(({ at }) => at === (last?.getEnd() ?? opened));
  const comma = last || before ? ', ' : '';
  file.insertions.push({ at: last?.getEnd() ?? opened, text: comma + text });
}

/** Adds a last element or property. */
export function appendTo(file: Edited, list: ts.Expression, text: string): void {
  const opened = list.getStart(file.tree) + 1;
  if (ts.isArrayLiteralExpression(list)) append(file, { elements: list.elements, opened }, text);
  else if (ts.isObjectLiteralExpression(list))
    append(file, { elements: list.properties, opened }, text);
  else throw unreadable(file, 'has no list written out');
}

/** Imports a name, beside what is imported from there already. */
export function importName(file: Edited, name: string, module: string): void {
  const imports = file.tree.statements.filter(ts.isImportDeclaration);
  const moduleOf = ({ moduleSpecifier }: ts.ImportDeclaration) =>
    (moduleSpecifier as ts.StringLiteral).text;
  const bindings = imports
    .filter((each) => moduleOf(each) === module && !each.importClause?.isTypeOnly)
    .map(({ importClause }) => importClause?.namedBindings)
    .find((each) => each !== undefined && ts.isNamedImports(each));
  if (bindings && ts.isNamedImports(bindings)) {
    const bound = bindings.elements.map((each) => each.getText());
    if (bound.includes(name) || bound.includes(`type ${name}`)) return;
    const opened = bindings.getStart() + 1;
    append(file, { elements: bindings.elements, opened }, name);
    return;
  }
  const line = `import { ${name} } from '${module}';\n`;
  const rank = (each: string) => `${each.startsWith('.') ? 1 : 0}${each}`;
  const next = imports.find((each) => rank(moduleOf(each)) > rank(module));
  if (next) file.insertions.push({ at: next.getStart(), text: line });
  else file.insertions.push({ at: (imports.at(-1)?.getEnd() ?? -1) + 1, text: line });
}
