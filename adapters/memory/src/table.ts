/** A table of rows by their keys. One that lies over another shows its own changes and leaves the
 * other unchanged until they are merged, so that only a transaction sees what it has written. */

/** The key of a row that several values tell apart. */
export const keyOf = (...parts: readonly (string | number)[]): string => JSON.stringify(parts);

/** A copy that nobody can change, as a database would keep it. */
export function frozenCopy<T>(value: T): T {
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const parts = Object.entries(value).map(([name, part]) => [name, frozenCopy(part)] as const);
  return Object.freeze(Object.fromEntries(parts)) as T;
}

export class Table<Row> {
  /** Changed rows; undefined: removed here, while the table below has it. */
  readonly #rows = new Map<string, Row | undefined>();
  readonly #below: Table<Row> | undefined;
  constructor(below?: Table<Row>) {
    this.#below = below;
  }
  get(key: string): Row | undefined {
    return this.#rows.has(key) ? this.#rows.get(key) : this.#below?.get(key);
  }
  set(key: string, row: Row): void {
    this.#rows.set(key, row);
  }
  /** Whether there was one. */
  delete(key: string): boolean {
    const isThere = this.get(key) !== undefined;
    if (this.#below?.get(key) === undefined) this.#rows.delete(key);
    else this.#rows.set(key, undefined);
    return isThere;
  }
  *entries(): Generator<readonly [key: string, row: Row]> {
    if (this.#below)
      for (const entry of this.#below.entries()) if (!this.#rows.has(entry[0])) yield entry;
    for (const [key, row] of this.#rows) if (row !== undefined) yield [key, row];
  }
  /** Rows in no order, except that those that were never replaced come as they were added. */
  rows(): readonly Row[] {
    return Array.from(this.entries(), ([, row]) => row);
  }
  /** Takes the place of all rows. */
  replaceWith(other: Table<Row>): void {
    for (const [key] of [...this.entries()]) this.delete(key);
    for (const [key, row] of other.entries()) this.set(key, row);
  }
  /** Whether both have changed one row. */
  changesSame(other: Table<Row>): boolean {
    for (const key of this.#rows.keys()) if (other.#rows.has(key)) return true;
    return false;
  }
  /** Applies the changes to the table below. */
  merge(): void {
    for (const [key, row] of this.#rows)
      if (row === undefined) this.#below?.delete(key);
      else this.#below?.set(key, row);
  }
}
