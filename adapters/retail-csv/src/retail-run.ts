/** A run of an import: the protocols that it speaks to, and what each of its steps works with. */
import type { CallContext } from '@morrow/contract';
import type { Companies } from '@morrow/protocol-companies';
import type { Imports } from '@morrow/protocol-imports';
import type { Items } from '@morrow/protocol-items';
import type { Ledger } from '@morrow/protocol-ledger';
import type { Orders } from '@morrow/protocol-orders';
import type { Parties } from '@morrow/protocol-parties';
import type { Returns } from '@morrow/protocol-returns';
import type { Stock } from '@morrow/protocol-stock';
import type { Warehouses } from '@morrow/protocol-warehouses';
import type { Attempts } from './attempts.ts';
import type { Tally } from './tally.ts';

export interface RetailPorts {
  readonly companies: Companies;
  readonly imports: Imports;
  readonly items: Items;
  readonly ledger: Ledger;
  readonly orders: Orders;
  readonly parties: Parties;
  readonly returns: Returns;
  readonly stock: Stock;
  readonly warehouses: Warehouses;
}

/** What each step works with. */
export interface Run extends Attempts {
  readonly ports: RetailPorts;
  readonly tally: Tally;
  /** A context for a query. */
  asking(): CallContext;
  /** Records what is booked so far. */
  progressed(): Promise<void>;
}
