/** Runs statements, on a pool or inside a transaction. */
import type pg from 'pg';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';

/** Runs a statement: a pool, or the connection of a transaction. */
export type Run = <Row extends pg.QueryResultRow>(
  text: string,
  values?: readonly unknown[],
) => Promise<readonly Row[]>;

export const runOn =
  (on: Pick<pg.ClientBase, 'query'>): Run =>
  async (text, values = []) =>
    (await on.query(text, values as unknown[])).rows as never;

/** Runs a built query: hydrating rows as entities would take two to three times as long
 * (docs/adr/0003). */
export function rowsOf<Row extends pg.QueryResultRow>(
  run: Run,
  query: SelectQueryBuilder<ObjectLiteral>,
): Promise<readonly Row[]> {
  const [text, values] = query.getQueryAndParameters();
  return run<Row>(text, values);
}
