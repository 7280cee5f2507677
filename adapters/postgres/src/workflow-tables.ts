/** What workflows wait for: events by their keys, and the steps that await them. */
import type {
  AwaitingStep,
  CommitPoint,
  HeardEventRow,
  WorkflowTables,
  WorkflowUpkeep,
} from '@morrow/engines';
import type { Run } from './run.ts';

interface HeardRecord {
  readonly key: string;
  readonly producer: string;
  readonly number: bigint;
  readonly event: HeardEventRow['event'];
  readonly at: Date;
}
const heardOf = ({ number, at, ...rest }: HeardRecord): HeardEventRow => ({
  ...rest,
  number: Number(number),
  at: at.toISOString(),
});

export const workflowTables = (run: Run): WorkflowTables => ({
  async lock(keys) {
    // in the order of what is locked: two keys may have one hash
    await run(
      `with hashes as materialized (
         select distinct hashtextextended(current_schema() || ' ' || key, 0) as hash
         from unnest($1::text[]) key order by 1)
       select pg_advisory_xact_lock(hash) from hashes`,
      [keys],
    );
  },
  async hear(events) {
    if (!events.length) return;
    await run(
      `insert into workflow_heard
       select * from json_populate_recordset(null::workflow_heard, $1::json)
       order by key, producer, number on conflict do nothing`,
      [JSON.stringify(events)],
    );
  },
  async heard(keys, since) {
    const rows = await run<HeardRecord>(
      `select * from workflow_heard where key = any($1::text[]) and at >= $2
       order by at, producer collate "C", number, key collate "C"`,
      [keys, since],
    );
    return rows.map(heardOf);
  },
  async await(steps) {
    if (!steps.length) return;
    await run(
      `insert into workflow_awaiting
       select * from json_populate_recordset(null::workflow_awaiting, $1::json)
       order by key, instance, step on conflict do nothing`,
      [JSON.stringify(steps)],
    );
  },
  async awaiting(keys) {
    const text = `select key, instance, step from workflow_awaiting where key = any($1::text[])
      order by instance, step collate "C", key collate "C"`;
    return run<AwaitingStep & Record<string, unknown>>(text, [keys]);
  },
  async forget(instance, steps) {
    await run(
      `delete from workflow_awaiting
       where instance = $1 and ($2::text[] is null or step = any($2::text[]))`,
      [instance, steps ?? null],
    );
  },
});

export const workflowUpkeep = (run: Run, commitPoint: CommitPoint): WorkflowUpkeep => ({
  async prune(before, limit) {
    commitPoint('workflow.prune', 'before');
    const [row] = await run<{ n: number }>(
      `with pruned as (delete from workflow_heard where ctid = any(array(
         select ctid from workflow_heard where at < $1 order by at limit $2)) returning 1)
       select count(*)::int as n from pruned`,
      [before, limit],
    );
    commitPoint('workflow.prune', 'after');
    return row?.n ?? 0;
  },
});
