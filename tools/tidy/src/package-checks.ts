// Rules about packages: one shape of package.json, and dependencies that are exactly those used.
import { isBuiltin } from 'node:module';
import { isTestFile, layerOf, packageOf, type PackageManifest } from '@morrow/lint';
import ts from 'typescript';
import { type Check, isSource, type TreeFile, type Violation } from './tree.ts';

interface Manifest extends PackageManifest {
  readonly private?: boolean;
  readonly type?: string;
  readonly license?: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

interface Package {
  readonly path: string;
  readonly folder: string;
  readonly manifest: Manifest;
  readonly sources: readonly TreeFile[];
}

function packagesOf(files: readonly TreeFile[]): readonly Package[] {
  return files
    .filter(({ path }) => /^(apps|libs|protocols|adapters|tools)\/[^/]+\/package\.json$/.test(path))
    .map(({ path, text }) => {
      const folder = path.replace('/package.json', '');
      const sources = files.filter(
        (file) => file.path.startsWith(`${folder}/`) && isSource(file.path),
      );
      return { path, folder, manifest: JSON.parse(text) as Manifest, sources };
    });
}

const eachPackage =
  (rule: string, wrong: (subject: Package) => readonly string[]): Check =>
  (files) =>
    packagesOf(files).flatMap((subject) =>
      wrong(subject).map((sentence): Violation => ({ rule, path: subject.path, sentence })),
    );

const unprefixed = new Set(['protocols/contract', 'protocols/engines']);
function nameOf(folder: string): string {
  const [group, name] = folder.split('/');
  if (group === 'protocols' && !unprefixed.has(folder)) return `@morrow/protocol-${name}`;
  return `@morrow/${group === 'adapters' ? 'adapter-' : ''}${name}`;
}
/** `./parts/*` are the files of a program, for its proofs. */
const everyPart = './parts/*';
function insideOf(key: string): string {
  if (key === everyPart) return '*';
  return key === '.' ? 'index' : `${key.slice(2)}/index`;
}
const exportOf = (key: string) => {
  const inside = insideOf(key);
  return {
    '@morrow/source': `./src/${inside}.ts`,
    types: `./dist/${inside}.d.ts`,
    default: `./dist/${inside}.js`,
  };
};

/** Every package.json says the same things in the same way; one that is only a program need not
 * export anything, and what is exported is there. */
export const hasPackageShape = eachPackage('shape of package.json', (subject) => {
  const { folder, manifest, sources } = subject;
  const { name, exports = {}, scripts = {}, bin } = manifest;
  const wanted = Object.keys({ ...(bin ? {} : { '.': 0 }), ...exports });
  const wrongExports = wanted.filter(
    (key) => JSON.stringify(exports[key]) !== JSON.stringify(exportOf(key)),
  );
  const missing = wanted.filter(
    (key) =>
      key !== everyPart &&
      !sources.some(({ path }) => path === `${folder}/src/${insideOf(key)}.ts`),
  );
  return [
    name === nameOf(folder) ? '' : `the name is ${nameOf(folder)}`,
    manifest.private && manifest.type === 'module' && manifest.license === 'MIT'
      ? ''
      : 'private: true, type: module, license: MIT',
    layerOf(manifest) ? '' : 'one tag layer:… that the dependency table knows',
    scripts['build'] === 'tsc -b' ? '' : 'scripts.build is tsc -b',
    ...wrongExports.map((key) => `exports['${key}'] is ${JSON.stringify(exportOf(key))}`),
    ...missing.map((key) => `exports['${key}'] names src/${insideOf(key)}.ts, which is not there`),
  ].filter(Boolean);
});

/** Versions are exact, those of the workspace `*`. */
export const pinsVersions: Check = (files) =>
  files
    .filter(({ path }) => /^([^/]+\/[^/]+\/)?package\.json$/.test(path))
    .flatMap(({ path, text }) => {
      const { dependencies, devDependencies, optionalDependencies } = JSON.parse(text) as Manifest;
      const all = { ...dependencies, ...devDependencies, ...optionalDependencies };
      return Object.entries(all)
        .filter(([name, version]) =>
          name.startsWith('@morrow/')
            ? version !== '*'
            : !/^(npm:@?[\w./-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
        )
        .map(([name, version]) => ({
          rule: 'exact versions',
          path,
          sentence: `${name}: ${version}`,
        }));
    });

/** Packages that others want beside them and nobody imports. */
const wantedByPeers = new Set(['rxjs', 'reflect-metadata', '@nestjs/platform-fastify']);

const importsOf = (text: string): readonly string[] =>
  ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => !name.startsWith('.') && !isBuiltin(name) && !name.includes('$'))
    .map(packageOf);

/** What is imported is declared, in `dependencies` where production code does. */
export const declaresWhatItUses: Check = (files) => {
  const root = files.find(({ path }) => path === 'package.json');
  const shared = Object.keys((JSON.parse(root?.text ?? '{}') as Manifest).devDependencies ?? {});
  return eachPackage('declared dependencies', ({ folder, manifest, sources }) => {
    const { dependencies, devDependencies, optionalDependencies } = manifest;
    const running = Object.keys({ ...dependencies, ...optionalDependencies });
    const testing = [...running, ...Object.keys(devDependencies ?? {}), ...shared];
    return sources.flatMap(({ path, text }) => {
      const isForTests = isTestFile(path) || folder.startsWith('tools/');
      const known = new Set([manifest.name, ...(isForTests ? testing : running)]);
      const missing = new Set(importsOf(text).filter((name) => !known.has(name)));
      return [...missing].map((name) => `${path} imports ${name}`);
    });
  })(files);
};

/** What is declared is named in some source; types, and what peers want, are exempt. */
export const usesWhatItDeclares = eachPackage('used dependencies', ({ manifest, sources }) =>
  Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })
    .filter((name) => !wantedByPeers.has(name) && !name.startsWith('@types/'))
    .filter((name) => {
      const quotes = [`'${name}'`, `'${name}/`];
      return !sources.some(({ text }) => quotes.some((quote) => text.includes(quote)));
    })
    .map((name) => `${name} is declared and never used`),
);

/** Packages of the workspace point at each other without a circle. */
export const hasNoCycle: Check = (files) => {
  const packages = new Map(packagesOf(files).map((each) => [each.manifest.name, each]));
  const seen = new Set<string>();
  const circles: Violation[] = [];
  const visit = (name: string, trail: readonly string[]) => {
    const subject = packages.get(name);
    if (!subject) return;
    if (trail.includes(name)) {
      const circle = [...trail.slice(trail.indexOf(name)), name].join(' → ');
      circles.push({ rule: 'no circle of packages', path: subject.path, sentence: circle });
      return;
    }
    if (seen.has(name)) return;
    seen.add(name);
    const { dependencies, devDependencies } = subject.manifest;
    for (const next of Object.keys({ ...dependencies, ...devDependencies }))
      visit(next, [...trail, name]);
  };
  for (const name of packages.keys()) visit(name, []);
  return circles;
};
