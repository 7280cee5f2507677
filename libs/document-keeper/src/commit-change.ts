/** Stores what an operation decided, in one commit with its answer; decides again when the ground
 * has moved. */
import type { CallContext } from '@morrow/contract';
import type { EntryRow, Session, Timer, Transition, Unit } from '@morrow/engines';
import type { Clock, Instant } from '@morrow/kernel';
import type { Engines } from './documents.ts';
import { decisionsMax, hasMoved, isDuplicate, untilNoConflict } from './conflicts.ts';

/** What an operation decided, and what it answers. */
export interface Change<Output> {
  readonly transitions: readonly Transition[];
  readonly entries?: readonly EntryRow[];
  readonly factsVersion?: number;
  readonly timers?: readonly Timer[];
  /** Ids of timers to cancel. */
  readonly timersDropped?: readonly string[];
  readonly output: Output;
}

/** The unit of a change: who, when, and the receipt of the command under way. */
export const unitOf = <Output>(
  context: CallContext,
  at: Instant,
  change: Change<Output>,
): Unit => ({
  meta: {
    actor: context.actor,
    trace: context.trace,
    ...(context.onBehalfOf === undefined ? {} : { onBehalfOf: context.onBehalfOf }),
  },
  at: at.toISOString(),
  transitions: change.transitions,
  receipt: context.receipt?.settle(change.output),
  entries: change.entries,
  timers: change.timers,
  timersDropped: change.timersDropped,
  factsVersion: change.factsVersion,
});

const isEmpty = ({ transitions, entries = [], timers = [], timersDropped = [] }: Change<unknown>) =>
  transitions.length + entries.length + timers.length + timersDropped.length === 0;

/** Decides and commits; a stale version or fact makes it decide again, in turn with the others that
 * met the same document. Other refusals are thrown, and a conflict that stays. */
export async function commitChange<Output>(
  { stores }: Pick<Engines, 'stores'>,
  clock: Clock,
  context: CallContext,
  decide: (attempt: number) => Promise<Change<Output>>,
): Promise<Output> {
  const { tenant } = context;
  return untilNoConflict({ stores, tenant }, hasMoved, async (attempt) => {
    const change = await decide(attempt);
    if (isEmpty(change)) return change.output;
    await stores.of(tenant).commit(unitOf(context, clock.now(), change));
    context.receipt?.stored();
    return change.output;
  });
}

/** Runs the work in a transaction of the tenant's store, and again where a document that it had
 * read without a lock was changed by somebody else. */
export const transactChange = <Output>(
  { stores }: Pick<Engines, 'stores'>,
  { tenant }: CallContext,
  label: string,
  work: (session: Session) => Promise<Output>,
): Promise<Output> =>
  untilNoConflict({ stores, tenant }, hasMoved, () => stores.of(tenant).transact(label, work));

/** A decision that met a value which somebody else has just taken: decides again, for upserts. */
export async function againOnDuplicate<Output>(work: () => Promise<Output>): Promise<Output> {
  for (let attempt = 1; ; attempt++)
    try {
      return await work();
    } catch (error) {
      if (!isDuplicate(error) || attempt >= decisionsMax) throw error;
    }
}
