/** Finds packs on disk: folders with a `pack.yaml` or `pack.json`. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { readPacks, type PackFile, type ReadPacks } from '@morrow/extension';

const fileNames = ['pack.yaml', 'pack.yml', 'pack.json'];

/** Packs of directories, several separated as in PATH; without any there are no packs. */
export function packsIn(directories: string | undefined): ReadPacks {
  const faults: string[] = [];
  const files: PackFile[] = [];
  for (const directory of (directories ?? '').split(delimiter).filter(Boolean)) {
    const folder = resolve(directory);
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
      faults.push(`M_PACKS names ${directory}, which is not a directory.`);
      continue;
    }
    for (const name of readdirSync(folder).sort()) {
      const paths = fileNames.map((file) => join(folder, name, file)).filter((f) => existsSync(f));
      if (paths.length > 1) faults.push(`${join(folder, name)} holds two packs: keep one of them.`);
      files.push(...paths.slice(0, 1).map(packFile));
    }
  }
  const read = readPacks(files);
  return { packs: read.packs, faults: [...faults, ...read.faults] };
}

const packFile = (path: string): PackFile => ({
  path,
  text: readFileSync(path, 'utf8'),
  hasBeside: (name) => existsSync(join(dirname(path), name)),
});
