/** Stores on PostgreSQL: documents, events, receipts and keepers' rows in one commit. */
export type { ServerAddress } from './connections.ts';
export { holdsEvents, serverFacts, type ServerFacts } from './server-facts.ts';
export {
  besidesMax,
  newSharedGround,
  openPostgresStores,
  type PostgresOptions,
  type PostgresStores,
  type SharedGround,
} from './postgres-stores.ts';
export { connectionsAllowed } from './tenant-databases.ts';
