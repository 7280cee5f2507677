/** Files what instances await, and looks for events that came before an await began. */
import type { Session } from '@morrow/document-keeper';
import type { Clock } from '@morrow/kernel';
import type { EventScope } from '@morrow/workflow-language';
import type { InstanceFields } from '../instance.ts';
import { openSteps } from '../work-of.ts';
import type { StoredInstance } from './stored-instance.ts';

/** Events may have been recorded by a clock that is behind so much. */
const clockSkewMs = 5_000;

/** Keys of the awaits that are open. */
const awaited = (fields: InstanceFields | undefined): ReadonlyMap<string, string> =>
  new Map(fields ? openSteps(fields).flatMap(([step, { key }]) => (key ? [[step, key]] : [])) : []);
const awaitedBefore = ({ before }: StoredInstance) =>
  awaited(before?.fields as InstanceFields | undefined);
const hasOther = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>) =>
  a.size !== b.size || [...a].some(([step, key]) => b.get(step) !== key);

/** Whether an advance begins or ends an await: then the keys have to be held while it is stored. */
export const changesAwaits = (held: StoredInstance): boolean =>
  held.machine.questions.length > 0 && hasOther(awaited(held.fields), awaitedBefore(held));

/** Inside a transaction: finds the events that new awaits look for, files what is awaited. */
export async function settleAwaits(
  session: Session,
  helds: readonly StoredInstance[],
  clock: Clock,
): Promise<void> {
  await lookBack(session, helds, clock);
  for (const held of helds) {
    const [old, now] = [awaitedBefore(held), awaited(held.fields)];
    const begun = [...now].filter(([step, key]) => old.get(step) !== key);
    const ended = [...old.keys()].filter((step) => now.get(step) !== old.get(step));
    if (ended.length) await session.workflow.forget(held.id, ended);
    const rows = begun.map(([step, key]) => ({ key, instance: held.id, step }));
    if (rows.length) await session.workflow.await(rows);
  }
}

/** Tells instances of events that came before their awaits began; what this begins
 * looks back too. */
async function lookBack(
  session: Session,
  helds: readonly StoredInstance[],
  clock: Clock,
): Promise<void> {
  const looked = new Map<StoredInstance, Set<string>>(helds.map((held) => [held, new Set()]));
  for (;;) {
    const sought = helds.flatMap((held) => {
      const old = awaitedBefore(held);
      const seen = looked.get(held);
      return [...awaited(held.fields)]
        .filter(([step, key]) => old.get(step) !== key && !seen?.has(step))
        .map(([step, key]) => ({ held, step, key }));
    });
    if (!sought.length) return;
    const keys = [...new Set(sought.map(({ key }) => key))];
    await session.workflow.lock(keys);
    const earliest = sought.map(({ held }) => held.fields.trigger.at).sort()[0] ?? '';
    const since = new Date(Date.parse(earliest) - clockSkewMs).toISOString();
    const rows = await session.workflow.heard(keys, since);
    for (const { held, step, key } of sought) {
      looked.get(held)?.add(step);
      const from = new Date(Date.parse(held.fields.trigger.at) - clockSkewMs).toISOString();
      for (const row of rows)
        if (row.key === key && row.at >= from) {
          const event = row.event as unknown as EventScope;
          await held.tell({ kind: 'came', step, event }, clock.now().toISOString());
        }
    }
  }
}
