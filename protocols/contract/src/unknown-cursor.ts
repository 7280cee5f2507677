/** The one refusal of a cursor that is none of the list it is used on. A list asks for the row that
 * its cursor names; a position that no page has given is never guessed. */

/** Marks the error, so that another copy of this file in a second bundle recognises it too. */
const tag = Symbol.for('morrow.unknownCursor');

/** What a store or a domain throws; callers get `invalid`, which names the field. */
export const unknownCursor = (field = 'after'): Error =>
  Object.assign(new Error(`${field} is not a cursor of this list`), { [tag]: field });

/** The input field that holds the cursor, where the error is that one. */
export function cursorField(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !(tag in error)) return undefined;
  return String(error[tag]);
}
