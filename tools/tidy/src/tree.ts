// The repository as tidy reads it: every file that could be committed, and every empty folder.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A path from the root with its text; an empty folder ends in `/`, a binary file has no text. */
export interface TreeFile {
  readonly path: string;
  readonly text: string;
}

export interface Violation {
  readonly rule: string;
  readonly path: string;
  readonly line?: number;
  readonly sentence: string;
}

/** One rule of STYLE.md or ARCHITECTURE.md; a pure function, so that a test can plant a breach. */
export type Check = (files: readonly TreeFile[]) => readonly Violation[];

const binary = /\.(gz|zip|png|jpg|jpeg|ico|woff2|pdf)$/;
const unlisted = new Set(['.git', 'node_modules', 'dist', '.nx', '.data', 'coverage']);

/** Folders below the root with nothing in them; git does not know them. */
function emptyFolders(root: string, folder = root): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  if (entries.length === 0) return [`${relative(root, folder)}/`];
  return entries
    .filter((entry) => entry.isDirectory() && !unlisted.has(entry.name))
    .flatMap((entry) => emptyFolders(root, join(folder, entry.name)));
}

/** Reads what git tracks and what it would track; files removed but not committed are left out. */
export function readTree(root: string): readonly TreeFile[] {
  const listing = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = execFileSync('git', listing, { cwd: root, encoding: 'utf8' }).split('\0');
  const paths = [...new Set(listed)].filter((path) => path && existsSync(join(root, path)));
  const files = paths.map((path) => ({
    path,
    text: binary.test(path) ? '' : readFileSync(join(root, path), 'utf8'),
  }));
  return [...files, ...emptyFolders(root).map((path) => ({ path, text: '' }))];
}

/** TypeScript and JavaScript that people write, with the door of the command line. */
export const isSource = (path: string): boolean => /\.(ts|tsx|mjs|js)$/.test(path);
export const isSpec = (path: string): boolean =>
  /\.(spec|int-spec|e2e-spec|test-d)\.tsx?$/.test(path);

/** One violation for each line that the search finds something wrong with. */
export function perLine(
  rule: string,
  { path, text }: TreeFile,
  wrong: (line: string, at: number) => string | undefined,
): readonly Violation[] {
  return text.split('\n').flatMap((line, at) => {
    const sentence = wrong(line, at);
    return sentence ? [{ rule, path, line: at + 1, sentence }] : [];
  });
}
