/** The kinds of fields: one table that says for each what a database keeps of it. */

/** Types of columns, as PostgreSQL writes them. */
export type ColumnType =
  'text' | 'bigint' | 'boolean' | 'numeric' | 'date' | 'timestamptz(3)' | 'uuid' | 'jsonb';

export interface KindSpec {
  readonly column: ColumnType;
  /** Whether one value says all: it can be listed, searched and shown in a line. */
  readonly isPlain: boolean;
}

const plain = (column: ColumnType): KindSpec => ({ column, isPlain: true });
const nested: KindSpec = { column: 'jsonb', isPlain: false };

/** A row keeps the wire form of a field's schema; null where an optional field has no value. */
export const fieldKinds = {
  text: plain('text'),
  integer: plain('bigint'),
  flag: plain('boolean'),
  /** Minor units; the currency is another field. */
  money: plain('numeric'),
  quantity: plain('numeric'),
  /** Of one unit, in the major unit; the currency is another field. */
  price: plain('numeric'),
  date: plain('date'),
  instant: plain('timestamptz(3)'),
  choice: plain('text'),
  /** Id of another record, maybe of another domain. */
  link: plain('uuid'),
  /** Rows of a child table, kept inside the row. */
  table: nested,
  /** Any other value, kept inside the row. */
  json: nested,
} satisfies Readonly<Record<string, KindSpec>>;

export type FieldKind = keyof typeof fieldKinds;
