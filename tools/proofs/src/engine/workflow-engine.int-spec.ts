/** The engine suite on real PostgreSQL: the embedded engine, the interpreter that Temporal runs,
 * with its runs in this process, and Temporal itself where TEMPORAL_ADDRESS names a server. */
import { loadTemporalWorker, temporalEngine } from '@morrow/business/parts/workflow-engines';
import { durableEngine, embeddedEngine, type NewWorkflowEngine } from '@morrow/workflow-keeper';
import { describe, it } from 'vitest';
import { openRunsHere } from './engine-runs-world.ts';
import { workflowEngineFeatures } from './workflow-engine.features.ts';

const engines: Readonly<Record<string, NewWorkflowEngine>> = {
  'the embedded engine': embeddedEngine,
  'durable runs in this process': (options) => durableEngine(options, openRunsHere),
};

describe.each(Object.entries(engines))('%s', (_name, newEngine) => {
  workflowEngineFeatures(newEngine);
});

const address = process.env['TEMPORAL_ADDRESS'];
const worker = await loadTemporalWorker();
if (address && worker)
  describe('Temporal', () => {
    // a sentence has its own stores, and so its own queue
    const queues = new WeakMap<object, string>();
    workflowEngineFeatures((options) => {
      const taskQueue = queues.get(options.stores) ?? `suite-${options.owner}`;
      queues.set(options.stores, taskQueue);
      return temporalEngine(worker, { address, namespace: 'default', taskQueue })(options);
    });
  });
else
  it.skip(
    `Temporal: ${
      worker
        ? 'TEMPORAL_ADDRESS is not set'
        : 'its packages are not installed, npm run temporal:install'
    }`,
  );
