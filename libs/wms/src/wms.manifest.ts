/** Wms: where stock lies, how it moves, and what it is worth. */
import { defineModule, implementation, type ModuleManifest } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
import { Companies } from '@morrow/protocol-companies';
import { Items } from '@morrow/protocol-items';
import { Ledger } from '@morrow/protocol-ledger';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import { followOrders } from './follow-orders.ts';
import { followReturns } from './follow-returns.ts';
import { followedByStock, stockFactSources } from './known-facts.ts';
import { postValues } from './post-values.ts';
import { newValuer } from '@morrow/stock-keeper';
import { reservation } from './reservation.document.ts';
import { stockFacts } from './stock-facts.ts';
import { stockDocument } from './stock-document.document.ts';
import { stockOperations } from './stock.operations.ts';
import { readRefused, takeOver, takeOverRefused } from './take-over-refused.ts';
import { warehouse } from './warehouse.document.ts';
import { warehousesOperations } from './warehouses.operations.ts';

export const manifest: ModuleManifest<Engines> = defineModule({
  name: 'wms',
  summary: 'Warehouses, stock and its value',
  provides: [Stock, Warehouses],
  requires: [Companies, Items, Ledger],
  handlers: [followOrders, followReturns, postValues, readRefused],
  follows: followedByStock,
  documents: [reservation, stockDocument, warehouse] as unknown as ModuleManifest['documents'],
  keeps: ['stock'],
  start({ engines, clock, ids, port }) {
    const facts = stockFactSources({ companies: port(Companies), items: port(Items) }, clock);
    return {
      implementations: [
        implementation(Stock, stockOperations({ engines, clock, ids, facts })),
        implementation(Warehouses, warehousesOperations(engines, clock, ids)),
      ],
      tools: { clock, ids, ledger: port(Ledger) },
      timers: { [takeOver]: takeOverRefused(clock, ids) },
      followers: facts.followers,
      history: { stock: stockFacts, newValuer },
    };
  },
});
