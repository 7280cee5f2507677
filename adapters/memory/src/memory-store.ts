/** The store of one (tenant, domain) in memory, as one process has it open. Transactions run one
 * after the other; reads outside of them see what is committed. */
import { insideTransaction, watchTransactions } from '@morrow/contract';
import type { CommitPoint, Session, Store, StoredDomain, Unit } from '@morrow/engines';
import { readsOn, byId, documentsOf } from './documents.ts';
import { lettersInside, memoryInbox } from './inbox.ts';
import { memoryLedger } from './ledger-tables.ts';
import type { MemoryDatabase } from './memory-database.ts';
import { openMemoryRebuild } from './rebuild.ts';
import { memoryRelay, type CommitListeners } from './relay.ts';
import { memoryStock, stockInside } from './stock-tables.ts';
import { frozenCopy } from './table.ts';
import { Tables } from './tables.ts';
import { memoryTimers, timersInside } from './timers.ts';
import { memoryUpkeep } from './upkeep.ts';
import { memoryWorkflowUpkeep, workflowInside } from './workflow-tables.ts';
import { writeUnit } from './write-unit.ts';

export interface MemoryPlan {
  readonly domain: StoredDomain;
  readonly commitPoint: CommitPoint;
  onProblem(error: unknown): void;
}
/** Whether the relay or the timers have something to do after it. */
const isNews = ({ transitions, entries = [], timers = [] }: Unit) =>
  transitions.length > 0 || timers.length > 0 || entries.some(({ event }) => event);

/** Commits what the work writes into a draft, or nothing where it throws. */
type Committing = <T>(
  label: string,
  work: (draft: Tables, written: Unit[]) => Promise<T>,
) => Promise<T>;

function committingTo(
  database: MemoryDatabase,
  { commitPoint, onProblem }: MemoryPlan,
  listeners: CommitListeners,
): Committing {
  const tell = (told: Iterable<() => void>) => {
    for (const listener of told)
      try {
        listener();
      } catch (error) {
        onProblem(error);
      }
  };
  database.onWritten.add(() => tell(listeners.written));
  return async (label, work) => {
    let written: Unit[] = [];
    const result = await database.commit(
      (draft) => work(draft, (written = [])),
      (when) => commitPoint(label, when, written),
    );
    if (written.some(isNews)) tell(listeners.committed);
    tell(database.onWritten);
    return result;
  };
}

export function memoryStore(database: MemoryDatabase, plan: MemoryPlan): Store {
  watchTransactions();
  const { domain, commitPoint } = plan;
  const { tables, published } = database;
  const listeners: CommitListeners = { committed: [], written: [] };
  const committing = committingTo(database, plan, listeners);
  return {
    ...readsOn(tables, domain),
    commit: (unit) =>
      committing('store.commit', async (draft, written) => {
        writeUnit(draft, domain, unit);
        written.push(unit);
      }),
    transact: (label, work) =>
      committing(label, (draft, written) =>
        insideTransaction(domain.name, () => work(sessionOn(draft, domain, written))),
      ),
    async findReceipt(key) {
      const { at: _, ...receipt } = tables.receipts.get(key) ?? {};
      return 'key' in receipt ? receipt : undefined;
    },
    keepReceipt: (receipt) =>
      committing('store.keepReceipt', async ({ receipts }) => {
        const at = new Date().toISOString();
        if (!receipts.get(receipt.key)) receipts.set(receipt.key, frozenCopy({ ...receipt, at }));
      }),
    eventsSince: async (number, limit) => published.slice(number, number + limit),
    eventsOf: async (id) => published.filter(({ streamId }) => streamId === id),
    inbox: memoryInbox(database, commitPoint),
    timers: memoryTimers(database, commitPoint),
    relay: memoryRelay(database, commitPoint, listeners),
    ledger: memoryLedger(tables),
    stock: memoryStock(tables),
    workflow: memoryWorkflowUpkeep(database, commitPoint),
    upkeep: memoryUpkeep(database, domain, commitPoint),
    rebuild: () => openMemoryRebuild(database, domain, commitPoint),
  };
}

const sessionOn = (draft: Tables, domain: StoredDomain, written: Unit[]): Session => ({
  ...readsOn(draft, domain),
  async lockMany(name, ids) {
    const { table } = documentsOf(draft, domain, name);
    return [...new Set(ids)].flatMap((id) => table.get(id) ?? []).sort(byId);
  },
  stock: stockInside(draft),
  workflow: workflowInside(draft),
  async write(unit) {
    const inner = new Tables(domain, draft);
    writeUnit(inner, domain, unit);
    inner.merge();
    written.push(unit);
  },
  ...lettersInside(draft),
  ...timersInside(draft),
});
