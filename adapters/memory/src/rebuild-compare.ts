/** Compares tables in use with those derived from events: by a hash, and where it differs row by
 * row. */
import { createHash } from 'node:crypto';
import { snakeCase, type DocumentType } from '@morrow/contract';
import {
  differenceSentences,
  type Comparison,
  type DocumentRow,
  type SetBy,
  type StepsOf,
  type StoredDomain,
  type StreamEvent,
} from '@morrow/engines';
import { canonicalJson, textOrder, type Json, type JsonObject } from '@morrow/kernel';
import type { Table } from './table.ts';
import type { Tables } from './tables.ts';

interface Sides {
  readonly stored: Tables;
  readonly rebuilt: Tables;
}
/** Contents of the rows by their keys. */
type Rows = ReadonlyMap<string, JsonObject>;
const rowsNamedMax = 20;

export async function compareTables(
  { documents, keeps }: StoredDomain,
  { stored, rebuilt }: Sides,
  steps?: StepsOf,
): Promise<readonly Comparison[]> {
  const found: Comparison[] = [];
  const add = async (table: string, rowsOf: (tables: Tables) => Rows, setBy?: SetBy) =>
    void found.push(await compared(table, [rowsOf(stored), rowsOf(rebuilt)], setBy));
  for (const type of documents)
    await add(
      snakeCase(type.name),
      (tables) => documentRows(type, tables.documents.get(type.name)),
      steps && setBySteps(stored, type, steps),
    );
  if (keeps.includes('book'))
    await add('entry', ({ entries }) => plainRows(entries.rows(), ['id']));
  if (!keeps.includes('stock')) return found;
  const key = ['warehouse', 'item'] as const;
  // a balance that was locked and never changed says nothing
  await add('stock_balance', ({ balances }) =>
    plainRows(
      balances.rows().filter((row) => row.onHand || row.reserved || row.value || row.lastPlace),
      key,
    ),
  );
  await add('stock_movement', ({ movements }) =>
    plainRows(movements.rows().flat(), [...key, 'place']),
  );
  await add('stock_waiting', ({ waiting }) => plainRows(waiting.rows(), ['reservation', ...key]));
  return found;
}

/** A document's columns. */
const columnsOf = (type: DocumentType, { version, state, lifecycle, fields }: DocumentRow) => ({
  ...{ version, state, lifecycle_id: lifecycle.id, lifecycle_version: lifecycle.version },
  lifecycle_hash: lifecycle.hash,
  ...Object.fromEntries(
    Object.keys(type.fields).map((field) => [snakeCase(field), fields[field] ?? null]),
  ),
});
const documentRows = (type: DocumentType, table: Table<DocumentRow> | undefined): Rows =>
  new Map((table?.rows() ?? []).map((row) => [row.id, columnsOf(type, row)]));

/** Rows whose amounts go as text: JSON has no bigint. */
const plainRows = <Row extends object>(rows: readonly Row[], key: readonly (keyof Row)[]): Rows =>
  new Map(
    rows.map((row) => {
      const asText = (_: string, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value;
      const plain = JSON.parse(JSON.stringify(row, asText)) as JsonObject;
      return [key.map((name) => String(row[name])).join(' '), plain];
    }),
  );

async function compared(
  table: string,
  [before, after]: readonly [Rows, Rows],
  setBy: SetBy | undefined,
): Promise<Comparison> {
  const [stored, rebuilt] = [contentsOf(before), contentsOf(after)];
  const differences: string[] = [];
  let rows = 0;
  for (const key of [...new Set([...before.keys(), ...after.keys()])].sort(textOrder)) {
    const [one, other] = [before.get(key), after.get(key)];
    if (one && other && canonicalJson(one) === canonicalJson(other)) continue;
    if (++rows > rowsNamedMax) continue;
    const keyed = (row: JsonObject) => ({ key, row: JSON.stringify(row) });
    if (!other) differences.push(`${table} ${key} is stored, but no event makes it`);
    else if (!one) differences.push(`${table} ${key} is missing, its events make it`);
    else differences.push(...(await differenceSentences(table, keyed(one), keyed(other), setBy)));
  }
  if (rows > rowsNamedMax) differences.push(`${rows - rowsNamedMax} more rows of ${table} differ`);
  return { table, stored, rebuilt, differences };
}

function contentsOf(rows: Rows) {
  const hash = createHash('md5');
  for (const [key, row] of [...rows].sort(([one], [other]) => textOrder(one, other)))
    hash.update(`${key} ${canonicalJson(row)}\n`);
  return { rows: rows.size, hash: hash.digest('hex') };
}

/** The events that last changed each of a document's columns, by the logic of today. */
const setBySteps =
  ({ streams }: Tables, type: DocumentType, steps: StepsOf): SetBy =>
  async (id) => {
    const events = streams.get(id) ?? [];
    const found = new Map<string, StreamEvent>();
    let before: Readonly<Record<string, Json>> = {};
    for (const [at, row] of steps({ id, documentType: type.name, events }).entries()) {
      const after = columnsOf(type, row);
      const event = events[at];
      for (const [column, value] of Object.entries(after))
        if (event && (!at || canonicalJson(before[column] ?? null) !== canonicalJson(value)))
          found.set(column, event);
      before = after;
    }
    return found;
  };
