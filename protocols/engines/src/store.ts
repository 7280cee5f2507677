/** The port of a domain's database: documents, events, receipts and keepers' rows that commit
 * together. */
import type { DocumentType, Kept, Receipt } from '@morrow/contract';
import type { Reads } from './documents.ts';
import type { StoredEvent } from './events.ts';
import type { Inbox } from './inbox.ts';
import type { LedgerTables } from './ledger-tables.ts';
import type { Rebuild } from './rebuild.ts';
import type { Relay } from './relay.ts';
import type { Session } from './session.ts';
import type { StockReads } from './stock-tables.ts';
import type { Timers } from './timers.ts';
import type { Unit } from './unit.ts';
import type { Upkeep } from './upkeep.ts';
import type { WorkflowUpkeep } from './workflow-tables.ts';

/** The database of one (tenant, domain). */
export interface Store extends Reads {
  /** Commits one unit, sharing the commit with whoever commits at the same time. */
  commit(unit: Unit): Promise<void>;
  /** Runs the work in a transaction of its own; the label names the commit point. */
  transact<T>(label: string, work: (session: Session) => Promise<T>): Promise<T>;
  findReceipt(key: string): Promise<Receipt | undefined>;
  keepReceipt(receipt: Receipt): Promise<void>;
  /** Published events with a number above the one given, in order. */
  eventsSince(number: number, limit: number): Promise<readonly StoredEvent[]>;
  eventsOf(streamId: string): Promise<readonly StoredEvent[]>;
  readonly inbox: Inbox;
  readonly timers: Timers;
  readonly relay: Relay;
  readonly ledger: LedgerTables;
  readonly stock: StockReads;
  readonly workflow: WorkflowUpkeep;
  readonly upkeep: Upkeep;
  /** Begins a rebuild from events; undefined while another one is under way. */
  rebuild(): Promise<Rebuild | undefined>;
}

/** What a store knows of its domain. */
export interface StoredDomain {
  readonly name: string;
  readonly documents: readonly DocumentType[];
  readonly keeps: readonly Kept[];
  /** Document types that postings are decided on. */
  readonly facts?: readonly string[] | undefined;
}

/** Opens the store of a (tenant, domain); nothing else knows where databases are. */
export interface Stores {
  /** The store of this domain for the tenant; opened at first use. Throws for an unknown tenant. */
  of(tenant: string): Store;
  tenants(): readonly string[];
}

/** The stores of one domain, and what is done to the database of a tenant as a whole. */
export interface TenantStores extends Stores {
  /** Makes the tenant's database; `copy`: from what `setAside` named so. */
  addTenant(name: string, copy?: string): Promise<void>;
  /** Serves the tenant no longer; nothing is deleted. */
  dropTenant(name: string): Promise<void>;
  /** Renames the database of a tenant that is no longer served; gives its new name, undefined where
   * there is none. */
  setAside(name: string, copy: string): Promise<string | undefined>;
  /** The databases of the tenants, with their bytes on disk. */
  usage(): Promise<readonly TenantUsage[]>;
  close(): Promise<void>;
}
export interface TenantUsage {
  readonly tenant: string;
  readonly database: string;
  readonly bytes: number;
}
