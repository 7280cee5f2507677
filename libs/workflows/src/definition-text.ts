/** The text of a definition: from bytes to what it says, with every problem named by its place. */
import { definitionBytesMax } from '@morrow/protocol-workflows';
import { readWorkflow, type Problem, type ReadWorkflow } from '@morrow/workflow-language';

const strictly = { fatal: true } as const;
/** What no text holds: control characters other than tab and line ends. */
const control = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;

type Decoded =
  { readonly text: string } | { readonly text?: undefined; readonly problems: readonly Problem[] };

/** The definition that base64url of a file holds, or what is wrong with the file. */
export function readText(base64: string): ReadWorkflow {
  const decoded = decodedText(base64);
  return decoded.text === undefined ? { problems: decoded.problems } : readWorkflow(decoded.text);
}

/** The text that base64url of a file holds, or why it is none. */
export function decodedText(base64: string): Decoded {
  const bytes = Buffer.from(base64, 'base64url');
  const max = definitionBytesMax;
  if (bytes.length > max)
    return refused(`The file has ${bytes.length} bytes; a published workflow has at most ${max}.`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', strictly).decode(bytes);
  } catch {
    return refused('The file is not UTF-8 text: a workflow is a text file in YAML or JSON.');
  }
  const at = text.search(control);
  return at < 0 ? { text } : refused(strange(text, at), text.slice(0, at));
}

const strange = (text: string, at: number) => {
  const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
  return `The control character U+${code} stands here, which no YAML has: is this a text file?`;
};

/** Refused whole, at the end of what comes before. */
function refused(sentence: string, before = ''): Decoded {
  const lines = before.split(/\r\n|\n|\r/);
  const column = (lines.at(-1)?.length ?? 0) + 1;
  const problem: Problem = { place: '', line: lines.length, column, sentence };
  return { problems: [problem] };
}
