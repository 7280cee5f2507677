// Rules about modules: files import each other without a circle, and an exported name means one
// thing in all packages.
import { posix } from 'node:path';
import ts from 'typescript';
import { exportsIn } from './exports.ts';
import { type Check, isSource, type TreeFile, type Violation } from './tree.ts';

const inPackage = /^(apps|libs|protocols|adapters|tools)\//;
const sourcesOf = (files: readonly TreeFile[]) =>
  files.filter(({ path }) => inPackage.test(path) && isSource(path));

/** Files that a file names, for their types too: what two files need of each other belongs to a
 * third, or to one of them. */
const importsOf = ({ path, text }: TreeFile): readonly string[] =>
  ts
    .preProcessFile(text, true, true)
    .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => posix.join(posix.dirname(path), fileName));

/** No file reaches itself through its imports. Circles of packages are another check's. */
export const hasNoImportCircle: Check = (files) => {
  const imports = new Map(sourcesOf(files).map((file) => [file.path, importsOf(file)]));
  const seen = new Set<string>();
  const circles: Violation[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) {
      const circle = [...trail.slice(trail.indexOf(path)), path].join(' → ');
      circles.push({ rule: 'no circle of files', path, sentence: circle });
      return;
    }
    if (seen.has(path)) return;
    seen.add(path);
    for (const next of imports.get(path) ?? []) visit(next, [...trail, path]);
  };
  for (const path of imports.keys()) visit(path, []);
  return circles;
};

/** What others may import: the index of a package and of its suites, and test worlds. */
const isOffered = (path: string) =>
  /^[^/]+\/[^/]+\/src\/(suite\/)?index\.tsx?$/.test(path) ||
  /(?:[/-]world|\.world|\.features)\.ts$/.test(path);
/** Names that are equal by design: domains are interchangeable, and each exports its `manifest`; a
 * value of the kernel and the schema that reads it have one name. */
const isOneByDesign = (name: string, origins: readonly string[]) =>
  (name === 'manifest' && origins.every((origin) => origin.endsWith('.manifest.ts'))) ||
  ['libs/kernel/src/', 'protocols/contract/src/schema/'].every((folder) =>
    origins.some((origin) => origin.startsWith(folder)),
  );

/** Two packages or test worlds export no name for different things. */
export const exportsUniqueNames: Check = (files) => {
  const exportsOf = exportsIn(files);
  const places = new Map<string, string>();
  return sourcesOf(files)
    .filter(({ path }) => isOffered(path))
    .flatMap(({ path }) =>
      [...exportsOf(path)].flatMap(([name, origin]): readonly Violation[] => {
        const first = places.get(name) ?? origin;
        places.set(name, first);
        if (first === origin || isOneByDesign(name, [first, origin])) return [];
        const sentence = `${name} of ${origin} is something else in ${first}`;
        return [{ rule: 'unique names', path, sentence }];
      }),
    );
};
