/** The choice of an engine, and the workflow that Temporal replays, as far as it goes without a
 * server. */
import { readSettings } from '@morrow/business/parts/settings';
import { loadTemporalWorker, workflowEnginesOf } from '@morrow/business/parts/workflow-engines';
import { present } from '@morrow/kernel';
import { durableEngine, type InstanceName } from '@morrow/workflow-keeper';
import { describe, expect, it } from 'vitest';
import { openRunsHere } from './engine-runs-world.ts';
import { engineWorld } from './engine-world.ts';
import { historyOf, type AskedActivity } from './temporal-history-world.ts';

const worker = await loadTemporalWorker();
const modules = ['workflows'];
const workflowLeaseMs = undefined;
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
  it('has a lease for the embedded one: half a second at least, an hour at most', () => {
    const leaseOf = (ms: string, env: NodeJS.ProcessEnv = {}) =>
      readSettings({ ...env, M_WORKFLOW_LEASE_MS: ms }).workflowLeaseMs;
    expect(['', '500', '3600000'].map((ms) => leaseOf(ms))).toEqual([undefined, 500, 3_600_000]);
    for (const ms of ['499', '500.5', '-1', 'soon', '3600001'])
      expect(() => leaseOf(ms)).toThrow(
        `M_WORKFLOW_LEASE_MS is ${ms}: choose a whole number from 500 to 3600000.`,
      );
    const env = { M_WORKFLOW_ENGINE: 'temporal', TEMPORAL_ADDRESS: 'localhost:7233' };
    expect(() => leaseOf('700', env)).toThrow(/is for the embedded engine/);
  });
  it('asks for nothing where no workflows are hosted', async () => {
    const embedded = { temporal: undefined, workflowLeaseMs: 700 };
    expect(await workflowEnginesOf({ modules: ['orders'], temporal, workflowLeaseMs })).toEqual({});
    expect(await workflowEnginesOf({ modules, ...embedded })).toEqual({ leaseMs: 700 });
  });
  it.skipIf(worker)('is refused in one sentence where Temporal is not installed', async () => {
    await expect(workflowEnginesOf({ modules, temporal, workflowLeaseMs })).rejects.toThrow(
      /^M_WORKFLOW_ENGINE is temporal, .* run npm run temporal:install\.$/,
    );
  });
});

const input = { order: '=trigger.data.order' };
const steps = {
  reserve: { call: 'floor.reserve', input },
  ship: { after: ['reserve'], call: 'floor.ship', input, when: '$number(trigger.data.order) > 0' },
};

/** What a run of two steps asks for, and is answered on a real database. */
async function played(): Promise<{ readonly of: InstanceName; readonly asked: AskedActivity[] }> {
  const asked: AskedActivity[] = [];
  let name: InstanceName | undefined;
  const recorded =
    <A extends readonly unknown[]>(
      activity: AskedActivity['activity'],
      work: (of: InstanceName, ...rest: A) => Promise<unknown>,
    ) =>
    async (of: InstanceName, ...rest: A) => {
      name = of;
      const answer = await work(of, ...rest);
      asked.push({ activity, answer });
      return answer as never;
    };
  const world = await engineWorld(
    (options) =>
      durableEngine(options, ({ load, call, store }) =>
        openRunsHere({
          load: recorded('load', load),
          call: recorded('call', call),
          store: recorded('store', store),
        }),
      ),
    steps,
  );
  await world.place('1');
  await world.until('1', 'done');
  await world.stop();
  return { of: present(name, 'It ran'), asked };
}

if (worker) {
  it('is bundled with the interpreter and JSONata, and with no module of Node', async () => {
    const { code } = await worker.bundleInstanceWorkflow();
    expect(code).toContain('morrow-instance-v1');
    expect(code).toContain('driveDurably');
    expect(code).toContain('jsonata.__evaluate_entry');
    expect(code).not.toMatch(/require\("node:/);
  });
  it('does in the sandbox of Temporal what it did here, or is found out', async () => {
    const { of, asked } = await played();
    const done = ['load', 'call', 'store', 'call', 'store'];
    expect(asked.map(({ activity }) => activity)).toEqual(done);
    await worker.replayInstanceWorkflow(historyOf('morrow-instance-v1', of, asked), of.id);
    const other = asked.map((each, at) =>
      at === 3 ? { ...each, activity: 'store' as const } : each,
    );
    const wrong = worker.replayInstanceWorkflow(historyOf('morrow-instance-v1', of, other), of.id);
    await expect(wrong).rejects.toThrow(/[Nn]ondeterminism|does not match/);
  });
} else it.skip('is bundled and replayed: not installed here, npm run temporal:install');
