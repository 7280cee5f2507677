// Writes what follows from the packages there are: references between them, the catalog of domains
// and protocols that the backend hosts and the proofs speak to, and their lines in the lock file.
// Plain JavaScript, no packages. `--check` exits 1 and names what is stale instead of writing.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalogOf, lockOf, withCatalogued, withProtocols } from './derive.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const read = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));
const folders = read('package.json')
  .workspaces.map((pattern) => pattern.replace('/*', ''))
  .flatMap((group) =>
    existsSync(join(root, group))
      ? readdirSync(join(root, group))
          .sort()
          .map((name) => `${group}/${name}`)
      : [],
  )
  .filter(
    (folder) =>
      existsSync(join(root, folder, 'package.json')) && existsSync(join(root, folder, 'src')),
  );
const folderOf = new Map(folders.map((folder) => [read(`${folder}/package.json`).name, folder]));

const stale = [];
const write = (file, value) => {
  const text = typeof value === 'string' ? value : `${JSON.stringify(value, null, 2)}\n`;
  const path = join(root, file);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  stale.push(file);
  if (process.argv.includes('--check')) return;
  console.log(`${existsSync(path) ? 'changed' : 'new    '} ${file}`);
  writeFileSync(path, text);
};

const packages = folders.map((folder) => ({ folder, manifest: read(`${folder}/package.json`) }));
const business = packages.find(({ folder }) => folder === 'apps/business');
if (business) {
  business.manifest = withCatalogued(business.manifest, packages);
  write('apps/business/package.json', business.manifest);
  write('apps/business/src/catalog.ts', catalogOf(packages));
}
const proofs = packages.find(({ folder }) => folder === 'tools/proofs');
if (proofs) {
  proofs.manifest = withProtocols(proofs.manifest, packages);
  write('tools/proofs/package.json', proofs.manifest);
}
if (existsSync(join(root, 'package-lock.json')))
  write('package-lock.json', lockOf(read('package-lock.json'), packages));

for (const folder of folders) {
  const { dependencies = {}, devDependencies = {} } = read(`${folder}/package.json`);
  const references = Object.keys({ ...dependencies, ...devDependencies })
    .filter((name) => folderOf.has(name))
    .sort()
    .map((name) => ({ path: relative(join(root, folder), join(root, folderOf.get(name))) }));
  write(`${folder}/tsconfig.json`, {
    extends: '../../tsconfig.base.json',
    compilerOptions: { rootDir: 'src', outDir: 'dist', tsBuildInfoFile: 'dist/.tsbuildinfo' },
    include: ['src'],
    references,
  });
}
write('tsconfig.json', { files: [], references: folders.map((path) => ({ path })) });

if (stale.length && process.argv.includes('--check')) {
  console.error(`Stale, run \`npm run sync\`: ${stale.join(', ')}`);
  process.exit(1);
}
