/** Orders: what customers order and give back. */
import { defineModule, implementation, type ModuleManifest } from '@morrow/contract';
import type { Engines } from '@morrow/document-keeper';
import { Companies } from '@morrow/protocol-companies';
import { Items } from '@morrow/protocol-items';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Returns } from '@morrow/protocol-returns';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import { followStock } from './follow-stock.ts';
import { followedByOrders, orderFacts } from './known-facts.ts';
import { ordersOperations } from './orders.operations.ts';
import { returnsOperations } from './returns.operations.ts';
import { salesOrder } from './sales-order.document.ts';
import { orderReturns, salesReturn } from './sales-return.document.ts';

export const manifest: ModuleManifest<Engines> = defineModule({
  name: 'orders',
  summary: 'Sales orders and returns',
  provides: [Orders, Returns],
  requires: [Companies, Items, Parties, Stock, Warehouses],
  handlers: [followStock],
  follows: followedByOrders,
  documents: [orderReturns, salesOrder, salesReturn] as unknown as ModuleManifest['documents'],
  keeps: [],
  start({ engines, clock, ids, port, extended, rules: rulesOf, newPulse }) {
    const [companies, items] = [port(Companies), port(Items)];
    const [parties, warehouses] = [port(Parties), port(Warehouses)];
    const facts = orderFacts({ companies, items, parties, warehouses }, clock);
    const type = extended(salesOrder);
    const rules = rulesOf('salesOrder', 'orderPlaced');
    const stock = port(Stock);
    const tools = { engines, clock, ids, facts, type, rules, stock, newPulse };
    return {
      implementations: [
        implementation(Orders, ordersOperations(tools)),
        implementation(Returns, returnsOperations(engines, clock, ids, facts)),
      ],
      tools,
      followers: facts.followers,
    };
  },
});
