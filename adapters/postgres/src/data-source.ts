/** TypeORM's view of a domain's database: it composes the statements of lists and reports, which
 * run on the connections of the store. */
import { DataSource, type EntitySchema } from 'typeorm';
import type pg from 'pg';
import type { Connections } from './connection-budget.ts';
import { migrationTable } from './migrations.ts';

export interface Ground {
  readonly database: string;
  readonly schema: string;
  readonly entities?: readonly EntitySchema[];
}
type Connected = (error: unknown, client?: pg.ClientBase, release?: () => void) => void;
interface PoolLike {
  connect(connected: Connected): void;
}

const newSource = (pool: PoolLike, { database, schema, entities = [] }: Ground): DataSource =>
  new DataSource({
    type: 'postgres',
    driver: {
      Pool: function SharedPool() {
        const end = (done: () => void) => done();
        return { connect: pool.connect.bind(pool), on: () => undefined, end };
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

/** Opens a data source on a pool that somebody else opens and closes: role, types and error
 * handling are the pool's. It never changes a schema. */
export const openDataSource = (pool: pg.Pool, ground: Ground): Promise<DataSource> =>
  newSource(pool, ground).initialize();

/** A data source that knows the documents of a domain and composes statements on them, for all
 * tenants: it is connected to nothing. */
export async function composingSource(ground: Omit<Ground, 'database'>): Promise<DataSource> {
  const nowhere: PoolLike = { connect: (connected) => connected(undefined, undefined, noRelease) };
  const source = newSource(nowhere, { ...ground, database: 'any' });
  // what it would ask a server for
  Object.assign(source.driver, { version: '18.0', searchSchema: ground.schema });
  return source.initialize();
}
const noRelease = () => undefined;

/** The same data source on the connections of one tenant; it ends with the first. */
export function sourceOn(shared: DataSource, connections: Connections): DataSource {
  const master: PoolLike = {
    connect(connected) {
      connections.connect().then(
        ({ client, release }) => connected(undefined, client, () => release()),
        (error: unknown) => connected(error),
      );
    },
  };
  const view: DataSource = Object.create(shared);
  const driver: unknown = Object.create(shared.driver, {
    master: { value: master },
    dataSource: { value: view },
  });
  Object.defineProperty(view, 'driver', { value: driver });
  Object.defineProperty(view, 'manager', { value: view.createEntityManager() });
  return view;
}
