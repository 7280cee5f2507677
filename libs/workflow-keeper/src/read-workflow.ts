/** Reads a workflow from YAML or JSON; each problem has its line and column. */
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
import {
  definitionOf,
  problemOf,
  tooDeep,
  type Path,
  type PositionOf,
  type Problem,
} from './problem.ts';
import { workflowForm, type WorkflowDefinition } from './workflow.schemas.ts';

export const fileBytesMax = 256 * 1024;

const problemsMax = 20;

export type ReadWorkflow =
  | {
      readonly definition: WorkflowDefinition;
      /** Where a path stands in the file, for `validateWorkflow`. */
      readonly positionOf: PositionOf;
      readonly problems: readonly [];
    }
  | { readonly definition?: undefined; readonly problems: readonly Problem[] };

/** The definition that the text holds, or what is wrong with it. Files above 256 KiB, aliases, tags
 * and keys that are not text are refused. */
export function readWorkflow(text: string): ReadWorkflow {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > fileBytesMax)
    return refused(`The file has ${bytes} bytes; a workflow has at most ${fileBytesMax}.`);
  try {
    return readDocument(text);
  } catch (error) {
    if (error instanceof RangeError) return refused(tooDeep);
    throw error;
  }
}

const refused = (sentence: string): ReadWorkflow => ({
  problems: [{ place: '', line: 1, column: 1, sentence }],
});

function readDocument(text: string): ReadWorkflow {
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
  const form = unknownForm(value);
  if (form) return { problems: [problemOf({ path: ['form'], sentence: form }, positionOf)] };
  const read = definitionOf(value, positionOf);
  return read.definition
    ? { definition: read.definition, positionOf, problems: [] }
    : { problems: read.problems };
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

function unknownForm(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('form' in value)) return undefined;
  const { form } = value;
  if (typeof form !== 'string' || form === workflowForm) return undefined;
  return `The form is ${form}, and this release reads ${workflowForm}.`;
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
