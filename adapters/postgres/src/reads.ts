/** Reads documents, inside or outside of a transaction. */
import type { DocumentRow, Page, Reads } from '@morrow/engines';
import type pg from 'pg';
import { columnOf, rowOf, typeOf, type DocumentTable } from './document-table.ts';

/** Runs a statement: a pool, or the connection of a transaction. */
export type Run = <Row extends pg.QueryResultRow>(
  text: string,
  values?: readonly unknown[],
) => Promise<readonly Row[]>;

export const runOn =
  (on: pg.Pool | pg.PoolClient): Run =>
  async (text, values = []) =>
    (await on.query(text, values as unknown[])).rows as never;

export function readsOf(tables: ReadonlyMap<string, DocumentTable>, run: Run): Reads {
  const tableOf = (type: string): DocumentTable => {
    const table = tables.get(type);
    if (!table) throw new TypeError(`This domain keeps no ${type}`);
    return table;
  };
  const select = async (type: string, rest: string, values: readonly unknown[]) => {
    const table = tableOf(type);
    const rows = await run(`select ${table.selection} from "${table.name}" ${rest}`, values);
    return rows.map((row) => rowOf(table, row));
  };
  const conditions = (type: string, where: Page['where'], first: number) =>
    Object.keys(where ?? {}).map(
      (field, at) => `${columnOf(tableOf(type), field)} = $${first + at}`,
    );
  return {
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
    async list(type, { after, limit, where }) {
      const wanted = [
        ...conditions(type, where, after === undefined ? 2 : 3),
        ...(after === undefined ? [] : ['id > $2']),
      ];
      const filter = wanted.length ? `where ${wanted.join(' and ')}` : '';
      const values = [
        limit,
        ...(after === undefined ? [] : [after]),
        ...Object.values(where ?? {}),
      ];
      return select(type, `${filter} order by id limit $1`, values);
    },
    async count(type, where) {
      const wanted = conditions(type, where, 1);
      const filter = wanted.length ? `where ${wanted.join(' and ')}` : '';
      const text = `select count(*)::int as n from "${tableOf(type).name}" ${filter}`;
      const [row] = await run<{ n: number }>(text, Object.values(where ?? {}));
      return row?.n ?? 0;
    },
  };
}
