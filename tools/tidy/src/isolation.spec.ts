// Each domain stands alone: types and manifest hold where its neighbours are not, and in `npm run
// soak` its tests do, with those of its keepers.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { owners, readWorkspace, sharedKeepers } from '@morrow/lint';
import { describe, expect, it, onTestFinished } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const modules = join(root, 'node_modules');
const packages = readWorkspace(root);
const domains = packages.filter(({ layer }) => layer === 'domain');
/** Bounds a hang: a compiler and a test run of its own for each domain, on a busy machine. */
const atMost = 300_000;
const foundations = new Set<string>(['kernel', 'contract', 'protocol', 'engine-port', 'language']);

/** What a domain may stand on: kernel, contract, protocols, its keepers, their ports and languages;
 * and the stores of its tests. */
const groundOf = (domain: string) =>
  packages.filter(
    ({ name, layer }) =>
      name === domain ||
      foundations.has(layer) ||
      name === '@morrow/adapter-memory' ||
      sharedKeepers.some((keeper) => keeper === name) ||
      owners[name] === domain,
  );

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

/** What tests of keepers read beside their package: data that no domain owns. */
const commonGround = ['deploy/workflows', 'docs/schemas'];

/** A tree that holds these packages only, with everything from npm beside them. */
function treeOf(names: readonly { readonly name: string; readonly folder: string }[]): string {
  const tree = realpathSync(mkdtempSync(join(tmpdir(), 'morrow-alone-')));
  onTestFinished(() => rmSync(tree, { recursive: true }));
  for (const file of ['tsconfig.base.json', 'package.json'])
    cpSync(join(root, file), join(tree, file));
  for (const folder of commonGround)
    cpSync(join(root, folder), join(tree, folder), { recursive: true });
  for (const entry of readdirSync(modules).filter((name) => !/^(\.|@morrow$)/.test(name)))
    link(join(modules, entry), join(tree, 'node_modules', entry));
  for (const { name, folder } of names) {
    for (const part of ['src', 'package.json'])
      cpSync(join(root, folder, part), join(tree, folder, part), { recursive: true });
    link(join(tree, folder), join(tree, 'node_modules', name));
  }
  return tree;
}

/** What of vitest's report in JSON is looked at. */
interface TestReport {
  readonly testResults: readonly { readonly name: string }[];
  readonly numPassedTests: number;
  readonly numTotalTests: number;
}

const run = (tree: string, ...args: string[]) =>
  execFileSync(process.execPath, args, { cwd: tree, encoding: 'utf8', stdio: 'pipe' });

const isSoak = process.env['M_SOAK'] === '1';
/** Specs that draw many worlds. Those of a keeper import what its others do, and are left out. */
const drawing = '.property.spec.ts';

/** Paths of the tests that a folder holds; it must hold some. */
function specsIn(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true }).map(String);
  const specs = files.filter((path) => path.endsWith('.spec.ts'));
  expect(specs, folder).not.toEqual([]);
  return specs.map((path) => join(folder, path));
}

function checkTypes(tree: string, folder: string): string {
  const settings = {
    extends: './tsconfig.base.json',
    compilerOptions: { composite: false, incremental: false, declarationMap: false, noEmit: true },
    include: [`${folder}/src`],
  };
  writeFileSync(join(tree, 'tsconfig.json'), JSON.stringify(settings));
  const compiler = join(modules, '@typescript/native/bin/tsc');
  return spawnSync(process.execPath, [compiler, '-p', '.'], { cwd: tree, encoding: 'utf8' }).stdout;
}

describe.each(domains)('$folder', { timeout: atMost }, ({ name, folder }) => {
  it('keeps its types, loads and, in the soak, passes its tests without any other', () => {
    const tree = treeOf(groundOf(name));
    expect(readdirSync(join(tree, 'libs'))).not.toContain(
      domains.find((other) => other.name !== name)?.folder.replace('libs/', ''),
    );
    expect(checkTypes(tree, folder)).toBe('');
    const load = `console.log(typeof (await import('${name}')).manifest)`;
    const node = ['--conditions=@morrow/source', '--input-type=module', '-e', load];
    expect(run(tree, ...node)).toBe('object\n');
    if (!isSoak) return;
    const keepers = packages.filter((each) => owners[each.name] === name);
    const tested = [folder, ...keepers.map((keeper) => keeper.folder)];
    const settings = `import { defaultServerConditions } from 'vite';
const conditions = ['@morrow/source', ...defaultServerConditions];
export default {
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [${tested.map((path) => `'${path}/src/**/*.spec.ts'`).join(', ')}],
    exclude: [${keepers.map((keeper) => `'${keeper.folder}/**/*${drawing}'`).join(', ')}],
    reporters: [['json', { outputFile: 'report.json' }]],
    server: { deps: { inline: [/@morrow\\//] } },
    testTimeout: ${atMost},
  },
};`;
    writeFileSync(join(tree, 'vitest.config.mjs'), settings);
    run(tree, join(modules, 'vitest/vitest.mjs'), 'run');
    const report = readFileSync(join(tree, 'report.json'), 'utf8');
    const { testResults, numPassedTests, numTotalTests } = JSON.parse(report) as TestReport;
    const specs = [
      ...specsIn(join(tree, folder, 'src')),
      ...keepers
        .flatMap((keeper) => specsIn(join(tree, keeper.folder, 'src')))
        .filter((path) => !path.endsWith(drawing)),
    ];
    expect(testResults.map(({ name: file }) => file).sort()).toEqual(specs.sort());
    expect(numPassedTests).toBe(numTotalTests);
  });
});

it('sees a domain that needs its neighbour', { timeout: atMost }, () => {
  const line = "export type { manifest as m } from '@morrow/finance';\n";
  const tree = treeOf(groundOf('@morrow/wms'));
  appendFileSync(join(tree, 'libs/wms/src/index.ts'), line);
  expect(checkTypes(tree, 'libs/wms')).toContain("Cannot find module '@morrow/finance'");
});
