/** Counts documents by the version of their lifecycle and their state. */
import type { LifecycleCountRow } from '@morrow/engines';
import type { DocumentTable } from './document-table.ts';
import type { Run } from './run.ts';

interface PinRecord {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly hash: string;
  readonly state: string;
  readonly documents: number;
}

export async function lifecycleCounts(
  run: Run,
  tables: readonly DocumentTable[],
): Promise<readonly LifecycleCountRow[]> {
  const counts = tables.map(({ name, documentType }) =>
    run<PinRecord>(
      `select '${documentType}' as type, lifecycle_id as id, lifecycle_version as version,
         lifecycle_hash as hash, state, count(*)::int as documents
       from "${name}" group by 2, 3, 4, 5 order by 2, 3, 4, 5`,
    ),
  );
  return (await Promise.all(counts)).flat().map(({ type, state, documents, ...lifecycle }) => ({
    documentType: type,
    lifecycle,
    state,
    documents,
  }));
}
