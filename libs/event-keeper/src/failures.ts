/** What becomes of work that failed: which failures pass by themselves, and when the others are
 * tried again. */
import { isPlatformConflict, isProtocolError, type ProtocolError } from '@morrow/contract';
import { unknownLifecycle } from '@morrow/document-keeper';
import type { Clock } from '@morrow/kernel';

/** Seconds until failed work is tried again, by attempt; after the last a person must act. */
const backoffSeconds = [1, 5, 30, 120, 600, 3600];

/** When work that failed so many times before is tried next, ISO 8601; absent: never. */
export function nextTry(clock: Clock, attempts: number): string | undefined {
  const seconds = backoffSeconds[attempts];
  if (seconds === undefined) return undefined;
  return new Date(clock.now().getTime() + seconds * 1000).toISOString();
}

/** What a person reads of a failure, 300 characters at most. */
export const sentenceOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 300);

const reasonOf = ({ data }: ProtocolError) =>
  (data as { readonly reason?: unknown } | null)?.reason;

/** Failures that say nothing about the work itself: a neighbour or the database is away, or
 * somebody else was faster. */
export function isPassing(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const problem = 'problem' in error ? String(error.problem) : '';
  if (problem === 'staleVersion' || problem === 'staleFacts') return true;
  if (isProtocolError(error) && reasonOf(error) === unknownLifecycle) return false;
  if (isProtocolError(error) && isPlatformConflict(error)) return true;
  const fault = 'fault' in error ? String(error.fault) : '';
  const code = 'code' in error ? String(error.code) : '';
  return (
    ['unavailable', 'timeout', 'inFlight', 'exhausted'].includes(fault) ||
    /^(08|57P|53)|ECONN|EPIPE/.test(code) ||
    (error instanceof Error && /Connection terminated|connection/i.test(error.message))
  );
}
