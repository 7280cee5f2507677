// The English of sentences that users read: no phrase of a dialect that readers have to decode.
import { type Check, isSpec, perLine, type TreeFile, type Violation } from './tree.ts';

/** Phrases that do not belong in a sentence for users, with what to write instead. */
const phrases: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/\bby and by\b/i, 'asynchronously, or gradually'],
  [/\bshall\b/i, 'should, must or will'],
  [/\bis none\b/i, 'is not …, or there is no …'],
  [/\bbesides\b/i, 'also, or additional'],
  [/\bwhoever\b/i, 'name the person'],
  [/\bunless told\b/i, 'by default'],
  [/\bthat stands\b/i, 'that is, or nothing'],
  [/\b(was|were|is|are) told\b/i, 'is notified, or was given'],
  [/\banew\b/i, 'again'],
  [/\bany more\b/i, 'no longer'],
  [/\bcomes? up\b/i, 'occurs'],
  [/\blooks? after\b/i, 'processes, or handles'],
  [/\bsays? (what|which|how|why|whether)\b/i, 'shows, lists or explains'],
];

/** Code whose texts users read, and pages that they read as a whole. */
const spoken = /^(protocols|libs|adapters|apps)\/[\w-]+\/src\/.*\.ts$/;
const pages = /^(README\.md|docs\/guides\/[\w-]+\.md)$/;

/** The texts of a line of code; a comment has none. */
function textsOf(line: string): string {
  if (/^\s*(\/?\*|\/\/)/.test(line)) return '';
  return (line.match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`?/g) ?? []).join(' ');
}

const wrongIn = (text: string): string | undefined => {
  const found = phrases.find(([phrase]) => phrase.test(text));
  return found && `'${found[0].exec(text)?.[0]}': write ${found[1]}`;
};

function violationsOf(file: TreeFile): readonly Violation[] {
  if (pages.test(file.path)) return perLine('plain English', file, wrongIn);
  if (!spoken.test(file.path) || isSpec(file.path)) return [];
  return perLine('plain English', file, (line) => wrongIn(textsOf(line)));
}

/** Refusals, summaries, help and guides are free of the phrases above. */
export const speaksPlainly: Check = (files) => files.flatMap(violationsOf);
