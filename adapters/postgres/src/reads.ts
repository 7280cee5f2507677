/** Reads documents, inside or outside of a transaction. */
import type { DocumentRow, Page, Reads, Session } from '@morrow/engines';
import type { DataSource } from 'typeorm';
import { rowsOf, type Run } from './run.ts';
import { knownCursor } from './known-cursor.ts';
import { keepMatching, keepPart, partsAfter, withValues } from './document-filter.ts';
import { columnOf, rowOf, typeOf, type DocumentTable } from './document-table.ts';

type Tables = ReadonlyMap<string, DocumentTable>;

function tableIn(tables: Tables, type: string): DocumentTable {
  const table = tables.get(type);
  if (!table) throw new TypeError(`This domain keeps no ${type}`);
  return table;
}

/** Inside a transaction: rows by id, locked in one order for all. */
export const lockingOn =
  (tables: Tables, run: Run): Session['lockMany'] =>
  async (type, ids) => {
    if (!ids.length) return [];
    const table = tableIn(tables, type);
    const rows = await run(
      `select ${table.selection} from "${table.name}"
       where id = any($1::uuid[]) order by id for update`,
      [ids],
    );
    return rows.map((row) => rowOf(table, row));
  };

type Lists = Pick<Reads, 'list' | 'sorted' | 'count' | 'countUpTo'>;

/** Loads by id and by field speak SQL, since commands wait for them; lists and counts are composed
 * by TypeORM. */
export function readsOf(tables: Tables, source: DataSource, run: Run): Reads {
  const tableOf = (type: string): DocumentTable => tableIn(tables, type);
  const select = async (type: string, rest: string, values: readonly unknown[]) => {
    const table = tableOf(type);
    const rows = await run(`select ${table.selection} from "${table.name}" ${rest}`, values);
    return rows.map((row) => rowOf(table, row));
  };
  return {
    ...listsOf(tables, source, run),
    async load(type, id): Promise<DocumentRow | undefined> {
      const [row] = await select(type, 'where id = $1', [id]);
      return row;
    },
    async loadMany(type, ids) {
      if (!ids.length) return [];
      return select(type, 'where id = any($1::uuid[])', [ids]);
    },
    async findBy(type, field, values) {
      if (!values.length) return [];
      return select(
        type,
        `where ${columnOf(tableOf(type), field)} = any($1::${typeOf(tableOf(type), field)}[])`,
        [values],
      );
    },
  };
}

/** Lists and counts, composed by TypeORM. */
function listsOf(tables: Tables, source: DataSource, run: Run): Lists {
  const tableOf = (type: string): DocumentTable => tableIn(tables, type);
  const listing = (type: string, selection: string, where: Page['where'] = {}) => {
    const query = source
      .createQueryBuilder()
      .select(selection)
      .from(tableOf(type).documentType, 'd');
    for (const [field, value] of Object.entries(where)) {
      columnOf(tableOf(type), field);
      query.andWhere(`d.${field} = :where_${field}`, { [`where_${field}`]: value });
    }
    return query;
  };
  return {
    async list(type, { after, limit, where, filter }) {
      const known = `select 1 from "${tableOf(type).name}" where id = $1::uuid`;
      await knownCursor(run, after, known, () => [after]);
      const query = listing(type, tableOf(type).selection, where).orderBy('d.id').limit(limit);
      if (filter) keepMatching(query, filter);
      if (after !== undefined) query.andWhere('d.id > :after', { after });
      const stored = filter ? await run(withValues(query)) : await rowsOf(run, query);
      return stored.map((row) => rowOf(tableOf(type), row));
    },
    async sorted(type, { sort, after, limit, filter }) {
      columnOf(tableOf(type), sort.field);
      const rows: DocumentRow[] = [];
      for (const part of partsAfter(sort, after)) {
        if (rows.length === limit) break;
        const query = listing(type, tableOf(type).selection).limit(limit - rows.length);
        if (filter) keepMatching(query, filter);
        const stored = await run(withValues(keepPart(query, sort, part)));
        rows.push(...stored.map((row) => rowOf(tableOf(type), row)));
      }
      return rows;
    },
    async countUpTo(type, most, filter) {
      const query = listing(type, '1').limit(most);
      if (filter) keepMatching(query, filter);
      const matching = `select count(*)::int as n from (${withValues(query)}) s`;
      const [row] = await run<{ n: number }>(matching);
      return row?.n ?? 0;
    },
    async count(type, where) {
      const [row] = await rowsOf<{ n: number }>(run, listing(type, 'count(*)::int as n', where));
      return row?.n ?? 0;
    },
  };
}
