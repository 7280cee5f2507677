/** Columns of documents that another release or a pack has added and this process does not know: a
 * rebuild carries their values over. */
import { typedColumns } from './commit-function.ts';
import type { DocumentTable } from './document-table.ts';
import type { Run } from './run.ts';

export interface ForeignColumn {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly [field: string]: string;
}

/** Columns of documents' tables in the schema of a domain that the tables given do not declare. */
export async function foreignColumns(
  run: Run,
  domain: string,
  tables: readonly DocumentTable[],
): Promise<readonly ForeignColumn[]> {
  const known = new Map(
    tables.map((table) => {
      const own = typedColumns(table).map(([column]) => column);
      return [table.name, new Set([...own, 'created_at', 'updated_at'])];
    }),
  );
  const standing = await run<ForeignColumn>(
    `select relname as table, attname as column, format_type(atttypid, atttypmod) as type
     from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relnamespace = $1::regnamespace and c.relkind = 'r' and a.attnum > 0
       and not a.attisdropped and relname = any($2::text[]) order by relname, attnum`,
    [`"${domain}"`, [...known.keys()]],
  );
  return standing.filter(({ table, column }) => !known.get(table)?.has(column));
}

/** Adds the columns to the tables of the current schema, with the indexes that contain them. */
export async function makeForeign(
  run: Run,
  domain: string,
  columns: readonly ForeignColumn[],
): Promise<void> {
  for (const { table, column, type } of columns)
    await run(`alter table "${table}" add column if not exists "${column}" ${type}`);
  if (!columns.length) return;
  const indexes = await run<{ definition: string }>(
    `select distinct pg_get_indexdef(i.indexrelid) as definition
     from pg_index i join pg_class c on c.oid = i.indrelid
     join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
     where c.relnamespace = $1::regnamespace and c.relname || '.' || a.attname = any($2::text[])`,
    [`"${domain}"`, columns.map(({ table, column }) => `${table}.${column}`)],
  );
  for (const { definition } of indexes)
    await run(
      definition
        .replace(/^CREATE (UNIQUE )?INDEX /, 'create $1index if not exists ')
        .replace(/ ON (?:ONLY )?(?:"[^"]+"|[^ ."]+)\./, ' on '),
    );
}

/** Carries the values of the columns from the tables of the domain to those of the schema beside
 * it; whoever calls holds the former. */
export async function carryForeign(
  run: Run,
  { domain, shadow }: { readonly domain: string; readonly shadow: string },
  columns: readonly ForeignColumn[],
): Promise<void> {
  for (const [table, own] of Map.groupBy(columns, ({ table: name }) => name)) {
    const sets = own.map(({ column }) => `"${column}" = d."${column}"`).join(', ');
    const isSet = own.map(({ column }) => `d."${column}" is not null`).join(' or ');
    await run(
      `update "${shadow}"."${table}" r set ${sets} from "${domain}"."${table}" d
       where r.id = d.id and (${isSet})`,
    );
  }
}
