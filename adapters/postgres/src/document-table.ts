/** The table of a document type: its columns, and how their values travel between rows and JSON. */
import { fieldKinds, snakeCase, type ColumnType, type DocumentType } from '@morrow/contract';
import type { DocumentRow } from '@morrow/engines';
import type { Json, JsonObject } from '@morrow/kernel';

/** ISO 8601 in UTC with milliseconds, as the wire writes it. */
const isoFormat = 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';

export interface Column {
  readonly field: string;
  readonly name: string;
  readonly type: ColumnType;
  readonly isOptional: boolean;
  readonly isUnique: boolean;
  readonly isIndexed: boolean;
  readonly choices: readonly string[] | undefined;
}
export interface DocumentTable {
  readonly documentType: string;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly numberField: string | undefined;
  /** `select` list that `rowOf` reads. */
  readonly selection: string;
}

/** Name of the check on the choices of a column. */
export const choicesCheck = (table: string, { name }: Column): string => `${table}_${name}_choices`;
/** What that check asks of a value. */
export const choicesExpression = ({ name, choices = [] }: Pick<Column, 'name' | 'choices'>) =>
  `"${name}" in (${choices.map((choice) => `'${choice.replaceAll("'", "''")}'`).join(', ')})`;

interface Index {
  readonly index: string;
  readonly isUnique: boolean;
  readonly fields: string[];
  /** As SQL lists them. */
  readonly on: string;
}
/** Indexes on a column: a unique one by itself, another with the id, so that each page of a sorted
 * list is a range of it. */
export function indexesOf({ name }: Pick<DocumentTable, 'name'>, column: Column): Index[] {
  const { name: on, field, isUnique, isIndexed } = column;
  if (isUnique) return [{ index: `${name}_${on}`, isUnique, fields: [field], on: quote(on) }];
  if (!isIndexed) return [];
  return [{ index: `${name}_${on}_id`, isUnique, fields: [field, 'id'], on: `${quote(on)}, id` }];
}

const quote = (name: string) => `"${name}"`;

export function documentTable(type: DocumentType): DocumentTable {
  const columns = Object.entries(type.fields).map(([field, spec]): Column => ({
    field,
    name: snakeCase(field),
    type: fieldKinds[spec.kind].column,
    isOptional: spec.optional ?? false,
    isUnique: spec.unique ?? false,
    isIndexed: spec.indexed ?? false,
    choices: spec.choices,
  }));
  const read = ({ name, type }: Column) => {
    if (type === 'timestamptz(3)')
      return `to_char(${quote(name)} at time zone 'UTC', '${isoFormat}') as ${quote(name)}`;
    if (type === 'date') return `${quote(name)}::text as ${quote(name)}`;
    return quote(name);
  };
  const own = ['id', 'version', 'state', 'lifecycle_id', 'lifecycle_version', 'lifecycle_hash'];
  return {
    documentType: type.name,
    name: snakeCase(type.name),
    columns,
    numberField: type.numberField,
    selection: [...own, ...columns.map(read)].join(', '),
  };
}

/** A stored row as the port shows it. */
export function rowOf({ columns }: DocumentTable, stored: Record<string, unknown>): DocumentRow {
  const fields: Record<string, Json> = {};
  for (const { field, name, type } of columns) {
    const value = (stored[name] ?? null) as Json;
    fields[field] = type === 'bigint' && value !== null ? Number(value) : value;
  }
  return {
    id: String(stored['id']),
    version: Number(stored['version']),
    state: String(stored['state']),
    lifecycle: {
      id: String(stored['lifecycle_id']),
      version: Number(stored['lifecycle_version']),
      hash: String(stored['lifecycle_hash']),
    },
    fields,
  };
}

/** A row as the commit function reads it: the unit that it belongs to, and its columns by name. */
export function recordOf(
  { columns }: DocumentTable,
  row: DocumentRow,
  unit: number,
  events: number,
): JsonObject {
  const { id, version, state, lifecycle } = row;
  const record: Record<string, Json> = {
    _unit: unit,
    _events: events,
    id,
    version,
    state,
    lifecycle_id: lifecycle.id,
    lifecycle_version: lifecycle.version,
    lifecycle_hash: lifecycle.hash,
  };
  for (const { field, name } of columns) record[name] = row.fields[field] ?? null;
  return record;
}

/** Columns of every document that lists may ask for. */
const askedOfAll: Readonly<Record<string, string>> = {
  state: 'state',
  lifecycleVersion: 'lifecycle_version',
};

/** Column of a field, of the state or the lifecycle's version; a TypeError names what is none. */
export function columnOf({ columns, documentType }: DocumentTable, field: string): string {
  const common = askedOfAll[field];
  if (common !== undefined) return common;
  const found = columns.find((column) => column.field === field);
  if (!found) throw new TypeError(`${documentType} has no field ${field}`);
  return quote(found.name);
}

/** SQL type of what `columnOf` names. */
export const typeOf = ({ columns }: DocumentTable, field: string): string =>
  columns.find((column) => column.field === field)?.type ?? 'text';
