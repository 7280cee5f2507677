/** The kinds of fields: one table that says for each what a database keeps of it, and what a filter
 * may ask of it. */

/** Types of columns, as PostgreSQL writes them. */
export type ColumnType =
  'text' | 'bigint' | 'boolean' | 'numeric' | 'date' | 'timestamptz(3)' | 'uuid' | 'jsonb';

/** What a condition asks of a field. */
export type Operator = 'is' | 'in' | 'from' | 'to' | 'starts' | 'like' | 'empty';

export interface KindSpec {
  readonly column: ColumnType;
  /** Empty where a list can neither be filtered nor sorted by it. */
  readonly operators: readonly Operator[];
  /** How two values of a row compare; absent: neither comes first. */
  readonly order?: 'text' | 'number';
}

const equal = ['is', 'in', 'empty'] as const;
const ranged = [...equal, 'from', 'to'] as const;

const number = (column: ColumnType): KindSpec => ({ column, operators: ranged, order: 'number' });
const moment = (column: ColumnType): KindSpec => ({ column, operators: ranged, order: 'text' });
const nested: KindSpec = { column: 'jsonb', operators: [] };

/** A row keeps the wire form of a field's schema; null where an optional field has no value. */
export const fieldKinds = {
  text: { column: 'text', operators: [...ranged, 'starts', 'like'], order: 'text' },
  integer: number('bigint'),
  flag: { column: 'boolean', operators: ['is', 'empty'] },
  /** Minor units; the currency is another field. */
  money: number('numeric'),
  quantity: number('numeric'),
  /** Of one unit, in the major unit; the currency is another field. */
  price: number('numeric'),
  date: moment('date'),
  instant: moment('timestamptz(3)'),
  choice: { column: 'text', operators: equal, order: 'text' },
  /** Id of another record, maybe of another domain. */
  link: { column: 'uuid', operators: equal },
  /** Rows of a child table, kept inside the row. */
  table: nested,
  /** Any other value, kept inside the row. */
  json: nested,
} satisfies Readonly<Record<string, KindSpec>>;

export type FieldKind = keyof typeof fieldKinds;
export const kindOf = (kind: FieldKind): KindSpec => fieldKinds[kind];
