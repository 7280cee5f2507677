/** How a rebuild says that a stored row differs from the one derived, and which events the derived
 * values are from. */
import { canonicalJson, type Json } from '@morrow/kernel';
import type { StreamEvent } from './rebuild.ts';

/** A row by the text of its key, its contents as JSON. */
export interface KeyedRow {
  readonly key: string;
  readonly row: string;
}
/** The event that last changed each of a document's columns, by the logic of today. */
export type SetBy = (id: string) => Promise<ReadonlyMap<string, StreamEvent>>;

const valueMax = 40;
/** As long as a fault of a replay may be. */
const sentenceMax = 300;

const shortened = (value: unknown) => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > valueMax ? `${text.slice(0, valueMax)}…` : text;
};
function ordinal(number: number): string {
  const isTeen = number % 100 > 10 && number % 100 < 14;
  return `${number}${(isTeen ? undefined : ['th', 'st', 'nd', 'rd'][number % 10]) ?? 'th'}`;
}
const origin = ({ type, streamVersion, at }: StreamEvent) =>
  `set by ${type}, its ${ordinal(streamVersion)} event, of ${at.slice(0, 10)}`;

/** Names each column that differs, in as many sentences as their length asks for. */
export async function differenceSentences(
  table: string,
  stored: KeyedRow,
  rebuilt: KeyedRow,
  setBy: SetBy | undefined,
): Promise<readonly string[]> {
  const before = JSON.parse(stored.row) as Record<string, Json>;
  const after = JSON.parse(rebuilt.row) as Record<string, Json>;
  const events = await setBy?.(rebuilt.key);
  const place = `${table} ${stored.key}: `;
  const sentences: string[] = [];
  for (const column of Object.keys(after)) {
    if (canonicalJson(before[column] ?? null) === canonicalJson(after[column] ?? null)) continue;
    const event = events?.get(column);
    const [is, makes] = [before[column], after[column]].map(shortened);
    const why = event ? `, ${origin(event)}` : '';
    const part = `${column} is ${is}, its events make it ${makes}${why}`;
    const last = sentences.at(-1);
    if (last !== undefined && last.length + part.length + 2 <= sentenceMax)
      sentences[sentences.length - 1] = `${last}; ${part}`;
    else sentences.push(`${place}${part}`);
  }
  return sentences.length ? sentences : [`${place}a number is written in another way`];
}
