/** The store in memory does what every store does. */
import { books, storeSuite } from '@morrow/engines/suite';
import { openMemoryStores, type MemoryDatabase } from './index.ts';

storeSuite('in memory', async (commitPoint) => {
  const databases = new Map<string, MemoryDatabase>();
  const open = () =>
    openMemoryStores({ domain: books, tenants: ['main'], databases, commitPoint }).of('main');
  return { store: open(), again: async () => open() };
});
