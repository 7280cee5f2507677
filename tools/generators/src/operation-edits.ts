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
  find,
  importName,
  unreadable,
  valueOf,
  type Edited,
} from './syntax.ts';
import * as sources from './templates/operation.ts';
import { kebabCase } from './words.ts';

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

/** Adds a version of the lifecycle in which the event leads to its state from every other. */
export function lengthenLifecycle(file: Edited, names: Names, type: DocumentType): void {
  const { event, state } = names;
  const list = valueOf(file, argumentOf(file, 'defineDocument'), 'lifecycles');
  const last = ts.isArrayLiteralExpression(list) ? list.elements.at(-1) : undefined;
  if (!last || !ts.isIdentifier(last)) throw unreadable(file, 'does not name its last lifecycle');
  const version = (type.lifecycles.at(-1)?.version ?? 0) + 1;
  const before = last.text;
  const next = `lifecycle${version}`;
  const statement = find(file.tree, ts.isVariableStatement, ({ declarationList }) =>
    declarationList.declarations.some(({ name }) => ts.isIdentifier(name) && name.text === before),
  );
  if (!statement) throw unreadable(file, `does not declare ${before}`);
  file.insertions.push({
    at: statement.getEnd(),
    text: `

/** From version ${version} on it can be ${state}; what began before stays on its own version. */
const ${next} = defineLifecycle({
  ...${before},
  version: ${version},
  states: [...${before}.states, '${state}'],
  transitions: [
    ...${before}.transitions,
    { on: '${event}', from: ${before}.states, to: '${state}' },
  ],
});`,
  });
  appendTo(file, list, next);
}

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
