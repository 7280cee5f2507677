/** Stores in memory: the same promises as PostgreSQL keeps, for tests that need no server. */
export { MemoryDatabase } from './memory-database.ts';
export { openMemoryStores, type MemoryOptions } from './memory-stores.ts';
