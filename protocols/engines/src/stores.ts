/** Opens the store of a (tenant, domain); nothing else knows where databases are. */
import type { Store } from './store.ts';

export interface Stores {
  /** The store of this domain for the tenant; opened at first use. Throws for an unknown tenant. */
  of(tenant: string): Store;
  tenants(): readonly string[];
}
