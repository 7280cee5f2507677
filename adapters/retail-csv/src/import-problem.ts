/** What keeps a file from being imported: before anything is booked, or in the middle. */
import type { Booked, ImportRun } from '@morrow/protocol-imports';

const problemTag = Symbol.for('morrow.importProblem');
const failureTag = Symbol.for('morrow.importFailed');
const hasTag = (value: unknown, tag: symbol): boolean =>
  typeof value === 'object' && value !== null && tag in value;

/** Nothing was booked: one sentence says what is wrong and where. */
export class ImportProblem extends Error {
  readonly [problemTag] = true;
  override readonly name = 'ImportProblem';
}
export const isImportProblem = (value: unknown): value is ImportProblem =>
  hasTag(value, problemTag);

/** The run could not continue; `booked` stays. The cause is what stopped it. */
export class ImportFailed extends Error {
  readonly [failureTag] = true;
  override readonly name = 'ImportFailed';
  readonly importId: ImportRun['importId'];
  readonly booked: Booked;
  constructor(cause: unknown, importId: ImportRun['importId'], booked: Booked) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.importId = importId;
    this.booked = booked;
  }
}
export const isImportFailed = (value: unknown): value is ImportFailed => hasTag(value, failureTag);
