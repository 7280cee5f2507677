/** Upkeep of what is stored: canonical lines, laws, counts, and what goes after a while. */
import { fieldKinds } from '@morrow/contract';
import type { CommitPoint, LifecycleCountRow, StoredDomain, Upkeep } from '@morrow/engines';
import { canonicalJson, textOrder, type Json } from '@morrow/kernel';
import { faultsOf } from './laws.ts';
import { totalsOf } from './ledger-tables.ts';
import type { MemoryDatabase } from './memory-database.ts';
import { keyOf } from './table.ts';
import type { Tables } from './tables.ts';

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Canonical lines. Ids, which differ from one installation to the next, are left out. */
function digestOf(tables: Tables, { documents, keeps }: StoredDomain): readonly string[] {
  const shown = documents.flatMap(({ name, fields: declared }) =>
    (tables.documents.get(name)?.rows() ?? []).map(({ state, fields }) => {
      const plain: Record<string, Json> = {};
      for (const [field, { kind }] of Object.entries(declared))
        if (fieldKinds[kind].column !== 'uuid') plain[field] = fields[field] ?? null;
      return `document ${name} ${state} ${canonicalJson(plain)}`.replace(uuid, '*');
    }),
  );
  const turnovers = totalsOf(tables).flatMap(({ account, currency, period, debit, credit }) =>
    debit === credit ? [] : [`balance ${account} ${currency} ${period} ${debit - credit}`],
  );
  const stock = tables.balances
    .rows()
    .map((row) =>
      ['stock', row.warehouse, row.item, row.onHand, row.reserved, row.value].join(' '),
    );
  return [
    ...shown,
    ...(keeps.includes('book') ? turnovers : []),
    ...(keeps.includes('stock') ? stock : []),
  ];
}

function lifecyclesOf(tables: Tables, { documents }: StoredDomain): readonly LifecycleCountRow[] {
  const counts = new Map<string, LifecycleCountRow>();
  for (const { name: documentType } of documents)
    for (const { lifecycle, state } of tables.documents.get(documentType)?.rows() ?? []) {
      const { id, version, hash } = lifecycle;
      const key = keyOf(
        documents.findIndex(({ name }) => name === documentType),
        id,
        version,
        hash,
        state,
      );
      const { documents: before = 0 } = counts.get(key) ?? {};
      counts.set(key, { documentType, lifecycle, state, documents: before + 1 });
    }
  return [...counts].sort(([one], [other]) => textOrder(one, other)).map(([, count]) => count);
}

export function memoryUpkeep(
  database: MemoryDatabase,
  domain: StoredDomain,
  commitPoint: CommitPoint,
): Upkeep {
  const { tables } = database;
  return {
    async digestLines(from, bytesMax) {
      const all = digestOf(tables, domain);
      const start = Number(from);
      if (!/^\d*$/.test(from) || start > all.length) return undefined;
      const lines: string[] = [];
      let bytes = 0;
      for (const line of all.slice(start)) {
        bytes += Buffer.byteLength(line) + 1;
        if (lines.length && bytes > bytesMax) return { lines, next: String(start + lines.length) };
        lines.push(line);
      }
      return { lines };
    },
    faults: async () => faultsOf(tables, domain),
    lifecycles: async () => lifecyclesOf(tables, domain),
    pruneReceipts: (before, limit) =>
      database.commit(
        async ({ receipts }) => {
          const old = receipts.rows().filter(({ at }) => at < before);
          const pruned = old.slice(0, limit);
          for (const { key } of pruned) receipts.delete(key);
          return pruned.length;
        },
        (when) => commitPoint('receipts.prune', when),
      ),
    async noteReplay(state) {
      database.replay = structuredClone(state);
    },
    async lastReplay() {
      const { replay: state, isRebuilding: isUnderWay } = database;
      return state && { state, isUnderWay };
    },
  };
}
