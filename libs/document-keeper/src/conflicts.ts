/** Decides again after a conflict: callers that lost take turns, so that each of them gets
 * through. */
import { CommitRefused } from '@morrow/engines';

/** How often an operation decides before its caller is told of the conflict. */
export const decisionsMax = 30;

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

/** The last turn of each subject, per set of stores and tenant. */
const turns = new WeakMap<object, Map<string, Promise<unknown>>>();

/** Runs the work after everybody who waits for the same subject in this process. Callers that have
 * not met a conflict yet do not wait. */
async function inTurn<T>(scope: object, subject: string, work: () => Promise<T>): Promise<T> {
  const ofScope = turns.get(scope) ?? new Map<string, Promise<unknown>>();
  turns.set(scope, ofScope);
  const before = ofScope.get(subject);
  const mine = (before ?? Promise.resolve()).then(work, work);
  const settled = mine.catch(() => undefined);
  ofScope.set(subject, settled);
  try {
    return await mine;
  } finally {
    if (ofScope.get(subject) === settled) ofScope.delete(subject);
  }
}

/** Where conflicts meet: the stores of a process, and whose data they are. */
export interface Meeting {
  readonly stores: object;
  readonly tenant: string;
}

/** Runs the work until it meets no conflict that `isPassing`; from the second attempt on, those who
 * met the same subject run one after another. Throws the last conflict after 30 attempts, and every
 * other error at once. The work must decide anew on each attempt and must not wait for another
 * command of its own domain. */
export async function untilNoConflict<T>(
  { stores, tenant }: Meeting,
  isPassing: (error: unknown) => error is CommitRefused,
  work: (attempt: number) => Promise<T>,
): Promise<T> {
  let conflict: CommitRefused | undefined;
  for (let attempt = 1; ; attempt++)
    try {
      const subject = conflict?.problem === 'staleFacts' ? undefined : conflict?.subject;
      if (subject === undefined) return await work(attempt);
      return await inTurn(stores, `${tenant}|${subject}`, () => work(attempt));
    } catch (error) {
      if (!isPassing(error) || attempt >= decisionsMax) throw error;
      conflict = error;
    }
}
