/** Reads packs: a `pack.yaml` or `pack.json` each, checked against its form and the other packs. */
import { placeOf, type Path } from '@morrow/expression';
import { readYaml, type PositionOf } from '@morrow/workflow-language';
import { PackForm } from './pack.schemas.ts';

/** The file of a pack, before it is read. */
export interface PackFile {
  /** Its path, as people are told it. */
  readonly path: string;
  readonly text: string;
  /** Whether there is a file of this name beside it. */
  readonly hasBeside: (name: string) => boolean;
}
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

/** The packs that files hold, and all that is wrong with the others. */
export function readPacks(files: readonly PackFile[]): ReadPacks {
  const faults: string[] = [];
  const packs = files.flatMap((file) => {
    const read = readPack(file);
    if ('name' in read) return [read];
    faults.push(...read.faults);
    return [];
  });
  packs.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const [at, pack] of packs.entries())
    if (packs[at + 1]?.name === pack.name)
      faults.push(`${pack.at(['name'])}: another pack is called ${pack.name} too.`);
  return { packs, faults };
}

function readPack({ path: file, text, hasBeside }: PackFile): Pack | Pick<ReadPacks, 'faults'> {
  const read = readYaml(text, 'pack');
  if (!read.positionOf) {
    const told = read.problems.map(
      ({ line = 1, column = 1, sentence }) => `${file}:${line}:${column}: ${sentence}`,
    );
    return { faults: told };
  }
  const at = placeIn(file, read.positionOf);
  const parsed = PackForm.safeParse(read.value);
  if (!parsed.success) {
    const { issues } = parsed.error;
    return { faults: issues.map(({ path, message }) => `${at(path as Path)}: ${message}.`) };
  }
  const missing = parsed.data.workflows.flatMap((name, index) =>
    hasBeside(name) ? [] : `${at(['workflows', index])}: ${name} is not there.`,
  );
  return missing.length ? { faults: missing } : { ...parsed.data, at };
}

const placeIn = (file: string, positionOf: PositionOf) => (path: Path) => {
  const { line, column } = positionOf(path);
  return [`${file}:${line}:${column}`, placeOf(path)].filter(Boolean).join(' ');
};
