/** How a process connects: as the role of a domain while it runs, as the administrator to make and
 * migrate databases. */
import pg from 'pg';

/** The administrator's address. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  /** Secret of the installation, from which the passwords of the domains' roles are derived;
   * absent: they have none, which suffices where the server knows its clients otherwise. */
  readonly roleSecret?: string | undefined;
}

const { types } = pg;
/** bigint as bigint, dates as text: nothing passes through a float or a time zone. */
const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  [types.builtins.INT8]: (text) => BigInt(text),
  [types.builtins.DATE]: (text) => text,
};
const typed = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    parsers[oid] ?? types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};
const connectMs = 10_000;

/** Who connects, and in which schema. */
export interface SessionOptions {
  readonly user: string;
  readonly password?: string | undefined;
  readonly schema?: string | undefined;
}

function configOf(
  { host, port }: ServerAddress,
  database: string,
  { user, password, schema }: SessionOptions,
): pg.ClientConfig {
  const options = [
    ...(schema ? [`-c search_path=${schema}`] : []),
    '-c plan_cache_mode=force_generic_plan',
    // compiling a statement that takes a millisecond costs many
    '-c jit=off',
    '-c TimeZone=UTC',
  ];
  return {
    ...{ host, port, database, user, options: options.join(' '), types: typed },
    ...(password === undefined ? {} : { password }),
    connectionTimeoutMillis: connectMs,
  };
}

/** Opens one connection. */
export async function openClient(
  server: ServerAddress,
  database: string,
  session: SessionOptions,
): Promise<pg.Client> {
  const client = new pg.Client(configOf(server, database, session));
  const early = () => undefined;
  client.on('error', early);
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  client.off('error', early);
  return client;
}

/** Connections of the administrator, closed after their work. */
export function adminPool(
  server: ServerAddress,
  database: string,
  { schema, max }: { schema?: string; max: number },
  onProblem: (error: unknown) => void,
): pg.Pool {
  const { user, password } = server;
  const pool = new pg.Pool({ ...configOf(server, database, { user, password, schema }), max });
  pool.on('error', onProblem);
  pool.on('connect', (client) => client.on('error', onProblem));
  return pool;
}
