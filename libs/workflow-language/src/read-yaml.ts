/** Reads YAML or JSON as plain data, with the line and column of every part of it. */
import type { Path } from '@morrow/expression';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { tooDeep, type PositionOf, type Problem } from './problem.ts';

export const fileBytesMax = 256 * 1024;
/** Lines, items and fields that a file may have; each costs the parser more than its bytes do. */
export const marksMax = 20_000;
/** How deep lists and maps may stand within each other. */
const depthMax = 1_000;

const problemsMax = 20;

export type ReadYaml =
  | {
      readonly value: unknown;
      /** Where a path stands in the file. */
      readonly positionOf: PositionOf;
      readonly problems: readonly [];
    }
  | { readonly positionOf?: undefined; readonly problems: readonly Problem[] };

/** What the text holds, or why it cannot be read. Files above 256 KiB, aliases, tags and keys that
 * are not text are refused. `what` names the file to people: a workflow, a pack. */
export function readYaml(text: string, what: string): ReadYaml {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > fileBytesMax)
    return refused(`The file has ${bytes} bytes; a ${what} has at most ${fileBytesMax}.`);
  const tooMuch = unreadable(text, what);
  if (tooMuch) return refused(tooMuch);
  try {
    return readDocument(text);
  } catch (error) {
    if (error instanceof RangeError) return refused(tooDeep);
    throw error;
  }
}

/** What is counted before anything is parsed, in one pass: marks of which each makes a node at
 * most, and how many brackets are open or indicators begin a line. */
function unreadable(text: string, what: string): string | undefined {
  let marks = 0;
  let open = 0;
  let begun = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (!markers.includes(char)) {
      if (char !== ' ') begun = 0;
      continue;
    }
    marks++;
    if (char === '\n') begun = 0;
    else if (char === '[' || char === '{') open++;
    else if (char === '?' || char === '-') begun++;
    if (open > depthMax || begun > depthMax) return tooDeep;
    if (char === ']' || char === '}') open--;
  }
  return marks > marksMax
    ? `The file has more than ${marksMax} lines, items and fields; that is too many for a ${what}.`
    : undefined;
}
const markers = '\n:,[]{}?-&*';

const refused = (sentence: string): ReadYaml => ({
  problems: [{ place: '', line: 1, column: 1, sentence }],
});

function readDocument(text: string): ReadYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    merge: false,
    uniqueKeys: false,
  });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const faults = [...document.errors, ...document.warnings].map(({ message, pos }): Problem => ({
    place: '',
    ...at(pos[0]),
    sentence: `This is no YAML that can be read: ${sentence(message)}`,
  }));
  if (faults.some(({ sentence }) => sentence.includes('call stack'))) return refused(tooDeep);
  const problems = [...faults, ...foreignNodes(document, at)];
  if (problems.length) return { problems: problems.slice(0, problemsMax) };
  const pairsOf = newPairs();
  const positionOf = (path: Path) => at(offsetOf(document, path, pairsOf));
  const value: unknown = document.toJS({ maxAliasCount: 0 });
  return { value, positionOf, problems: [] };
}

const sentence = (message: string) => `${message.trim().replace(/[.\s]*$/, '')}.`;

const unique = 'This is no YAML that can be read: Map keys must be unique.';

/** What YAML has and JSON has not, and the one key that JavaScript treats as no other. */
function foreignNodes(
  document: Document,
  at: (offset: number) => { line: number; column: number },
): Problem[] {
  const problems: Problem[] = [];
  const refuse = (offset: number | undefined, sentence: string) =>
    problems.push({ place: '', ...at(offset ?? 0), sentence });
  visit(document, {
    Alias: (_, { range, source }) => {
      refuse(range?.[0], `Aliases are refused: write out what *${source} stands for.`);
    },
    Node: (_, node) => {
      if (!isAlias(node) && node.tag)
        refuse(node.range?.[0], `Tags are refused: leave ${node.tag} out.`);
    },
    Map: (_, { items }) => {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) refuse(key.range?.[0], unique);
        seen.add(key.value);
      }
    },
    Pair: (_, { key }) => {
      if (!isScalar(key)) return;
      const offset = key.range?.[0];
      if (typeof key.value !== 'string') refuse(offset, 'A key is text: put it into quotes.');
      if (key.value === '__proto__') refuse(offset, 'No field may be called __proto__.');
    },
  });
  return problems;
}

type PairsOf = (map: YAMLMap) => ReadonlyMap<unknown, Pair>;
/** The pairs of a map by key, looked through once. */
function newPairs(): PairsOf {
  const known = new WeakMap<YAMLMap, ReadonlyMap<unknown, Pair>>();
  return (map) => {
    const pairs =
      known.get(map) ??
      new Map(map.items.map((pair) => [isScalar(pair.key) ? pair.key.value : pair.key, pair]));
    known.set(map, pairs);
    return pairs;
  };
}

/** Where the key of the path stands, or that of the nearest thing around it that is there. */
function offsetOf(document: Document, path: Path, pairsOf: PairsOf): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const part of path) {
    const pair = isMap(node) ? pairsOf(node).get(part) : undefined;
    const next = pair ? pair.value : isSeq(node) ? node.items[Number(part)] : undefined;
    if (next === undefined) return offset;
    offset = (pair ? startOf(pair.key) : startOf(next)) ?? offset;
    node = next;
  }
  return offset;
}

const startOf = (node: unknown): number | undefined =>
  isMap(node) || isSeq(node) || isScalar(node) ? node.range?.[0] : undefined;
