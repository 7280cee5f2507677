/** Stores what an operation decided, in one commit with its answer; decides again when the ground
 * has moved. */
import type { CallContext } from '@morrow/contract';
import {
  CommitRefused,
  type EntryRow,
  type Stores,
  type Timer,
  type Transition,
  type Unit,
} from '@morrow/engines';
import type { Clock, Instant } from '@morrow/kernel';

/** What a keeper needs of the machine. */
export interface Engines {
  readonly stores: Stores;
}

/** What an operation decided, and what it answers. */
export interface Change<Output> {
  readonly transitions: readonly Transition[];
  readonly entries?: readonly EntryRow[];
  readonly factsVersion?: number;
  readonly timers?: readonly Timer[];
  /** Ids of timers that shall not come any more. */
  readonly timersDropped?: readonly string[];
  readonly output: Output;
}

/** How often an operation decides anew before the conflict is its caller's. */
const attemptsMax = 8;

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

/** Decides and commits; a stale version or fact makes it decide again. Other
 * refusals are thrown. */
export async function commitChange<Output>(
  { stores }: Engines,
  clock: Clock,
  context: CallContext,
  decide: (attempt: number) => Promise<Change<Output>>,
): Promise<Output> {
  for (let attempt = 1; ; attempt++) {
    const change = await decide(attempt);
    if (isEmpty(change)) return change.output;
    try {
      await stores.of(context.tenant).commit(unitOf(context, clock.now(), change));
      context.receipt?.stored();
      return change.output;
    } catch (error) {
      if (!hasMoved(error) || attempt >= attemptsMax) throw error;
    }
  }
}

/** A decision that met a value which somebody else has just taken: decides again, for upserts. */
export async function againOnDuplicate<Output>(work: () => Promise<Output>): Promise<Output> {
  for (let attempt = 1; ; attempt++)
    try {
      return await work();
    } catch (error) {
      if (!isDuplicate(error) || attempt >= attemptsMax) throw error;
    }
}

/** Whether what a commit was decided on has moved: it may be decided again. */
export const hasMoved = (error: unknown): error is CommitRefused =>
  error instanceof CommitRefused &&
  (error.problem === 'staleVersion' || error.problem === 'staleFacts');
/** Whether a commit met a value that must be unique. */
export const isDuplicate = (error: unknown): error is CommitRefused =>
  error instanceof CommitRefused && error.problem === 'duplicate';
/** Whether a commit met an entry that stands already. */
export const isAlreadyPosted = (error: unknown): error is CommitRefused =>
  error instanceof CommitRefused && error.problem === 'alreadyPosted';
