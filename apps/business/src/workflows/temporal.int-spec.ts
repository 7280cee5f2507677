/** The choice of an engine, and the workflow that Temporal replays, as far as it goes without a
 * server. */
import { describe, expect, it } from 'vitest';
import { readSettings } from '../settings.ts';
import { loadTemporalWorker, workflowEnginesOf } from '../workflow-engines.ts';

const worker = await loadTemporalWorker();
const modules = ['workflows'];
const temporal = { address: 'localhost:7233', namespace: 'default' };

describe('the setting of the workflow engine', () => {
  const chosen = (env: NodeJS.ProcessEnv) => readSettings(env).temporal;
  it('is the embedded one where nothing is said, and Temporal with its address', () => {
    const M_WORKFLOW_ENGINE = 'temporal';
    expect(chosen({})).toBeUndefined();
    expect(chosen({ M_WORKFLOW_ENGINE, TEMPORAL_ADDRESS: 'localhost:7233' })).toEqual(temporal);
    expect(() => chosen({ M_WORKFLOW_ENGINE })).toThrow(/TEMPORAL_ADDRESS is not set/);
    expect(() => chosen({ M_WORKFLOW_ENGINE: 'other' })).toThrow(/choose embedded or temporal/);
  });
  it('asks for nothing where no workflows are hosted', async () => {
    expect(await workflowEnginesOf({ modules: ['orders'], temporal })).toEqual({});
    expect(await workflowEnginesOf({ modules, temporal: undefined })).toEqual({});
  });
  it.skipIf(worker)('is refused in one sentence where Temporal is not installed', async () => {
    await expect(workflowEnginesOf({ modules, temporal })).rejects.toThrow(
      /^M_WORKFLOW_ENGINE is temporal, .* run npm run temporal:install\.$/,
    );
  });
});

if (worker)
  it('is bundled with the interpreter and JSONata, and with no module of Node', async () => {
    const { code } = await worker.bundleInstanceWorkflow();
    expect(code).toContain('morrow-instance-v1');
    expect(code).toContain('driveDurably');
    expect(code).toContain('jsonata.__evaluate_entry');
    expect(code).not.toMatch(/require\("node:/);
  });
else it.skip('is bundled: Temporal is not installed here, npm run temporal:install');
