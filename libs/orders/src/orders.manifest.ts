/** Orders: what customers order and give back. */
import { implementation, type ModuleManifest, type Protocol } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
import { Items } from '@morrow/protocol-items';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Returns } from '@morrow/protocol-returns';
import { Stock } from '@morrow/protocol-stock';
import { customerFacts } from './customer-facts.ts';
import { followStock } from './follow-stock.ts';
import { itemFacts } from './item-facts.ts';
import { ordersOperations } from './orders.operations.ts';
import { returnsOperations } from './returns.operations.ts';
import { salesOrder } from './sales-order.document.ts';
import { salesReturn } from './sales-return.document.ts';

export const manifest: ModuleManifest<Engines> = {
  name: 'orders',
  summary: 'Sales orders and returns',
  provides: [Orders, Returns] as unknown as readonly Protocol[],
  requires: [Items, Parties] as unknown as readonly Protocol[],
  listens: [Stock] as unknown as readonly Protocol[],
  documents: [salesOrder, salesReturn] as unknown as ModuleManifest['documents'],
  keeps: [],
  start({ engines, clock, ids, port, extended, rules: rulesOf }) {
    const facts = { ...itemFacts(port(Items)), ...customerFacts(port(Parties), clock) };
    const type = extended(salesOrder);
    const rules = rulesOf('salesOrder', 'orderPlaced');
    return {
      implementations: [
        implementation(Orders, ordersOperations({ engines, clock, ids, facts, type, rules })),
        implementation(Returns, returnsOperations(engines, clock, ids, facts)),
      ],
      handlers: [followStock(clock, type)],
    };
  },
};
