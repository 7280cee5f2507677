/** Reads packs: folders with a `pack.yaml` or `pack.json`, each checked against its form. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { placeOf, type Path } from '@morrow/expression';
import { readYaml, type PositionOf } from '@morrow/workflow-language';
import { PackForm } from './pack.schemas.ts';

export interface Pack extends PackForm {
  /** `file:line:column place` of a part of it, for people. */
  at(path: Path): string;
}
export interface ReadPacks {
  /** In the order of their names. */
  readonly packs: readonly Pack[];
  /** Sentences of all that is wrong with them. */
  readonly faults: readonly string[];
}

const fileNames = ['pack.yaml', 'pack.yml', 'pack.json'];

/** Packs of directories, several separated as in PATH; without any there are no packs. */
export function readPacks(directories: string | undefined): ReadPacks {
  const faults: string[] = [];
  const packs: Pack[] = [];
  for (const directory of (directories ?? '').split(delimiter).filter(Boolean)) {
    const folder = resolve(directory);
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
      faults.push(`M_PACKS names ${directory}, which is not a directory.`);
      continue;
    }
    for (const name of readdirSync(folder).sort()) {
      const files = fileNames.map((file) => join(folder, name, file)).filter((f) => existsSync(f));
      if (files.length > 1) faults.push(`${join(folder, name)} holds two packs: keep one of them.`);
      for (const file of files.slice(0, 1)) {
        const read = readPack(file);
        if (Array.isArray(read)) faults.push(...(read as readonly string[]));
        else packs.push(read as Pack);
      }
    }
  }
  packs.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const [at, pack] of packs.entries())
    if (packs[at + 1]?.name === pack.name)
      faults.push(`${pack.at(['name'])}: another pack is called ${pack.name} too.`);
  return { packs, faults };
}

/** The pack that a file holds, or all that is wrong with it. */
function readPack(file: string): Pack | readonly string[] {
  const read = readYaml(readFileSync(file, 'utf8'), 'pack');
  if (!read.positionOf)
    return read.problems.map(
      ({ line = 1, column = 1, sentence }) => `${file}:${line}:${column}: ${sentence}`,
    );
  const at = placeIn(file, read.positionOf);
  const parsed = PackForm.safeParse(read.value);
  if (!parsed.success)
    return parsed.error.issues.map(({ path, message }) => `${at(path as Path)}: ${message}.`);
  const missing = parsed.data.workflows.flatMap((name, index) =>
    existsSync(join(file, '..', name)) ? [] : `${at(['workflows', index])}: ${name} is not there.`,
  );
  return missing.length ? missing : { ...parsed.data, at };
}

const placeIn = (file: string, positionOf: PositionOf) => (path: Path) => {
  const { line, column } = positionOf(path);
  return [`${file}:${line}:${column}`, placeOf(path)].filter(Boolean).join(' ');
};
