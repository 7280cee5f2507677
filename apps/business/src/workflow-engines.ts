/** The engine that workflow instances run on: the embedded one, or Temporal where its packages are
 * installed. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  durableEngine,
  type InstanceActivities,
  type NewWorkflowEngine,
  type Runs,
  type WorkflowEngines,
} from '@morrow/workflow-keeper';
import { BootFaults } from './boot-faults.ts';
import { checkout, type Settings, type TemporalSettings } from './settings.ts';
/** What `adapters/temporal/worker` exports. It is no package of the workspace, so that nobody
 * installs Temporal who does not use it. */
export interface TemporalWorker {
  openTemporalRuns(settings: TemporalSettings, activities: InstanceActivities): Promise<Runs>;
  bundleInstanceWorkflow(): Promise<{ readonly code: string }>;
  replayInstanceWorkflow(history: unknown, workflowId: string): Promise<void>;
}

const folder = join(checkout, 'adapters/temporal/worker');
const notInstalled =
  'M_WORKFLOW_ENGINE is temporal, whose packages are not installed: run npm run temporal:install.';

/** Undefined where its packages are not installed, or it was not built for a process that was. */
export async function loadTemporalWorker(): Promise<TemporalWorker | undefined> {
  const isSource = import.meta.url.endsWith('.ts');
  const file = join(folder, isSource ? 'src/index.ts' : 'dist/index.js');
  const installed = join(folder, 'node_modules/@temporalio/worker/package.json');
  if (!existsSync(installed) || !existsSync(file)) return undefined;
  return (await import(pathToFileURL(file).href)) as TemporalWorker;
}

/** Instances as runs of Temporal; PostgreSQL stays the record. */
export const temporalEngine =
  (worker: TemporalWorker, settings: TemporalSettings): NewWorkflowEngine =>
  (options) =>
    durableEngine(options, (activities) => worker.openTemporalRuns(settings, activities));

/** Refuses with one sentence what cannot be had. */
export async function workflowEnginesOf({
  modules,
  temporal,
  workflowLeaseMs: leaseMs,
}: Pick<Settings, 'modules' | 'temporal' | 'workflowLeaseMs'>): Promise<WorkflowEngines> {
  if (!temporal || !modules.includes('workflows')) return { leaseMs };
  const worker = await loadTemporalWorker();
  if (!worker) throw new BootFaults([notInstalled]);
  return { newWorkflowEngine: temporalEngine(worker, temporal) };
}
