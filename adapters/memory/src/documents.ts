/** Documents: how they are read, what a row may hold, and which rows a list asks for. */
import { fieldKinds, unknownCursor, type DocumentType } from '@morrow/contract';
import type { DocumentRow, Page, Reads, StoredDomain } from '@morrow/engines';
import { textOrder, type Json, type JsonObject } from '@morrow/kernel';
import type { Table } from './table.ts';
import type { Tables } from './tables.ts';

/** A row by row decision on what a list asks for. */
function matching(type: DocumentType, where: Page['where'] = {}): (row: DocumentRow) => boolean {
  const asked = Object.entries(where).map(([field, value]) => ({
    valueOf: reading(type, field),
    value,
  }));
  return (row) =>
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
    async list(name, { after, limit, where }) {
      const { type, table } = of(name);
      if (after !== undefined && !table.get(after)) throw unknownCursor();
      const rows = table.rows().filter(matching(type, where));
      const later = rows.filter(({ id }) => after === undefined || textOrder(id, after) > 0);
      return later.sort(byId).slice(0, limit);
    },
    async count(name, where) {
      const { type, table } = of(name);
      return table.rows().filter(matching(type, where)).length;
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
