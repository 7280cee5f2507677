/** Instances as runs of Temporal: a worker in this process, and a client that tells the runs. */
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { bundleInstanceWorkflow } from './bundle.ts';
import { instanceWorkflow, newsSignal, type InstanceName, type TemporalSettings } from './names.ts';

export { bundleInstanceWorkflow } from './bundle.ts';
export type { InstanceName, TemporalSettings } from './names.ts';

/** What runs ask of this process; JSON. */
type Activities = Readonly<
  Record<'load' | 'call' | 'store', (of: InstanceName, asked: never) => Promise<unknown>>
>;
interface Runs {
  tell(of: InstanceName): Promise<void>;
  close(): Promise<void>;
}

/** Instances of all tenants share one bundle in a process. */
let bundled: ReturnType<typeof bundleInstanceWorkflow> | undefined;
let hasRuntime = false;

/** The process stops by itself: the runtime shall not listen for signals. */
function quietRuntime(): void {
  if (hasRuntime) return;
  hasRuntime = true;
  Runtime.install({ logger: new DefaultLogger('WARN'), shutdownSignals: [] });
}

/** Runs the history of an instance through the code of today; throws where that would have done
 * otherwise. Needs no server. */
export async function replayInstanceWorkflow(history: unknown, workflowId: string): Promise<void> {
  quietRuntime();
  bundled ??= bundleInstanceWorkflow();
  await Worker.runReplayHistory({ workflowBundle: await bundled }, history, workflowId);
}

/** Connects; throws where the server does not answer. */
export async function openTemporalRuns(
  { address, namespace, taskQueue = instanceWorkflow }: TemporalSettings,
  activities: Activities,
): Promise<Runs> {
  quietRuntime();
  bundled ??= bundleInstanceWorkflow();
  const workflowBundle = await bundled;
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    ...{ connection: native, namespace, taskQueue, workflowBundle },
    activities: { ...activities },
    shutdownGraceTime: '15 seconds',
  });
  const running = worker.run();
  const { workflow } = new Client({ connection, namespace });
  return {
    /** Begins the run where there is none, tells it where there is: one request, in any number. */
    async tell(of) {
      await workflow.signalWithStart(instanceWorkflow, {
        ...{ workflowId: of.id, taskQueue, args: [of], signal: newsSignal, signalArgs: [] },
      });
    },
    async close() {
      worker.shutdown();
      await running;
      await Promise.all([connection.close(), native.close()]);
    },
  };
}
