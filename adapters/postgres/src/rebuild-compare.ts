/** Compares a table in use with the one derived from events: by a hash, and where it differs row by
 * row. */
import {
  differenceSentences,
  type Comparison,
  type Contents,
  type KeyedRow,
  type SetBy,
} from '@morrow/engines';
import type { Run } from './run.ts';

export interface ComparedTable {
  readonly name: string;
  /** Columns that tell rows apart. */
  readonly key: readonly string[];
  readonly columns: readonly string[];
  readonly where?: string;
}
/** A table on a connection. */
export interface Side {
  readonly run: Run;
  readonly schema: string;
}
const rowsNamedMax = 20;
const rowsPerFetch = 2000;

const list = (columns: readonly string[]) => columns.map((column) => `"${column}"`).join(', ');
/** Key and contents of each row as text. */
const rowsOf = ({ name, key, columns, where }: ComparedTable, schema: string) => {
  const contents = columns.map((column) => `'${column}', "${column}"`).join(', ');
  return `select concat_ws(' ', ${list(key)}) collate "C" as key,
      jsonb_build_object(${contents})::text as row
    from "${schema}"."${name}" ${where ? `where ${where}` : ''}`;
};

async function contentsOf(table: ComparedTable, { run, schema }: Side): Promise<Contents> {
  const [found] = await run<{ rows: bigint; hash: string }>(
    `select count(*) as rows, md5(coalesce(sum(
       ('x' || substr(md5(key || row), 1, 16))::bit(64)::bigint), 0)::text) as hash
     from (${rowsOf(table, schema)}) r`,
  );
  return { rows: Number(found?.rows ?? 0), hash: found?.hash ?? '' };
}

/** Rows in the order of their keys, some at a time; inside a transaction. */
async function* ordered(table: ComparedTable, { run, schema }: Side): AsyncGenerator<KeyedRow> {
  await run(`declare ordered_rows cursor for ${rowsOf(table, schema)} order by 1`);
  try {
    for (;;) {
      const rows = await run<KeyedRow>(`fetch ${rowsPerFetch} from ordered_rows`);
      yield* rows;
      if (rows.length < rowsPerFetch) return;
    }
  } finally {
    await run('close ordered_rows');
  }
}

/** Sentences on rows that differ, and how many there are besides. */
async function differences(
  table: ComparedTable,
  stored: Side,
  rebuilt: Side,
  setBy: SetBy | undefined,
): Promise<string[]> {
  const found: string[] = [];
  let rows = 0;
  const note = async (sentences: () => Promise<readonly string[]> | readonly string[]) => {
    if (rows++ < rowsNamedMax) found.push(...(await sentences()));
  };
  const named = ({ key }: KeyedRow, what: string) => [`${table.name} ${key} is ${what}`];
  const left = ordered(table, stored);
  const right = ordered(table, rebuilt);
  let [one, other] = [(await left.next()).value, (await right.next()).value];
  while (one || other) {
    const [before, after] = [one, other];
    if (before && (!after || before.key < after.key)) {
      await note(() => named(before, 'stored, but no event makes it'));
      one = (await left.next()).value;
    } else if (after && (!before || after.key < before.key)) {
      await note(() => named(after, 'missing, its events make it'));
      other = (await right.next()).value;
    } else if (before && after) {
      if (before.row !== after.row)
        await note(() => differenceSentences(table.name, before, after, setBy));
      [one, other] = [(await left.next()).value, (await right.next()).value];
    }
  }
  const more = rows - rowsNamedMax;
  return more > 0 ? [...found, `${more} more rows of ${table.name} differ`] : found;
}

/** Both sides must be inside a transaction. `setBy` names the events of a document's values. */
export async function compareTable(
  table: ComparedTable,
  stored: Side,
  rebuilt: Side,
  setBy?: SetBy,
): Promise<Comparison> {
  const [before, after] = [await contentsOf(table, stored), await contentsOf(table, rebuilt)];
  const isSame = before.hash === after.hash && before.rows === after.rows;
  return {
    table: table.name,
    stored: before,
    rebuilt: after,
    differences: isSame ? [] : await differences(table, stored, rebuilt, setBy),
  };
}
