/** Finance: the books. */
import { defineModule, implementation, type ModuleManifest } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
import { Companies } from '@morrow/protocol-companies';
import { Ledger } from '@morrow/protocol-ledger';
import { entriesOf } from './entries.ts';
import { account } from './account.document.ts';
import { book, period } from './books.document.ts';
import { FactsBook } from './facts.ts';
import { followCompany, followReturns, followSales } from './follow-sales.ts';
import { ledgerOperations } from './ledger.operations.ts';

export const manifest: ModuleManifest<Engines> = defineModule({
  name: 'finance',
  summary: 'Chart of accounts, journal, periods and reports',
  provides: [Ledger],
  requires: [Companies],
  handlers: [followCompany, followReturns, followSales],
  documents: [account, book, period] as unknown as ModuleManifest['documents'],
  facts: ['account', 'book', 'period'],
  keeps: ['book'],
  start({ engines, clock, ids, port }) {
    const facts = new FactsBook(engines, clock, ids);
    const companies = port(Companies);
    return {
      implementations: [
        implementation(Ledger, ledgerOperations({ engines, clock, ids, facts, companies })),
      ],
      tools: { facts, clock, ids },
      history: { entries: entriesOf },
    };
  },
});
