/** The book-keeper: entries that balance, over accounts that may be posted to, into periods that
 * are open. */
export * from './posting.ts';
export type { AccountTotal, EntryRow, LedgerLine, LedgerTables } from '@morrow/engines';
