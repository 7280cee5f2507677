/** A plug-in is taken away and comes back, and the server dies at each commit that says so: what
 * needs it is parked once, goes on once, and ends. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readPlacement } from '@morrow/business/parts/settings';
import { testPostgres } from '@morrow/dev-services';
import { Workflows } from '@morrow/protocol-workflows';
import { expect, it, onTestFinished } from 'vitest';
import { orderWorkflow } from '../worlds/order-workflow.ts';
import { place, prepare, query, stageOf } from './played-workflows.ts';
import { startServer } from './server-under-test.ts';

const steps = `  rest: { sleep: PT4S }
  tell:
    after: [rest]
    call: notices.send
    input: { to: sales, subject: An order, text: =trigger.data.number }
`;
const modules = readPlacement('indie').processes.flatMap((process) => process.modules);
const withPlugin = { M_MODULES: [...modules, 'notices'].join(',') };
const commit = (...types: readonly string[]) =>
  `store.commit/${types.map((type) => `workflows.${type}`).join('+')}`;
/** Whoever comes after a process that died with the instance in hand stores that too. */
const deaths = [
  `${commit('instanceParked')}:before`,
  `${commit('instanceParked', 'leaseLost')}:after`,
  `${commit('instanceResumed', 'stepEnded')}:before`,
  `${commit('instanceResumed', 'leaseLost', 'stepEnded')}:after`,
] as const;

it('dies where an instance is parked and where it goes on: each is stored once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-kill-parked-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const log = join(folder, 'met.log');
  const facts = { postgres: await testPostgres(), settings: { M_WORKFLOW_LEASE_MS: '1000' } };
  const lives = [
    { M_FAILPOINT: deaths[0] },
    { M_FAILPOINT: deaths[1] },
    { ...withPlugin, M_FAILPOINT: deaths[2] },
    { ...withPlugin, M_FAILPOINT: deaths[3] },
    withPlugin,
  ].map((life) => ({ ...life, M_FAILPOINT_LOG: log }));
  const server = await startServer(facts, withPlugin, [...lives]);
  onTestFinished(() => server.close());
  const stage = stageOf(server, facts);
  const { world } = stage;
  await prepare(stage);
  await world.port(Workflows).publish({ text: orderWorkflow('tells', steps) }, world.context());
  await place(stage, 'tells-1');
  const state = async () => {
    const text = `select state from workflows.workflow_instance where workflow = 'tells'`;
    return (await query<{ state: string }>(stage, text))[0]?.state;
  };
  while ((await state()) === undefined) await pause(10);
  server.kill();
  while (server.restarts() < lives.length) await pause(50);
  while ((await state()) !== 'done') await pause(50);
  const met = readFileSync(log, 'utf8').split('\n');
  for (const death of deaths) expect(met).toContain(death);
  const events = await query<{ type: string; n: number }>(
    stage,
    `select e.type, count(*)::int as n from workflows.event e
       join workflows.workflow_instance i on i.id = e.stream_id
     where i.workflow = 'tells' group by 1 order by 1`,
  );
  expect(Object.fromEntries(events.map(({ type, n }) => [type, n]))).toEqual({
    ...{ instanceDone: 1, instanceParked: 1, instanceResumed: 1, instanceStarted: 1 },
    ...{ stepEnded: 2, leaseLost: 3 },
  });
  expect(await query(stage, 'select count(*)::int as n from notices.notice')).toEqual([{ n: 1 }]);
}, 180_000);
