/** Text that a terminal or a log shows as it is: what would move the cursor, change colours or turn
 * the direction of reading around is written out. Otherwise text that somebody stored would command
 * the terminal of those who read it (CWE-150), or be read as another text (CVE-2021-42574). */

/** C0 without tab and line feed, DEL, C1, the marks of direction (UAX #9), and Unicode's separators
 * of lines and paragraphs. */
const commands = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Each such character as `\u001b`: JSON stays JSON of the same value. Tabs and line feeds stay, so
 * that texts of several lines do. */
export const visibleText = (text: string): string =>
  text.replace(commands, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The same on one line, for a cell of a table: a tab or a line break is a space. */
export const visibleLine = (text: string): string => visibleText(text.replace(/[\t\n]/g, ' '));

/** A cell that a spreadsheet takes for text: one that would begin a formula has an apostrophe
 * before it (CWE-1236). Numbers stay numbers. */
export const spreadsheetCell = (cell: string): string =>
  /^[=+\-@\t\r\n]/.test(cell) && !/^-?\d+(\.\d+)?$/.test(cell) ? `'${cell}` : cell;

/** Whether a name has something to see in it, not only blanks. */
export const isName = (text: string): boolean => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text);

/** Whether blanks begin or end it: nobody can tell such a code from the one without them. */
export const hasOuterSpace = (code: string): boolean => code.trim() !== code;
