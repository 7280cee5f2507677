/** Reads YAML or JSON as plain data, with the line and column of every part of it. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
} from 'yaml';
import { tooDeep, type Path, type PositionOf, type Problem } from './problem.ts';

export const fileBytesMax = 256 * 1024;

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
  try {
    return readDocument(text);
  } catch (error) {
    if (error instanceof RangeError) return refused(tooDeep);
    throw error;
  }
}

const refused = (sentence: string): ReadYaml => ({
  problems: [{ place: '', line: 1, column: 1, sentence }],
});

function readDocument(text: string): ReadYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: false });
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
  const positionOf = (path: Path) => at(offsetOf(document, path));
  const value: unknown = document.toJS({ maxAliasCount: 0 });
  return { value, positionOf, problems: [] };
}

const sentence = (message: string) => `${message.trim().replace(/[.\s]*$/, '')}.`;

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
    Pair: (_, { key }) => {
      if (!isScalar(key)) return;
      const offset = key.range?.[0];
      if (typeof key.value !== 'string') refuse(offset, 'A key is text: put it into quotes.');
      if (key.value === '__proto__') refuse(offset, 'No field may be called __proto__.');
    },
  });
  return problems;
}

/** Where the key of the path stands, or that of the nearest thing around it that is there. */
function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const part of path) {
    const pair = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && key.value === part)
      : undefined;
    const next = pair ? pair.value : isSeq(node) ? node.items[Number(part)] : undefined;
    if (next === undefined) return offset;
    offset = (pair ? startOf(pair.key) : startOf(next)) ?? offset;
    node = next;
  }
  return offset;
}

const startOf = (node: unknown): number | undefined =>
  isMap(node) || isSeq(node) || isScalar(node) ? node.range?.[0] : undefined;
