/** Stores on PostgreSQL: documents, events, receipts and keepers' rows in one commit. */
export type { CommitPoint, ServerAddress } from './connections.ts';
export { holdsEvents, serverFacts, type ServerFacts } from './server-facts.ts';
export {
  openPostgresStores,
  type PostgresOptions,
  type PostgresStores,
} from './postgres-stores.ts';
