// Rules of STYLE.md about each source file: its first sentence, its size, its name and its exports.
import { type Check, isSource, isSpec, perLine, type TreeFile, type Violation } from './tree.ts';

const linesMax = 400;
const linesMin = 20;
const columnsMax = 100;

/** Runs one question over every source file; an answer is the sentence of a violation. */
const eachSource =
  (rule: string, wrong: (file: TreeFile) => string | undefined): Check =>
  (files) =>
    files
      .filter(({ path }) => isSource(path))
      .flatMap((file): readonly Violation[] => {
        const sentence = wrong(file);
        return sentence ? [{ rule, path: file.path, sentence }] : [];
      });
const linesOf = (text: string) => text.replace(/\n$/, '').split('\n');

/** Words of the comment that a text begins with: lines of `//`, or one block. */
function openingComment(text: string): string {
  const block = /^\/\*\*? +([\s\S]*?) *\*\//.exec(text)?.[1];
  const lines = /^(?:\/\/ .*\n)+/.exec(text)?.[0].replace(/^\/\/ /gm, '');
  return (block ?? lines ?? '').replace(/\s+(?:\* )?/g, ' ').trim();
}

/** The first line, or the second below `#!`, begins a comment that is one sentence. */
export const opensWithSentence = eachSource('first sentence', ({ text }) => {
  const sentence = openingComment(text.replace(/^#!.*\n/, ''));
  const isSentence = /^[\p{Lu}\d`'"].{10,}[.:]$/u.test(sentence);
  return isSentence ? undefined : 'begin with a comment of one sentence: what the file is for';
});

export const fitsInLength = eachSource('at most 400 lines', ({ text }) => {
  const count = linesOf(text).length;
  return count > linesMax ? `${count} lines: divide it` : undefined;
});

/** Index files, tests, settings, documents and manifests may be as short as they are: an owner may
 * have nothing to add to its record. */
export const earnsItsPlace = eachSource('at least 20 lines', ({ path, text }) => {
  const isExempt =
    isSpec(path) || /(?:^|\/)index\.|\.(?:config|document|manifest)\.|\/bin\//.test(path);
  const count = linesOf(text).length;
  return !isExempt && count < linesMin ? `${count} lines: merge it into a neighbour` : undefined;
});

export const fitsInWidth: Check = (files) =>
  files
    .filter(({ path }) => isSource(path))
    .flatMap((file) =>
      perLine('at most 100 columns', file, (line) => {
        const width = [...line].length;
        return width > columnsMax ? `${width} columns` : undefined;
      }),
    );

const suffixes = new Set([
  ...['protocol', 'schemas', 'manifest', 'operations', 'record', 'document'],
  ...['lifecycle', 'workflow'],
  ...['features', 'scenarios', 'migration', 'page', 'bench', 'config'],
  ...['spec', 'property.spec', 'int-spec', 'e2e-spec', 'test-d'],
]);
const nestSuffixes = new Set(['module', 'service']);

/** Roles of files are a closed list; Nest's own words are for the apps. */
export const namesKnownRole = eachSource('closed list of suffixes', ({ path }) => {
  const [, suffix = ''] = /\/?[^/.]+\.(.+\.)?[a-z]+$/.exec(path) ?? [];
  const role = suffix.slice(0, -1);
  if (!role || suffixes.has(role)) return undefined;
  return path.startsWith('apps/') && nestSuffixes.has(role) ? undefined : `.${role} is no role`;
});

const forbiddenWords = /^(utils?|helpers?|common|misc|manager|impl)$/;
const forbiddenNames = /^(base|data|process|shared-code|stuff)$/;
const stemOf = (part: string) => part.split('.')[0] ?? part;

/** Folders and files are kebab-case; names that say nothing are refused. */
export const hasTellingName = eachSource('names of files', ({ path }) => {
  const parts = path.split('/').map(stemOf).filter(Boolean);
  const crooked = parts.find((part) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(part));
  if (crooked) return `'${crooked}' is not kebab-case`;
  const empty = parts.find(
    (part) =>
      forbiddenNames.test(part) || part.split('-').some((word) => forbiddenWords.test(word)),
  );
  return empty ? `'${empty}' says nothing: name what it does in words of the business` : undefined;
});

const declaration =
  /^\s*export (?:default )?(?:abstract |async )*(?:class|interface|type|const|function\*?) (\w+)/;

/** Exported names do not carry what the file may not be called either. */
export const hasTellingExports: Check = (files) =>
  files
    .filter(({ path }) => isSource(path))
    .flatMap((file) =>
      perLine('names of exports', file, (line) => {
        const name = declaration.exec(line)?.[1] ?? '';
        if (/^I[A-Z][a-z]/.test(name) && /interface|type/.test(line))
          return `${name}: an interface has no I prefix`;
        const isEmpty = /(Impl|Manager|Helpers?|Utils?|Misc)$|^(data|process)$/.test(name);
        return isEmpty ? `${name} says nothing` : undefined;
      }),
    );
