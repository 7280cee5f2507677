/** How often a call of a workflow is tried, and how long it waits between two tries. */
import { durationMs, type CallStep } from '@morrow/workflow-language';

export interface RetryPolicy {
  /** Tries in all, the first one too. */
  readonly triesMax: number;
  readonly waitMs: number;
  readonly factor: number;
  readonly waitMsMax: number;
}

/** What holds where a step says nothing: five tries, 1, 2, 4 and 8 seconds apart. */
export const usualRetry: RetryPolicy = {
  triesMax: 5,
  waitMs: 1000,
  factor: 2,
  waitMsMax: 3_600_000,
};

/** The policy of a step. Without `most` no wait is longer than an hour, or than `wait`. */
export function retryOf({ retry }: Pick<CallStep, 'retry'>): RetryPolicy {
  if (!retry) return usualRetry;
  const waitMs = durationMs(retry.wait);
  return {
    triesMax: retry.times,
    waitMs,
    factor: retry.factor ?? usualRetry.factor,
    waitMsMax: retry.most ? durationMs(retry.most) : Math.max(waitMs, usualRetry.waitMsMax),
  };
}

/** Milliseconds to wait after so many tries that failed, from 1; undefined where that was the
 * last one. */
export function waitMsAfter(policy: RetryPolicy, tries: number): number | undefined {
  if (tries >= policy.triesMax) return undefined;
  return Math.min(Math.round(policy.waitMs * policy.factor ** (tries - 1)), policy.waitMsMax);
}
