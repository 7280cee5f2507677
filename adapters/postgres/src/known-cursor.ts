/** Refuses a cursor whose row is not there: of another list, mistyped or made up. */
import { unknownCursor } from '@morrow/contract';
import type { Run } from './run.ts';

const lineCursor = /^(\d{4}-\d\d-\d\d)\|([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\|(\d{1,5})$/;

/** The parts of a cursor of the lines of an account: date, entry, line. */
export function lineCursorOf(cursor: string): readonly [date: string, entry: string, line: string] {
  const [, date, entry, line] = lineCursor.exec(cursor) ?? [];
  if (!date || !entry || !line) throw unknownCursor();
  return [date, entry, line];
}

/** Throws unless the statement gives a row; reads nothing where there is no cursor. */
export async function knownCursor(
  run: Run,
  cursor: unknown,
  text: string,
  values: () => readonly unknown[],
): Promise<void> {
  if (cursor === undefined) return;
  const rows = await run(`${text} limit 1`, values());
  if (!rows.length) throw unknownCursor();
}
