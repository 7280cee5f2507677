// Rules about the whole tree: its folders, its links, and what must never be written into it.
import { posix } from 'node:path';
import { type Check, isSource, perLine, type TreeFile } from './tree.ts';

const topLevel = new Set([
  ...['apps', 'libs', 'protocols', 'adapters', 'deploy', 'tools', 'docs', '.ci'],
]);

/** Folders at the root are a closed list, each named in ARCHITECTURE.md. */
export const standsInKnownFolder: Check = (files) =>
  files
    .filter(({ path }) => path.includes('/') && !topLevel.has(path.split('/')[0] ?? ''))
    .map(({ path }) => ({
      rule: 'closed list of folders',
      path,
      sentence: `the root knows ${[...topLevel].join(', ')}`,
    }));

/** Folders appear when their content does. */
export const hasNoEmptyFolder: Check = (files) =>
  files
    .filter(({ path }) => path.endsWith('/'))
    .map(({ path }) => ({ rule: 'no empty folder', path, sentence: 'fill it or remove it' }));

/** Data, never logic. */
export const deploysOnlyData: Check = (files) =>
  files
    .filter(({ path }) => path.startsWith('deploy/') && isSource(path))
    .map(({ path }) => ({ rule: 'deploy is data', path, sentence: 'logic belongs to an app' }));

/** The anchor that Markdown viewers give to a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
const anchorsIn = ({ text }: TreeFile) =>
  new Set([...text.matchAll(/^#+ +(.*)$/gm)].map(([, heading = '']) => anchorOf(heading)));

/** Every link to a file, folder or heading of the repository leads somewhere. */
export const linksLeadSomewhere: Check = (files) => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const leadsSomewhere = (from: string, link: string) => {
    const [target = '', anchor] = link.split('#');
    const path = target ? posix.join(posix.dirname(from), decodeURI(target)) : from;
    const file = byPath.get(path);
    if (file) return !anchor || anchorsIn(file).has(anchor) || isSource(path);
    const folder = path === '.' ? '' : `${path.replace(/\/$/, '')}/`;
    return files.some((other) => other.path.startsWith(folder));
  };
  return files
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap((file) =>
      perLine('links', file, (line) => {
        const prose = line.replace(/`[^`]*`/g, '');
        const links = [...prose.matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)/g)].map(
          ([, link = '']) => link,
        );
        const inside = links.filter((link) => !/^[a-z][a-z+.-]*:/i.test(link));
        const dead = inside.filter((link) => !leadsSomewhere(file.path, link));
        return dead.length ? `leads nowhere: ${dead.join(', ')}` : undefined;
      }),
    );
};

const unspeakable: readonly (readonly [RegExp, string])[] = [
  [
    /\bregistry\.(?:npmjs|yarnpkg)\.|\bnpm\.pkg\.github\.|\bdeb\.debian\.org/i,
    'host of a registry',
  ],
  [/\/\/[\w.-]*(?:registry|artifactory|nexus|verdaccio)[\w.-]*/i, 'host of a registry'],
  [/"resolved": "(?:https?|file):/, 'host of a registry'],
  [/_auth[T]oken|BEGIN [A-Z ]*PRIVATE KEY/, 'secret'],
  [/(?<![\w.-])\/(?:work|home|Users|root)\/[\w.-]+/, 'path of one machine'],
  [/[A-Z]:\\Users\\/, 'path of one machine'],
];

/** A clone knows neither the machine that it was written on nor where that got its packages. */
export const namesNoMachine: Check = (files) =>
  files.flatMap((file) =>
    perLine('no hosts or machine paths', file, (line) => {
      const found = unspeakable.find(([pattern]) => pattern.test(line));
      return found && `${found[1]}: ${found[0].exec(line)?.[0] ?? ''}`;
    }),
  );

const testPath = /\.(spec|int-spec|e2e-spec|features|scenarios)\.tsx?$/;

/**
 * docs/known-failures.md: a line that names tests in backquotes names files that exist; what it
 * quotes besides stands in one of them, so that a title can be named too.
 */
export const knownFailuresExist: Check = (files) =>
  files
    .filter(({ path }) => path === 'docs/known-failures.md')
    .flatMap((file) =>
      perLine('known failures', file, (line) => {
        const quoted = [...line.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
        const paths = quoted.filter((text) => testPath.test(text));
        const tests = files.filter(({ path }) => paths.includes(path));
        const gone = paths.find((path) => !tests.some((test) => test.path === path));
        if (gone) return `there is no ${gone}`;
        const titles = quoted.filter((text) => !paths.includes(text));
        const untold = titles.find((title) => !tests.some(({ text }) => text.includes(title)));
        return tests.length && untold ? `no test there says '${untold}'` : undefined;
      }),
    );
