/** Connections of one domain's database: a pool under the domain's role, and how commits pass the
 * failpoints. */
import type { Unit } from '@morrow/engines';
import pg from 'pg';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
}
/** `units`: what the commit stores, as far as it stores units. */
export type CommitPoint = (
  label: string,
  when: 'before' | 'after',
  units?: readonly Unit[],
) => void;

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

export function openPool(
  server: ServerAddress,
  database: string,
  { role, schema, max }: { role?: string; schema?: string; max: number },
  onProblem: (error: unknown) => void,
): pg.Pool {
  const options = [
    ...(role ? [`-c role=${role}`] : []),
    ...(schema ? [`-c search_path=${schema}`] : []),
    '-c plan_cache_mode=force_generic_plan',
    // compiling a statement that takes a millisecond costs many
    '-c jit=off',
    '-c TimeZone=UTC',
  ];
  const pool = new pg.Pool({
    ...server,
    database,
    max,
    options: options.join(' '),
    types: typed,
    connectionTimeoutMillis: 10_000,
  });
  pool.on('error', onProblem);
  pool.on('connect', (client) => client.on('error', onProblem));
  return pool;
}
