/** What the worker, its clients and the workflow call each other. It imports nothing, so that it
 * can be bundled. */

/** Which instance. */
export interface InstanceName {
  readonly tenant: string;
  readonly id: string;
}
/** Workflow type and task queue: runs of this version go on with the code that they began with as
 * long as a worker for it runs; what drives differently takes the next number. */
export const instanceWorkflow = 'morrow-instance-v1';
/** Somebody else has stored something. */
export const newsSignal = 'news';
/** How long one activity may take: longer than the deadline of a call, so that a worker that is
 * gone is noticed and another one asks again under the same key. */
export const callLimitMs = 12_000;

/** Where Temporal is. */
export interface TemporalSettings {
  /** `host:port`. */
  readonly address: string;
  /** One for each installation: ids of instances are the ids of runs. */
  readonly namespace: string;
  /** `morrow-instance-v1` by default. */
  readonly taskQueue?: string | undefined;
}
