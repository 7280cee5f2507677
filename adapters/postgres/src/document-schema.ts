/** Additive statements that make or widen the table of a document type, from what stands of it. */
import {
  choicesCheck,
  choicesExpression,
  indexesOf,
  type Column,
  type DocumentTable,
} from './document-table.ts';

/** What stands of a schema: types by `table.column`, `index` by the name of an index, and the text
 * of a check by `check` and its name. */
export type Stands = ReadonlyMap<string, string>;

/** Names and types of what stands in the current schema. Statements for what stands already would
 * wait for every open transaction and hold up those that follow. */
export const standing = `
  select c.relname || '.' || a.attname as name, replace(format_type(a.atttypid, a.atttypmod),
    'timestamp(3) with time zone', 'timestamptz(3)') as type
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
  union all select relname, 'index' from pg_class
  where relnamespace = current_schema()::regnamespace and relkind = 'i'
  union all select 'check ' || conname, pg_get_constraintdef(oid) from pg_constraint
  where connamespace = current_schema()::regnamespace and contype = 'c'`;

const ownColumns = `id uuid primary key, version int not null, state text not null,
  lifecycle_id text not null, lifecycle_version int not null, lifecycle_hash text not null,
  created_at timestamptz not null default now(), updated_at timestamptz not null default now()`;

/** Allows what stands and what is declared: a choice that was once allowed may be in a row. Rows
 * that are there are not read through. */
function choiceStatements(table: string, column: Column, stands: Stands): string[] {
  const { name, choices = [] } = column;
  const check = choicesCheck(table, column);
  const known = [...(stands.get(`check ${check}`) ?? '').matchAll(/'((?:[^']|'')*)'/g)].map(
    ([, text = '']) => text.replaceAll("''", "'"),
  );
  const allowed = [...new Set([...known, ...choices])];
  if (allowed.length === known.length) return [];
  return [
    `alter table "${table}" drop constraint if exists "${check}", add constraint "${check}"
       check (${choicesExpression({ name, choices: allowed })}) not valid`,
  ];
}

function refuseChanged({ name, columns }: DocumentTable, stands: Stands): void {
  for (const { name: column, type } of columns) {
    const found = stands.get(`${name}.${column}`);
    if (found && found !== type)
      throw new Error(
        `The column ${column} of ${name} is ${found} and would have to become ${type}: ` +
          'only additions are made.',
      );
  }
}

/** Empty where all of it stands. Throws where a column has another type. */
export function documentStatements(table: DocumentTable, stands: Stands): string[] {
  const { name, columns } = table;
  refuseChanged(table, stands);
  const statements: string[] = [];
  if (!stands.has(`${name}.id`))
    statements.push(`create table "${name}" (${ownColumns}) with (fillfactor=70)`);
  for (const { name: column, type } of columns)
    if (!stands.has(`${name}.${column}`))
      statements.push(`alter table "${name}" add column if not exists "${column}" ${type}`);
  for (const column of columns)
    for (const { index, isUnique, on } of indexesOf(table, column))
      if (!stands.has(index)) {
        const kind = isUnique ? 'unique index' : 'index';
        statements.push(`create ${kind} if not exists "${index}" on "${name}" (${on})`);
      }
  for (const column of columns) statements.push(...choiceStatements(name, column, stands));
  if (!stands.has(`${name}_state`))
    statements.push(`create index "${name}_state" on "${name}" (state, id)`);
  return statements;
}
