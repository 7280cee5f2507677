/** The engine suite on real PostgreSQL: the embedded engine, and the interpreter that Temporal runs
 * with its runs in this process. */
import { durableEngine, embeddedEngine, type NewWorkflowEngine } from '@morrow/workflow-keeper';
import { describe } from 'vitest';
import { openRunsHere } from './engine-runs-world.ts';
import { workflowEngineFeatures } from './workflow-engine.features.ts';

const engines: Readonly<Record<string, NewWorkflowEngine>> = {
  'the embedded engine': embeddedEngine,
  'durable runs in this process': (options) => durableEngine(options, openRunsHere),
};

describe.each(Object.entries(engines))('%s', (_name, newEngine) => {
  workflowEngineFeatures(newEngine);
});
