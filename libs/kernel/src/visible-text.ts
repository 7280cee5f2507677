/** Text that a terminal or a log shows as it is: what would move the cursor, change colours or turn
 * the direction of reading around is written out. */

/** C0 without tab and line feed, DEL, C1, and the marks of direction (UAX #9). */
const commands =
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Each such character as `\u001b`: JSON stays JSON of the same value. */
export const visibleText = (text: string): string =>
  text.replace(commands, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A cell that a spreadsheet takes for text: one that would begin a formula has an apostrophe
 * before it (CWE-1236). Numbers stay numbers. */
export const spreadsheetCell = (cell: string): string =>
  /^[=+\-@\t\r\n]/.test(cell) && !/^-?\d+(\.\d+)?$/.test(cell) ? `'${cell}` : cell;
