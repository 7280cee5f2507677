/** TypeORM's view of a domain's database, on the connections of the store: it composes the
 * statements of lists and reports. */
import {
  DataSource,
  type EntitySchema,
  type ObjectLiteral,
  type SelectQueryBuilder,
} from 'typeorm';
import type pg from 'pg';
import { migrationTable } from './migrations.ts';
import type { Run } from './reads.ts';

export interface Ground {
  readonly database: string;
  readonly schema: string;
  readonly entities?: readonly EntitySchema[];
}

/** Opens a data source on a pool that somebody else opens and closes: role, types and error
 * handling are the pool's. It never changes a schema. */
export async function openDataSource(
  pool: pg.Pool,
  { database, schema, entities = [] }: Ground,
): Promise<DataSource> {
  const shared = {
    connect: pool.connect.bind(pool),
    on: () => undefined,
    end: (done: () => void) => done(),
  };
  const source = new DataSource({
    type: 'postgres',
    driver: {
      Pool: function SharedPool() {
        return shared;
      },
    },
    database,
    schema,
    entities: [...entities],
    synchronize: false,
    migrationsTableName: migrationTable,
    installExtensions: false,
    logging: false,
  });
  return source.initialize();
}

/** Runs a built query: hydrating rows as entities would take two to three times as long
 * (docs/adr/0003). */
export function rowsOf<Row extends pg.QueryResultRow>(
  run: Run,
  query: SelectQueryBuilder<ObjectLiteral>,
): Promise<readonly Row[]> {
  const [text, values] = query.getQueryAndParameters();
  return run<Row>(text, values);
}
