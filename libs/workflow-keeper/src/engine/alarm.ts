/** The one timer of an instance: who works on it until when, or when somebody has to. */
import type { Timer } from '@morrow/document-keeper';
import { isOver } from '../instance.ts';
import type { StoredInstance } from './stored-instance.ts';

/** Name of the timers of instances: the engines claim them. */
export const alarmName = 'instance';
/** How long whoever works on an instance is waited for, unless its book says otherwise. */
export const usualLeaseMs = 10_000;
/** The part of a lease that one try of a call may take; what takes longer is asked for again under
 * the same key. */
export const callShare = 0.8;
/** How much longer, as a part of a lease, one that does not keep to its deadline is waited for. */
export const overdueShare = 0.05;
/** How long one that is parked waits until somebody looks whether it may go on. */
export const parkedMs = 15_000;
/** Who goes on with an instance after its commit; undefined: whoever claims its alarm. */
export type Owner = string | undefined;

/** The timer of an instance after a commit. */
export function alarmOf(
  held: StoredInstance,
  owner: Owner,
  now: Date,
  leaseMs: number,
): Timer | undefined {
  const { id, fields, state } = held;
  if (isOver(state)) return undefined;
  const at = (ms: number) => new Date(now.getTime() + ms).toISOString();
  const alarm = (dueAt: string, data: Timer['data'] = {}): Timer => ({
    ...{ id, dueAt, streamId: id, name: alarmName, data },
  });
  if (fields.parked !== null) return alarm(at(parkedMs));
  const { calls, wakeAt } = held.workAt(now.toISOString());
  if (calls.length) return owner === undefined ? alarm(at(0)) : alarm(at(leaseMs), { owner });
  return wakeAt === undefined ? undefined : alarm(wakeAt);
}
