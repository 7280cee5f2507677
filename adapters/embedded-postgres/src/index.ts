// PostgreSQL without an installation: a supervisor for the binaries that npm brings.
export {
  startPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  type RestartListener,
} from './start-postgres.ts';
export { isPostgresProblem, PostgresProblem } from './problems.ts';
export {
  askInstance,
  holdInstance,
  type Instance,
  type InstanceDescription,
} from './instance-lock.ts';
export { exitOf, spawnGuarded, type GuardedChildOptions } from './guarded-child.ts';
export type { SocketHold } from './exclusive-socket.ts';
export { canonicalPath } from './canonical-path.ts';
export { shortSocketFolder } from './socket-directory.ts';
