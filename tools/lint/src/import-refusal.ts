// Judges one import by the dependency table: the sentence that refuses it, or nothing.
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import {
  type Cell,
  dependencyTable,
  isTestFile,
  owners,
  sharedKeepers,
  testImports,
  wiredKeepers,
} from './dependency-table.ts';
import type { WorkspacePackage } from './workspace.ts';

export interface Import {
  readonly from: WorkspacePackage;
  /** Path of the importing file, relative to the root. */
  readonly file: string;
  readonly specifier: string;
  readonly form: 'value' | 'type' | 'dynamic';
}

/** `@scope/name/sub/path` → `@scope/name`. */
export const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** Why this import may not stand, as one sentence; undefined where it may. */
export function importRefusal(
  subject: Import,
  packages: readonly WorkspacePackage[],
): string | undefined {
  const { from, file, specifier } = subject;
  if (specifier.startsWith('.')) return relativeRefusal(from, file, specifier);
  if (/^(\/|file:|data:|https?:)/.test(specifier))
    return `'${specifier}' is a path or an address: import a package by its name.`;
  if (isTestFile(file) && isTestImport(specifier)) return undefined;
  if (isBuiltin(specifier)) return nodeRefusal(from, file, specifier);
  const name = packageOf(specifier);
  if (name === from.name) return `'${specifier}' is this very package: import it relatively.`;
  const to = packages.find((candidate) => candidate.name === name);
  if (!to) return npmRefusal(from, file, name);
  if (specifier.endsWith('/suite')) return `'${specifier}' is for test files only.`;
  if (/^@morrow\/[^/]+\/parts\//.test(specifier) && from.layer !== 'tool')
    return `'${specifier}' is for the proofs only.`;
  return cellRefusal(dependencyTable[from.layer].may[to.layer], subject, to);
}

const isTestImport = (specifier: string) =>
  testImports.some((name) => name === packageOf(specifier)) ||
  /^@morrow\/[^/]+\/suite$/.test(specifier);

function relativeRefusal(from: WorkspacePackage, file: string, specifier: string) {
  const target = posix.join(posix.dirname(file), specifier);
  if (!target.startsWith(`${from.folder}/`))
    return `'${specifier}' leaves ${from.folder}: import the other package by its name.`;
  if (isTestFile(target) && !isTestFile(file))
    return `'${specifier}' is for test files only, and this is none.`;
  return undefined;
}

function nodeRefusal(from: WorkspacePackage, file: string, specifier: string) {
  const { node } = dependencyTable[from.layer];
  const isAllowed = node === 'all' || node.some((name) => specifier === `node:${name}`);
  if (isAllowed || isTestFile(file)) return undefined;
  return `'${specifier}' is a module of Node: a ${from.layer} does no I/O, take a port instead.`;
}

function npmRefusal(from: WorkspacePackage, file: string, name: string) {
  const { npm } = dependencyTable[from.layer];
  const isDeclared = from.declared.includes(name);
  if (npm === 'declared' || isTestFile(file))
    return isDeclared ? undefined : `'${name}' is not in ${from.folder}/package.json.`;
  if (npm.includes(name)) return undefined;
  return `'${name}' comes from npm: a ${from.layer} may import ${npm.join(', ') || 'none'}.`;
}

function cellRefusal(cell: Cell, { from, file, specifier, form }: Import, to: WorkspacePackage) {
  const no = `A ${from.layer} may not import ${to.name}, a ${to.layer}`;
  const isShared = sharedKeepers.some((name) => name === to.name);
  const isOwn = owners[to.name] === from.name;
  const ofOwner = `${no} of ${owners[to.name] ?? 'nobody in owners'}.`;
  switch (cell) {
    case 'yes':
      return undefined;
    case 'no':
      return `${no}.`;
    case 'declared':
      return from.declared.includes(to.name) ? undefined : `${no} that it does not declare.`;
    case 'own':
      return isOwn ? undefined : ofOwner;
    case 'shared':
      return isShared ? undefined : `${no} other than ${sharedKeepers.join(' and ')}.`;
    case 'shared and own':
      return isShared || isOwn ? undefined : ofOwner;
    case 'shared and wired':
      return isShared || wiredKeepers.some((name) => name === to.name)
        ? undefined
        : `${no} other than ${[...sharedKeepers, ...wiredKeepers].join(' and ')}.`;
    case 'manifest':
      if (specifier !== to.name) return `${no}, other than by its root.`;
      if (form !== 'value' || isTestFile(file)) return undefined;
      return `${no} at once: load its manifest with import(), where it is hosted.`;
  }
}
