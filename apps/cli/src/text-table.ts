/** Tables for a terminal: widths by characters, figures to the right, long texts cut. */
import { visibleLine } from '@morrow/kernel';

export interface TableShape {
  /** Positions of the columns whose cells are aligned to the right. */
  readonly figures?: readonly number[] | undefined;
  /** Widest cell of a column by its position; a longer one loses its middle. */
  readonly widths?: Readonly<Record<number, number>> | undefined;
}

/** Characters that take two places in a terminal (UAX #11, wide and full-width). */
const wide = new RegExp(
  '[\\u1100-\\u115f\\u2e80-\\u303e\\u3041-\\ua4cf\\ua960-\\ua97f\\uac00-\\ud7a3\\uf900-\\ufaff' +
    '\\ufe30-\\ufe6f\\uff00-\\uff60\\uffe0-\\uffe6\\u{1f300}-\\u{1faff}\\u{20000}-\\u{3fffd}]',
  'u',
);
const plain = /^[\x20-\x7e]*$/;
const noWidth = /\p{Mn}|\p{Me}|\p{Cf}/u;

const placesOf = (char: string): number => (wide.test(char) ? 2 : noWidth.test(char) ? 0 : 1);
/** Places that a text takes in a terminal. */
export const widthOf = (text: string): number =>
  plain.test(text) ? text.length : [...text].reduce((sum, char) => sum + placesOf(char), 0);

/** The text within so many places, an ellipsis for what is left out of its middle. */
export function shortened(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (plain.test(text)) {
    const kept = Math.ceil((width - 1) / 2);
    return `${text.slice(0, kept)}…${text.slice(text.length - (width - 1 - kept))}`;
  }
  const chars = [...text];
  let [head, tail, left] = ['', '', width - 1];
  for (let from = 0, to = chars.length - 1; from <= to;) {
    const isHead = head.length <= tail.length;
    const char = chars[isHead ? from : to] ?? '';
    if (placesOf(char) > left) break;
    left -= placesOf(char);
    if (isHead) [head, from] = [head + char, from + 1];
    else [tail, to] = [char + tail, to - 1];
  }
  return `${head}…${tail}`;
}

/** The lines of a table with a head. The time that it takes grows with its rows. */
export function* tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { figures = [], widths = {} }: TableShape = {},
): Iterable<string> {
  const cellOf = (text: string, at: number) => {
    const safe = visibleLine(text);
    const max = widths[at];
    return max === undefined ? safe : shortened(safe, max);
  };
  const cells = [head, ...rows].map((row) => head.map((_, at) => cellOf(row[at] ?? '', at)));
  const columns = head.map((_, at) =>
    cells.reduce((most, row) => Math.max(most, widthOf(row[at] ?? '')), 0),
  );
  const rule = (left: string, between: string, right: string) =>
    left + columns.map((width) => '─'.repeat(width + 2)).join(between) + right;
  const line = (row: readonly string[]) =>
    `│${row
      .map((text, at) => {
        const space = ' '.repeat((columns[at] ?? 0) - widthOf(text));
        return figures.includes(at) ? ` ${space}${text} ` : ` ${text}${space} `;
      })
      .join('│')}│`;
  yield rule('┌', '┬', '┐');
  for (const [at, row] of cells.entries()) {
    yield line(row);
    if (at === 0 && rows.length) yield rule('├', '┼', '┤');
  }
  yield rule('└', '┴', '┘');
}
