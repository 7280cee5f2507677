// A copy of this checkout: files and packages of its own, what comes from npm linked.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');
const inSource = '--conditions=@morrow/source';

export interface Ended {
  readonly status: number | null;
  readonly output: string;
}

export interface CopiedCheckout {
  readonly root: string;
  /** Runs Node 24 in the copy, and gives what it printed to both of its outputs. */
  node(...args: string[]): Promise<Ended>;
  /** One word for all files that could be committed, but those below a folder. */
  fingerprint(except?: string): string;
  remove(): void;
}

/** The settings of the test run around are not those of a run in the copy. */
export const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_ENV$|npm_)/.test(name)),
);

function linkPackages(copy: string): void {
  const folders = globSync('{apps,libs,protocols,adapters,tools}/*/node_modules', { cwd: root });
  for (const folder of ['node_modules', ...folders]) {
    mkdirSync(join(copy, folder), { recursive: true });
    const names = readdirSync(join(root, folder)).filter((name) => !/^(\.|@morrow$)/.test(name));
    for (const name of names) symlinkSync(join(root, folder, name), join(copy, folder, name));
  }
  symlinkSync(join(root, 'node_modules/.bin'), join(copy, 'node_modules/.bin'));
  const own = 'node_modules/@morrow';
  cpSync(join(root, own), join(copy, own), { recursive: true, verbatimSymlinks: true });
}

/** Copies all files that could be committed, but those that are left out. */
export function copyCheckout(isLeftOut: (path: string) => boolean = () => false): CopiedCheckout {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'morrow-copy-')));
  const git = (cwd: string, ...args: string[]) =>
    execFileSync('git', args, { cwd, encoding: 'utf8' });
  const listed = git(root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard');
  for (const path of new Set(listed.split('\0'))) {
    if (!path || isLeftOut(path) || !existsSync(join(root, path))) continue;
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    copyFileSync(join(root, path), join(copy, path));
  }
  linkPackages(copy);
  // what was built, so that the compiler builds only what a test adds
  for (const dist of globSync('{apps,libs,protocols,adapters,tools}/*/dist', { cwd: root }))
    if (!isLeftOut(dist)) cpSync(join(root, dist), join(copy, dist), { recursive: true });
  git(copy, 'init', '--quiet');
  return {
    root: copy,
    node: (...args) =>
      new Promise((done, failed) => {
        const child = spawn(process.execPath, [inSource, ...args], { cwd: copy, env: environment });
        let output = '';
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
        child.on('error', failed);
        child.on('close', (status) => {
          done({ status, output });
        });
      }),
    fingerprint(except) {
      git(copy, 'add', '--all');
      if (except === undefined) return git(copy, 'write-tree').trim();
      const listed = git(copy, 'ls-files', '--stage', '--', '.', `:!${except}`);
      return createHash('sha256').update(listed).digest('hex');
    },
    remove() {
      rmSync(copy, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
