/** The one workflow that Temporal knows: it drives an instance of any definition. Its code is
 * replayed, so what it does follows from what it was told; its name has a version. */
import { driveDurably, type DurableHost, type InstanceActivities } from '@morrow/workflow-keeper';
import {
  condition,
  continueAsNew,
  defineSignal,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { callLimitMs, newsSignal, type InstanceName } from './names.ts';

/** Copies what JSON has; scopes of expressions hold nothing else: what is stored and sent is JSON.
 * `Object.fromEntries` defines fields, so that one called `__proto__` stays a field. */
const copyOf = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, copyOf(held)]));
};

const own = globalThis as { structuredClone?: unknown };
// What the interpreter uses and the sandbox of Temporal has not.
own.structuredClone ??= copyOf;

/** Tried until somebody answers: what fails is the way, never the answer. */
const { load, call, store } = proxyActivities<InstanceActivities>({
  startToCloseTimeout: callLimitMs,
  retry: { initialInterval: 200, maximumInterval: 10_000 },
});
const news = defineSignal(newsSignal);

/** Exported under the name of the workflow type: another way of driving gets another name. */
async function drive(of: InstanceName): Promise<void> {
  let isNew = false;
  setHandler(news, () => {
    isNew = true;
  });
  const host: DurableHost = {
    now: () => Date.now(),
    // null on the wire where there is nothing
    load: async () => (await load(of)) ?? undefined,
    call: (asked) => call(of, asked),
    store: async (change) => (await store(of, change)) ?? undefined,
    hasNews: () => isNew,
    isLong: () => workflowInfo().continueAsNewSuggested,
    takeNews() {
      const was = isNew;
      isNew = false;
      return was;
    },
    async wait(isDue, waitMs) {
      if (waitMs === undefined) await condition(isDue);
      else await condition(isDue, waitMs);
    },
  };
  if ((await driveDurably(host)) === 'long') await continueAsNew<typeof drive>(of);
}
export { drive as 'morrow-instance-v1' };
