// The real tree, held to every rule; what stood before a rule came is counted in known-debt.json.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { allChecks } from './all-checks.ts';
import { beyondDebt, type Debt, tellViolation } from './known-debt.ts';
import { readTree, type TreeFile } from './tree.ts';

const root = resolve(import.meta.dirname, '../../..');
const debt = JSON.parse(readFileSync(join(import.meta.dirname, '../known-debt.json'), 'utf8')) as {
  readonly debt: Debt;
};
const tree = readTree(root);

it.each(Object.entries(allChecks))('the repository passes %s', (_, check) => {
  expect(beyondDebt(check(tree), debt.debt).map(tellViolation)).toEqual([]);
});

it('plants a breach of every rule in some test', () => {
  const specs = tree.filter(({ path }) => /^tools\/tidy\/src\/.*-checks\.spec\.ts$/.test(path));
  const planted = specs.map(({ text }) => text).join('\n');
  expect(Object.keys(allChecks).filter((name) => !planted.includes(name))).toEqual([]);
});

function temporaryRoot(files: readonly TreeFile[]): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'morrow-tidy-')));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const { path, text } of files) {
    const isFolder = path.endsWith('/');
    mkdirSync(join(folder, isFolder ? path : dirname(path)), { recursive: true });
    if (!isFolder) writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe('readTree', () => {
  it('reads what is or could be committed, and finds empty folders', () => {
    const folder = temporaryRoot([
      { path: '.gitignore', text: 'dist/\n' },
      { path: 'a/tracked.ts', text: 'a' },
      { path: 'a/gone.ts', text: 'a' },
      { path: 'a/new ä.ts', text: 'b' },
      { path: 'a/dist/built.js', text: 'c' },
      { path: 'b/c/', text: '' },
    ]);
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder });
    git('init', '-q');
    git('add', 'a/tracked.ts', 'a/gone.ts');
    rmSync(join(folder, 'a/gone.ts'));
    expect(readTree(folder).toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: '.gitignore', text: 'dist/\n' },
      { path: 'a/new ä.ts', text: 'b' },
      { path: 'a/tracked.ts', text: 'a' },
      { path: 'b/c/', text: '' },
    ]);
  });
});

describe('references between packages', () => {
  const sync = (folder: string) =>
    execFileSync(process.execPath, [join(folder, 'tools/workspace/sync.mjs'), '--check'], {
      stdio: 'pipe',
    });

  it('are those of the package.json files', () => {
    expect(() => sync(root)).not.toThrow();
  });

  it('are seen to be stale when a dependency was added', () => {
    const folder = temporaryRoot(
      tree.filter(({ path }) => /(package|tsconfig)\.json$|\/catalog\.ts$/.test(path)),
    );
    cpSync(join(root, 'tools/workspace'), join(folder, 'tools/workspace'), { recursive: true });
    for (const { path } of tree.filter(({ path }) => /\/src\/[^/]+$/.test(path)))
      mkdirSync(join(folder, dirname(path)), { recursive: true });
    expect(() => sync(folder)).not.toThrow();
    const manifest = join(folder, 'libs/kernel/package.json');
    const text = readFileSync(manifest, 'utf8');
    writeFileSync(
      manifest,
      text.replace('"dependencies": {', '"dependencies": {"@morrow/wms": "*"'),
    );
    expect(() => sync(folder)).toThrow(/Stale.*libs\/kernel\/tsconfig\.json/);
  });
});
