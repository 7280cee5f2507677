/** A history of Temporal as its server would have written it, for tests: of one run whose
 * activities were asked one after the other. */

/** An activity, and what it answered. */
export interface AskedActivity {
  readonly activity: 'load' | 'call' | 'store';
  readonly answer: unknown;
}

/** What a replay holds the code to. */
const idsAndTypesAreChecked = 1;

const payloads = (...values: readonly unknown[]) => ({
  payloads: values.map((value) => ({
    metadata: { encoding: Buffer.from('json/plain') },
    data: Buffer.from(JSON.stringify(value ?? null)),
  })),
});

/** The run of `of`, as a message of Temporal's protocol. */
export function historyOf(workflow: string, of: unknown, asked: readonly AskedActivity[]) {
  const events: object[] = [];
  const at = { seconds: Math.floor(Date.now() / 1000), nanos: 0 };
  const add = (eventType: number, name: string, attributes: object): number => {
    const eventId = events.length + 1;
    const told = { [`${name}EventAttributes`]: attributes };
    events.push({ eventId, eventTime: at, eventType, ...told });
    return eventId;
  };
  const taskQueue = { name: workflow, kind: 1 };
  const task = (): number => {
    const scheduledEventId = add(5, 'workflowTaskScheduled', {
      ...{ taskQueue, startToCloseTimeout: { seconds: 10 }, attempt: 1 },
    });
    const of = { scheduledEventId, identity: 'a worker' };
    const startedEventId = add(6, 'workflowTaskStarted', of);
    const sdkMetadata = { coreUsedFlags: [idsAndTypesAreChecked] };
    return add(7, 'workflowTaskCompleted', { ...of, startedEventId, sdkMetadata });
  };
  add(1, 'workflowExecutionStarted', {
    ...{ workflowType: { name: workflow }, taskQueue, input: payloads(of), attempt: 1 },
    ...{ originalExecutionRunId: 'run-1', firstExecutionRunId: 'run-1' },
    workflowTaskTimeout: { seconds: 10 },
  });
  asked.forEach(({ activity, answer }, number) => {
    const workflowTaskCompletedEventId = task();
    const scheduledEventId = add(10, 'activityTaskScheduled', {
      ...{ activityId: String(number + 1), activityType: { name: activity }, taskQueue },
      ...{ startToCloseTimeout: { seconds: 12 }, workflowTaskCompletedEventId },
    });
    const of = { scheduledEventId, identity: 'a worker', attempt: 1 };
    const startedEventId = add(11, 'activityTaskStarted', of);
    const result = payloads(answer);
    const done = { scheduledEventId, startedEventId, result };
    add(12, 'activityTaskCompleted', done);
  });
  const workflowTaskCompletedEventId = task();
  const ended = { workflowTaskCompletedEventId };
  add(2, 'workflowExecutionCompleted', ended);
  return { events };
}
