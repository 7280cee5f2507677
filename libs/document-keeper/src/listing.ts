/** Lists and counts the documents of a record as its protocol asks. */
import {
  codecOf,
  countMax,
  filterIn,
  kindOf,
  sortIn,
  unknownCursor,
  type DocumentType,
  type Field,
  type Fields,
  type Filter,
  type Sort,
} from '@morrow/contract';
import type { DocumentRow, Place } from '@morrow/engines';
import { isUuid, type Id, type Json, type JsonObject } from '@morrow/kernel';
import type { Documents } from './documents.ts';

interface Asked {
  readonly after?: string | undefined;
  readonly cursor?: string | undefined;
  readonly where?: string | undefined;
  readonly sort?: string | undefined;
  readonly limit: number;
}
export interface Listed<F extends JsonObject, Noun extends string> {
  readonly rows: readonly DocumentRow<F>[];
  /** The last row, where another page may follow and the list has the order of creation. */
  readonly next: Id<Noun> | undefined;
  /** Where the next page begins, in every order. */
  readonly cursor: string | undefined;
}

/** One page, of those that `only` lets through. A cursor states the order that it belongs to; in
 * another one it is refused. */
export async function listed<F extends JsonObject, Noun extends string>(
  documents: Documents,
  type: DocumentType<F>,
  { after, cursor, where, sort: order, limit }: Asked,
  only: readonly Filter[] = [],
): Promise<Listed<F, Noun>> {
  const fields = type.fields as Readonly<Record<string, Field>>;
  const wanted = filterIn(fields, where);
  const all = wanted ? [...only, wanted] : only;
  const filter = all.length ? { all } : undefined;
  const sort = order === undefined ? undefined : sortIn(fields, order);
  if (order !== undefined && after !== undefined) throw unknownCursor();
  const from = cursor === undefined ? undefined : placeIn(cursor, order ?? '', fields, sort);
  const rows = sort
    ? await documents.sorted(type, { sort, after: from, limit, filter })
    : await documents.list(type, { after: from?.id ?? after, limit, filter });
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return {
    rows,
    next: sort ? undefined : (last?.id as Id<Noun> | undefined),
    cursor: last && cursorOf(order ?? '', valueIn(last, sort), last.id),
  };
}

/** How many match, up to `countMax`. */
export async function counted<F extends JsonObject>(
  documents: Documents,
  type: DocumentType<F>,
  { where }: Pick<Asked, 'where'>,
): Promise<{ value: number; atLeast: boolean }> {
  const filter = filterIn(type.fields as Fields, where);
  const value = await documents.countUpTo(type, countMax, filter);
  return { value, atLeast: value === countMax };
}

const valueIn = ({ state, fields }: DocumentRow, sort: Sort | undefined): Json =>
  sort ? (sort.field === 'state' ? state : (fields[sort.field] ?? null)) : null;

const cursorOf = (order: string, value: Json, id: string): string =>
  Buffer.from(JSON.stringify([order, value, id])).toString('base64url');

function placeIn(cursor: string, order: string, fields: Fields, sort: Sort | undefined): Place {
  try {
    const [of, value, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as Json[];
    if (of === order && typeof id === 'string' && isUuid(id))
      return { value: canonical(value ?? null, sort && fields[sort.field]), id };
  } catch {
    // somebody else made it
  }
  throw unknownCursor('cursor');
}
/** A value that the column can be compared with. */
function canonical(value: Json, field: Field | undefined): Json {
  if (value === null || !field || kindOf(field.kind).column === 'text')
    return value === null ? null : String(value);
  return codecOf(field.schema).encode(codecOf(field.schema).decode(value));
}
