// A new document with its protocol, operations, scenarios and test: in a new domain or in one that
// there is.
import ts from 'typescript';
import type { ChangeSet } from './change-set.ts';
import { manifestPath, type Checkout } from './checkout.ts';
import { checkDocument, checkDomain, checkProtocol, documentOf, Refused } from './names.ts';
import {
  appendTo,
  bare,
  argumentOf,
  find,
  importName,
  unreadable,
  valueOf,
  type Edited,
} from './syntax.ts';
import { documentSource, documentSpec, recordSource } from './templates/document.ts';
import { domainReadme, manifestSource } from './templates/manifest.ts';
import { operationsSource, scenarioSource } from './templates/operations.ts';
import { domainIndex, packageJson } from './templates/package-files.ts';
import { protocolSource } from './templates/protocol.ts';
import { namesOf, type RecordNames } from './templates/record.ts';
import { kebabCase, pascalCase, plural, spoken } from './words.ts';

/** What every package of the workspace takes zod from, so that there is one version. */
const zodOf = (checkout: Checkout): string => {
  const { dependencies } = JSON.parse(checkout.read('protocols/contract/package.json')) as {
    dependencies: Record<string, string>;
  };
  return dependencies['zod'] ?? '';
};

function addRecordFiles(set: ChangeSet, checkout: Checkout, names: RecordNames): void {
  const { domain, file, folder } = names;
  const sources = `libs/${kebabCase(domain)}/src`;
  const protocol = `protocols/${folder}`;
  const needs = { '@morrow/contract': '*', zod: zodOf(checkout) };
  set.create(
    `${protocol}/package.json`,
    packageJson(`@morrow/protocol-${folder}`, 'protocol', needs),
  );
  set.create(`${protocol}/src/index.ts`, protocolSource(names));
  set.create(`${protocol}/src/${file}.record.ts`, recordSource(names));
  set.create(`${sources}/${file}.document.ts`, documentSource(names));
  set.create(`${sources}/${file}.spec.ts`, documentSpec(names));
  set.create(`${sources}/${folder}.operations.ts`, operationsSource(names));
  set.create(`tools/proofs/src/scenarios/${folder}.scenarios.ts`, scenarioSource(names));
}

/** Places a new domain: in the process that hosts all, and in a process of its own. */
function place(set: ChangeSet, domain: string): void {
  for (const name of ['indie', 'enterprise']) {
    const file = set.edit(`deploy/placements/${name}.json`);
    const root = find(file.tree, ts.isObjectLiteralExpression);
    if (!root) throw unreadable(file, 'holds no object');
    const processes = valueOf(file, root, 'processes');
    if (name === 'enterprise') {
      appendTo(file, processes, JSON.stringify({ name: kebabCase(domain), modules: [domain] }));
      continue;
    }
    const first = find(processes, ts.isObjectLiteralExpression);
    if (!first) throw unreadable(file, 'places nothing');
    appendTo(file, valueOf(file, first, 'modules'), `"${domain}"`);
  }
}

export function newDomain(set: ChangeSet, checkout: Checkout, args: readonly string[]): void {
  const [name = '', document, many] = args;
  const domain = checkDomain(name);
  const one = checkDocument(document ?? documentOf(domain));
  const protocol = checkProtocol(document ? (many ?? plural(one)) : domain, one);
  const folder = kebabCase(domain);
  if (checkout.has(`libs/${folder}`) || checkout.domains().includes(domain))
    throw new Refused(`There is a folder libs/${folder} already: choose another name.`);
  refuseTaken(checkout, protocol);
  const names = namesOf(domain, one, protocol);
  const needs = ['kernel', 'contract', 'document-keeper', `protocol-${names.folder}`];
  const dependencies = Object.fromEntries(needs.map((need) => [`@morrow/${need}`, '*']));
  set.create(
    `libs/${folder}/package.json`,
    packageJson(`@morrow/${folder}`, 'domain', dependencies),
  );
  set.create(`libs/${folder}/README.md`, domainReadme(names));
  set.create(`libs/${folder}/src/index.ts`, domainIndex(pascalCase(spoken(domain)), folder));
  set.create(manifestPath(domain), manifestSource(names));
  addRecordFiles(set, checkout, names);
  place(set, domain);
}

function refuseTaken(checkout: Checkout, protocol: string): void {
  if (checkout.has(`protocols/${kebabCase(protocol)}`))
    throw new Refused(`There is a protocol ${protocol} already: choose another name.`);
}

/** Wires the record into the manifest of its domain. */
function wire(file: Edited, { one, many, Many, file: stem, folder }: RecordNames): void {
  const manifest = argumentOf(file, 'defineModule');
  appendTo(file, valueOf(file, manifest, 'provides'), Many);
  appendTo(file, valueOf(file, manifest, 'documents'), one);
  const lists = find(
    file.tree,
    ts.isPropertyAssignment,
    ({ name }) => ts.isIdentifier(name) && name.text === 'implementations',
  );
  if (!lists) throw unreadable(file, 'has no implementations');
  const given = `implementation(${Many}, ${many}Operations(engines, clock, ids))`;
  appendTo(file, bare(lists.initializer), given);
  importName(file, Many, `@morrow/protocol-${folder}`);
  importName(file, one, `./${stem}.document.ts`);
  importName(file, `${many}Operations`, `./${folder}.operations.ts`);
}

export async function newDocument(
  set: ChangeSet,
  checkout: Checkout,
  args: readonly string[],
): Promise<void> {
  const [domain = '', name = '', many] = args;
  const manifest = await checkout.manifest(domain);
  const one = checkDocument(name);
  const protocol = checkProtocol(many ?? plural(one), one);
  if (manifest.documents.some((each) => each.name === one))
    throw new Refused(`${domain} has a document ${one} already: choose another name.`);
  refuseTaken(checkout, protocol);
  const names = namesOf(domain, one, protocol);
  addRecordFiles(set, checkout, names);
  wire(set.edit(manifestPath(domain)), names);
  const packageFile = set.edit(`libs/${kebabCase(domain)}/package.json`);
  const root = find(packageFile.tree, ts.isObjectLiteralExpression);
  if (!root) throw unreadable(packageFile, 'holds no object');
  const dependencies = valueOf(packageFile, root, 'dependencies');
  appendTo(packageFile, dependencies, `"@morrow/protocol-${names.folder}": "*"`);
}
