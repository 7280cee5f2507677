/** What keeps a file from being imported at all: one sentence that says what is wrong and where. */

const tag = Symbol.for('morrow.importProblem');

export class ImportProblem extends Error {
  readonly [tag] = true;
  override readonly name = 'ImportProblem';
}
export const isImportProblem = (value: unknown): value is ImportProblem =>
  typeof value === 'object' && value !== null && tag in value;
