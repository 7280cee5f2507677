// What a new operation changes in files that stand: protocol, document type and operations.
import { globSync } from 'node:fs';
import type { DocumentType, Protocol } from '@morrow/contract';
import ts from 'typescript';
import type { ChangeSet } from './change-set.ts';
import type { Checkout } from './checkout.ts';
import { Refused } from './names.ts';
import {
  appendTo,
  argumentOf,
  bare,
  callOf,
  find,
  importName,
  unreadable,
  valueOf,
  type Edited,
} from './syntax.ts';
import * as sources from './templates/operation.ts';
import { kebabCase, label } from './words.ts';

export type Kind = 'query' | 'command';
type Names = sources.OperationNames;

/** Promises the operation in the protocol. */
export function promise(file: Edited, names: Names, kind: Kind, { spec }: Protocol): void {
  const object = argumentOf(file, 'defineProtocol');
  const errors = Object.entries(sources.errorSources(names, kind));
  for (const [code, text] of errors)
    if (!Object.hasOwn(spec.errors, code)) appendTo(file, valueOf(file, object, 'errors'), text);
  appendTo(file, valueOf(file, object, 'operations'), sources.operationSource(names, kind));
  if (kind === 'command')
    appendTo(file, valueOf(file, object, 'events'), sources.eventSource(names));
  const needed = kind === 'query' ? ['InstantSchema'] : [];
  for (const name of [kind, 'idSchema', 'Code', ...needed])
    importName(file, name, '@morrow/contract');
}

/** Gives the state a label in the record of the document, where that stands in its protocol. */
export function labelState(set: ChangeSet, checkout: Checkout, names: Names): void {
  const { document, folder, state } = names;
  const records = globSync(`protocols/${folder}/src/*.record.ts`, { cwd: checkout.root });
  for (const path of records.toSorted()) {
    const file = set.edit(path);
    const record = find(file.tree, ts.isObjectLiteralExpression, ({ properties }) =>
      properties.some((each) => each.getText() === `name: '${document}'`),
    );
    const title = label(state);
    if (record) return appendTo(file, valueOf(file, record, 'states'), `${state}: '${title}'`);
  }
}

/** Adds a version of the lifecycle in which the event leads to its state from every other. */
export function lengthenLifecycle(file: Edited, names: Names, type: DocumentType): void {
  const call = callOf(file, 'documentOf');
  const [record, options] = call?.arguments ?? [];
  if (!call || !record) throw unreadable(file, 'has no documentOf(…)');
  const version = (type.lifecycles.at(-1)?.version ?? 0) + 1;
  const next = `lifecycle${version}`;
  const list = options && lifecyclesIn(file, options);
  const last = list?.elements.at(-1);
  if (last && !ts.isIdentifier(last)) throw unreadable(file, 'does not name its last lifecycle');
  const before = last ? last.text : 'lifecycle';
  const added = `\n\n${lifecycleSource(names, version, before)}`;
  importName(file, 'defineLifecycle', '@morrow/kernel');
  if (list && last) {
    file.insertions.push({ at: statementOf(last, file).getEnd(), text: added });
    appendTo(file, list, next);
    return;
  }
  importName(file, 'lifecycleOf', '@morrow/contract');
  const first = `\n\nconst ${before} = lifecycleOf(${record.getText()});`;
  file.insertions.push({ at: statementAround(call).getFullStart(), text: first + added });
  const lifecycles = `lifecycles: [${before}, ${next}]`;
  if (options) appendTo(file, options, lifecycles);
  else file.insertions.push({ at: record.getEnd(), text: `, { ${lifecycles} }` });
}

const lifecycleSource = ({ event, state }: Names, version: number, before: string) =>
  `/** From version ${version} on it can be ${state}; what began before stays on its own version. */
const lifecycle${version} = defineLifecycle({
  ...${before},
  version: ${version},
  states: [...${before}.states, '${state}'],
  transitions: [
    ...${before}.transitions,
    { on: '${event}', from: ${before}.states, to: '${state}' },
  ],
});`;

function lifecyclesIn(file: Edited, options: ts.Expression) {
  const has = ts.isObjectLiteralExpression(options) && options.getText().includes('lifecycles:');
  const value = has ? valueOf(file, options, 'lifecycles') : undefined;
  return value && ts.isArrayLiteralExpression(value) ? value : undefined;
}

/** The statement that declares a constant. */
function statementOf({ text }: ts.Identifier, file: Edited): ts.Statement {
  const found = find(file.tree, ts.isVariableStatement, ({ declarationList }) =>
    declarationList.declarations.some(({ name }) => ts.isIdentifier(name) && name.text === text),
  );
  if (!found) throw unreadable(file, `does not declare ${text}`);
  return found;
}
const statementAround = (node: ts.Node): ts.Node =>
  ts.isVariableStatement(node) ? node : statementAround(node.parent);

/** Puts the function into the object that implements the protocol. */
export function implement(
  set: ChangeSet,
  checkout: Checkout,
  names: Names,
  kind: Kind,
  domain: string,
) {
  const { protocol, Protocol, operation } = names;
  const folder = `libs/${kebabCase(domain)}/src`;
  const wanted = kind === 'command' ? ['engines', 'clock'] : ['engines'];
  for (const path of globSync(`${folder}/*.ts`, { cwd: checkout.root }).toSorted()) {
    const file = set.edit(path);
    const object = implementationIn(file, Protocol, wanted);
    if (!object) continue;
    appendTo(file, object, `${operation}: ${sources.functionOf(names)}(${wanted.join(', ')})`);
    importName(file, sources.functionOf(names), `./${sources.fileOf(names)}.ts`);
    return;
  }
  const shape = `(${wanted.join(', ')}, …): ${Protocol} => ({…})`;
  throw new Refused(`${folder} implements ${protocol} nowhere as ${shape}: write this by hand.`);
}

/** The object that a function of the file returns as the protocol, if it takes what is wanted. */
function implementationIn(
  file: Edited,
  Protocol: string,
  wanted: readonly string[],
): ts.ObjectLiteralExpression | undefined {
  const isOfProtocol = ({ type }: ts.ArrowFunction) =>
    type !== undefined && ts.isTypeReferenceNode(type) && type.getText() === Protocol;
  const made = find(file.tree, ts.isArrowFunction, isOfProtocol);
  const given = made?.parameters.map(({ name }) => name.getText()) ?? [];
  return made && wanted.every((name) => given.includes(name)) ? objectGivenBy(made) : undefined;
}

function objectGivenBy({ body }: ts.ArrowFunction): ts.ObjectLiteralExpression | undefined {
  const returned = ts.isBlock(body)
    ? body.statements.filter(ts.isReturnStatement).at(-1)?.expression
    : body;
  const value = returned && bare(returned);
  return value && ts.isObjectLiteralExpression(value) ? value : undefined;
}
