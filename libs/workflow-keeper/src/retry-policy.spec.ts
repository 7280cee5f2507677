// How long a call waits between its tries.
import { expect, it } from 'vitest';
import { retryOf, waitMsAfter, type RetryPolicy } from './retry-policy.ts';

it('a call is tried as its step says, and as usual where it says nothing', () => {
  const waits = (policy: RetryPolicy) =>
    Array.from({ length: policy.triesMax }, (_, at) => waitMsAfter(policy, at + 1));
  expect(waits(retryOf({}))).toEqual([1000, 2000, 4000, 8000, undefined]);
  const retry = { times: 5, wait: 'PT1S', factor: 3, most: 'PT10S' };
  expect(waits(retryOf({ retry }))).toEqual([1000, 3000, 9000, 10_000, undefined]);
  expect(retryOf({ retry: { times: 2, wait: 'PT2H' } }).waitMsMax).toBe(7_200_000);
});
