// What follows from the packages of the workspace, as pure functions: `{ folder, manifest }` each.

const layerOf = ({ nx }) => nx?.tags?.find((tag) => tag.startsWith('layer:'))?.slice(6);
const inLayer = (packages, layer) => packages.filter(({ manifest }) => layerOf(manifest) === layer);
const camelCase = (folder) =>
  folder.split('/')[1].replace(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const pascalCase = (folder) => camelCase(folder).replace(/^./, (letter) => letter.toUpperCase());
const byKey = ([one], [other]) => one.localeCompare(other, 'en');
const sorted = (record) => Object.fromEntries(Object.entries(record).sort(byKey));

/** Each domain has a keeping protocol, which is made from the name of the domain. */
const keeping = 'protocols/keeping';
const cataloguedOf = (packages) => ({
  domains: inLayer(packages, 'domain'),
  protocols: inLayer(packages, 'protocol').filter(({ folder }) => folder !== keeping),
});

/** The package.json of the backend, with the domains and protocols that there are and no others. */
export function withCatalogued(manifest, packages) {
  const { domains, protocols } = cataloguedOf(packages);
  return withNames(manifest, packages, [...domains, ...protocols]);
}

/** The package.json of the proofs, whose scenarios speak to every protocol there is. */
export const withProtocols = (manifest, packages) =>
  withNames(manifest, packages, cataloguedOf(packages).protocols);

function withNames(manifest, packages, named) {
  const names = named.map((each) => each.manifest.name);
  const known = new Set(packages.map((each) => each.manifest.name));
  const kept = Object.entries(manifest.dependencies).filter(
    ([name]) => !name.startsWith('@morrow/') || known.has(name),
  );
  const wanted = names.map((name) => [name, '*']);
  return { ...manifest, dependencies: Object.fromEntries([...kept, ...wanted]) };
}

/** Source of the catalog: how each domain is loaded, and every protocol by its name. */
export function catalogOf(packages) {
  const { domains, protocols } = cataloguedOf(packages);
  const imports = protocols
    .toSorted((one, other) => (one.folder < other.folder ? -1 : 1))
    .map(({ folder, manifest }) => `import { ${pascalCase(folder)} } from '${manifest.name}';`);
  const loaders = domains.map(
    ({ folder, manifest: { name } }) => `  ${camelCase(folder)}: () => import('${name}'),\n`,
  );
  return `/** Every domain and protocol there is: written by \`npm run sync\`, not by hand. */
import type { ModuleManifest } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
${imports.join('\n')}

type Loader = () => Promise<{ readonly manifest: ModuleManifest<Engines> }>;

export const loaders: Readonly<Record<string, Loader>> = {
${loaders.join('')}};

export const promised = {
${protocols.map(({ folder }) => `  ${pascalCase(folder)},\n`).join('')}};
`;
}

const workspace = /^(apps|libs|protocols|adapters|tools)\/[^/]+$/;
const isOfWorkspace = ([path, { link }]) => workspace.test(path) || link;

/** A package's own entry in the lock file; what npm wrote besides its dependencies stays. */
function lockEntry({ manifest }, before) {
  const { name, version, license } = manifest;
  const entry = {
    ...(before ?? { name, version, license }),
    dependencies: sorted(manifest.dependencies ?? {}),
    devDependencies: sorted(manifest.devDependencies ?? {}),
  };
  const isEmpty = (list) => /ependencies$/.test(list) && !Object.keys(entry[list]).length;
  return Object.fromEntries(Object.entries(entry).filter(([list]) => !isEmpty(list)));
}

/** The lock file with an entry and a link for each package there is, in the order of npm. */
export function lockOf(lock, packages) {
  const own = packages.flatMap((each) => [
    [each.folder, lockEntry(each, lock.packages[each.folder])],
    [`node_modules/${each.manifest.name}`, { resolved: each.folder, link: true }],
  ]);
  const others = Object.entries(lock.packages).filter((entry) => !isOfWorkspace(entry));
  return { ...lock, packages: Object.fromEntries([...others, ...own].sort(byKey)) };
}
