/** A rebuild: derives the tables anew from a snapshot of the events, beside those in use, compares
 * them, and may put them in their place. */
import type {
  CommitPoint,
  Derived,
  MovementFact,
  Rebuild,
  StockFact,
  StoredDomain,
  Stream,
  ValueMovements,
} from '@morrow/engines';
import { textOrder } from '@morrow/kernel';
import { documentsOf } from './documents.ts';
import type { MemoryDatabase } from './memory-database.ts';
import { compareTables } from './rebuild-compare.ts';
import { insertMovements, newBalance } from './stock-tables.ts';
import { stockWaiting } from './stock-waiting.ts';
import { Table } from './table.ts';
import { balanceKey, balanceOrder, Tables } from './tables.ts';

/** What streams give, until it is settled. */
class Derivation {
  readonly tables: Tables;
  readonly #domain: StoredDomain;
  readonly #facts = new Map<string, readonly StockFact[]>();
  constructor(domain: StoredDomain) {
    this.#domain = domain;
    this.tables = new Tables(domain);
  }
  /** Rows of a stream that was written before are replaced. */
  async write(derived: readonly Derived[]): Promise<void> {
    const { await: queue, forget } = stockWaiting(this.tables);
    for (const { streamId, document, entries, facts } of derived) {
      if (document) {
        const { documentType, row } = document;
        documentsOf(this.tables, this.#domain, documentType).table.set(row.id, row);
      }
      for (const { event: _, ...entry } of entries) this.tables.entries.set(entry.id, entry);
      this.#facts.set(streamId, facts);
      await forget([streamId]);
      const waiting = facts.flatMap(({ fact, ...row }) =>
        fact === 'waiting' && 'rank' in row ? [{ ...row, reservation: streamId }] : [],
      );
      await queue(waiting);
    }
  }
  settle(value: ValueMovements): void {
    const { balances, movements } = this.tables;
    for (const table of [balances, movements]) table.replaceWith(new Table<never>());
    const facts = [...this.#facts.values()].flat();
    const moved = facts.filter((fact): fact is MovementFact => fact.fact === 'movement');
    moved.sort((one, other) => balanceOrder(one, other) || textOrder(one.place, other.place));
    insertMovements(this.tables, value(moved));
    for (const [key, rows] of movements.entries()) {
      const last = rows.at(-1);
      if (!last) continue;
      const { onHandAfter: onHand, valueAfter, costAfter: lastCost, place: lastPlace } = last;
      balances.set(key, { ...newBalance(last), onHand, value: valueAfter, lastCost, lastPlace });
    }
    for (const fact of facts) {
      if (fact.fact !== 'reserved') continue;
      const before = balances.get(balanceKey(fact)) ?? newBalance(fact);
      balances.set(balanceKey(fact), { ...before, reserved: before.reserved + fact.quantity });
    }
  }
}

/** Undefined while another rebuild is under way. */
export async function openMemoryRebuild(
  database: MemoryDatabase,
  domain: StoredDomain,
  commitPoint: CommitPoint,
): Promise<Rebuild | undefined> {
  if (database.isRebuilding) return undefined;
  database.isRebuilding = true;
  const { tables } = database;
  const snapshot = new Map(tables.streams.entries());
  const derivation = new Derivation(domain);
  const streamsIn = (known: Iterable<readonly [string, Stream['events']]>): readonly Stream[] =>
    Array.from(known, ([id, events]) => ({
      ...{ id, events, documentType: events[0]?.documentType ?? '' },
    }));
  return {
    count: async () => [...snapshot.values()].flat().length,
    async *streams() {
      yield streamsIn(snapshot);
    },
    write: (derived) => derivation.write(derived),
    settle: async (value) => derivation.settle(value),
    compare: async (steps) =>
      compareTables(domain, { stored: tables, rebuilt: derivation.tables }, steps),
    swap: (derive, newValuer) =>
      database.commit(
        async (draft) => {
          const late = [...draft.streams.entries()].filter(
            ([id, events]) => snapshot.get(id) !== events,
          );
          await derivation.write(streamsIn(late).map(derive));
          if (late.length) derivation.settle(newValuer());
          replaceDerived(draft, derivation.tables);
        },
        (when) => commitPoint('replay.swap', when),
      ),
    async close() {
      database.isRebuilding = false;
    },
  };
}

function replaceDerived(tables: Tables, derived: Tables): void {
  for (const [name, table] of tables.documents)
    table.replaceWith(derived.documents.get(name) ?? new Table());
  tables.entries.replaceWith(derived.entries);
  tables.balances.replaceWith(derived.balances);
  tables.movements.replaceWith(derived.movements);
  tables.waiting.replaceWith(derived.waiting);
}
