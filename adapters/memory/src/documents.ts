/** Documents: how they are read, what a row may hold, and which rows a list asks for. */
import {
  compareValues,
  fieldKinds,
  matches,
  unknownCursor,
  type DocumentType,
  type FieldSpec,
  type Sort,
} from '@morrow/contract';
import type { DocumentRow, Page, Place, Reads, StoredDomain } from '@morrow/engines';
import { textOrder, type Json, type JsonObject } from '@morrow/kernel';
import type { Table } from './table.ts';
import type { Tables } from './tables.ts';

/** Decides for each row whether a list asks for it. */
function matching(
  type: DocumentType,
  { where = {}, filter }: Pick<Page, 'where' | 'filter'>,
): (row: DocumentRow) => boolean {
  const asked = Object.entries(where).map(([field, value]) => ({
    valueOf: reading(type, field),
    value,
  }));
  return (row) =>
    (!filter || matches(type.fields, filter, row)) &&
    asked.every(({ valueOf, value }) => {
      const stored = valueOf(row);
      return stored !== null && String(stored) === value;
    });
}

/** Reads a field, the state or the lifecycle's version; a TypeError names what is unknown. */
function reading(type: DocumentType, field: string): (row: DocumentRow) => Json {
  if (field === 'state') return ({ state }) => state;
  if (field === 'lifecycleVersion') return ({ lifecycle }) => lifecycle.version;
  if (!Object.hasOwn(type.fields, field)) throw new TypeError(`${type.name} has no field ${field}`);
  return ({ fields }) => fields[field] ?? null;
}

export const byId = (one: { readonly id: string }, other: { readonly id: string }): number =>
  textOrder(one.id, other.id);

/** Where a row stands in a list that is sorted so. */
function placing(type: DocumentType, { field }: Sort): (row: DocumentRow) => Place {
  const valueOf = reading(type, field);
  return (row) => ({ value: valueOf(row), id: row.id });
}
const textField: FieldSpec = { kind: 'text', label: 'State' };
/** By the field, those without a value last, those alike by their ids; reversed where the sort
 * descends. */
function placeOrder({ fields }: DocumentType, { field, isDescending = false }: Sort) {
  const spec: FieldSpec = fields[field] ?? textField;
  const ascending = (one: Place, other: Place): number => {
    if (one.value === null || other.value === null)
      return Number(one.value === null) - Number(other.value === null) || byId(one, other);
    return compareValues(spec, one.value, other.value) || byId(one, other);
  };
  return (one: Place, other: Place) =>
    isDescending ? ascending(other, one) : ascending(one, other);
}

/** The type and its table; a TypeError where the domain does not keep it. */
export function documentsOf(tables: Tables, domain: StoredDomain, name: string) {
  const type = domain.documents.find((each) => each.name === name);
  const table = tables.documents.get(name);
  if (!type || !table) throw new TypeError(`This domain keeps no ${name}`);
  return { type, table };
}

export function readsOn(tables: Tables, domain: StoredDomain): Reads {
  const of = (name: string) => documentsOf(tables, domain, name);
  return {
    load: async (name, id) => of(name).table.get(id),
    async loadMany(name, ids) {
      return [...new Set(ids)].flatMap((id) => of(name).table.get(id) ?? []);
    },
    async findBy(name, field, values) {
      const { type, table } = of(name);
      const valueOf = reading(type, field);
      return table.rows().filter((row) => values.includes(String(valueOf(row) ?? '')));
    },
    async list(name, { after, limit, ...asked }) {
      const { type, table } = of(name);
      if (after !== undefined && !table.get(after)) throw unknownCursor();
      const rows = table.rows().filter(matching(type, asked));
      const later = rows.filter(({ id }) => after === undefined || textOrder(id, after) > 0);
      return later.sort(byId).slice(0, limit);
    },
    async sorted(name, { sort, after, limit, filter }) {
      const { type, table } = of(name);
      const [order, placeOf] = [placeOrder(type, sort), placing(type, sort)];
      const rows = table.rows().filter(matching(type, { filter }));
      const later = rows.filter((row) => !after || order(placeOf(row), after) > 0);
      return later.sort((one, other) => order(placeOf(one), placeOf(other))).slice(0, limit);
    },
    async count(name, where) {
      const { type, table } = of(name);
      return table.rows().filter(matching(type, { where })).length;
    },
    async countUpTo(name, most, filter) {
      const { type, table } = of(name);
      return Math.min(most, table.rows().filter(matching(type, { filter })).length);
    },
  };
}

/** The fields that the type declares, in the form in which they are stored. */
export function storedFields(type: DocumentType, fields: JsonObject): JsonObject {
  const stored = Object.entries(type.fields).map(([field, { kind, choices }]) => {
    const value = fields[field] ?? null;
    if (value === null) return [field, null] as const;
    if (choices && !choices.includes(String(value)))
      throw new Error(`${type.name}.${field}: ${String(value)} is not one of ${choices.join()}`);
    return [field, inForm(fieldKinds[kind].column, value)] as const;
  });
  return Object.fromEntries(stored);
}
function inForm(column: string, value: Json): Json {
  if (column !== 'date' && column !== 'timestamptz(3)') return value;
  const moment = new Date(String(value));
  const text = Number.isNaN(moment.getTime()) ? '' : moment.toISOString();
  const form = column === 'date' ? text.slice(0, 10) : text;
  if (!form || (column === 'date' && form !== value))
    throw new Error(`There is no such date: ${String(value)}`);
  return form;
}

/** A value that must be unique and that another document has; undefined where there is no such. */
export function taken(
  { type, table }: { readonly type: DocumentType; readonly table: Table<DocumentRow> },
  { id, fields }: DocumentRow,
): string | undefined {
  const unique = Object.keys(type.fields).filter((field) => type.fields[field]?.unique);
  if (!unique.length) return undefined;
  for (const row of table.rows())
    for (const field of unique) {
      const value = fields[field] ?? null;
      if (row.id !== id && value !== null && row.fields[field] === value) return String(value);
    }
  return undefined;
}
