/** Events that workflows heard are dropped when nobody can await them any more, and not before. */
import { newPulse, systemIds } from '@morrow/adapter-local';
import { openPostgresStores } from '@morrow/adapter-postgres';
import { freshDatabase } from '@morrow/dev-services';
import { transitionOf, unitOf } from '@morrow/document-keeper';
import {
  newEvent,
  newPruning,
  pruneHeard,
  workflowApproval,
  workflowInstance,
} from '@morrow/workflow-keeper';
import { expect, it, onTestFinished } from 'vitest';

const tenant = 'main';
const dayMs = 24 * 60 * 60 * 1000;
const now = Date.parse('2026-06-30T12:00:00.000Z');
const daysAgo = (days: number) => new Date(now - days * dayMs).toISOString();

async function heardWorld() {
  const { drop, database, ...server } = await freshDatabase('heard');
  onTestFinished(drop);
  const documents = [workflowInstance, workflowApproval] as never;
  const domain = { name: 'workflows', documents, keeps: ['workflow'] as const };
  const databaseOf = () => database;
  const stores = await openPostgresStores({ server, domain, tenants: [tenant], databaseOf });
  onTestFinished(() => stores.close());
  const store = stores.of(tenant);
  await store.transact('hear', ({ workflow }) =>
    workflow.hear(
      [1, 6, 8, 20, 40].map((days) => {
        const event = { type: 'floor.packed', data: { days } };
        return { key: 'order 1', producer: 'floor', number: days, event, at: daysAgo(days) };
      }),
    ),
  );
  const write = (transition: ReturnType<typeof transitionOf>) => {
    const by = { tenant, actor: 'person:ada', trace: 'trace', deadlineAt: now };
    const change = { transitions: [transition], output: undefined };
    return store.commit(unitOf(by, new Date(now), change));
  };
  return {
    stores,
    store,
    /** Days since those that are left. */
    left: () =>
      store.transact('left', async ({ workflow }) =>
        (await workflow.heard(['order 1'], daysAgo(90))).map(({ number }) => number).reverse(),
      ),
    /** Begins an instance so many days ago; gives what ends it. */
    async begun(days: number) {
      const [id, at] = [systemIds.next(), daysAgo(days)];
      const trigger = { type: 'floor.placed', data: {}, streamId: id, at, actor: 'person:ada' };
      const told = { workflow: 'fulfil', version: 1, hash: 'h', startKey: `fulfil|${id}` };
      const who = { onBehalfOf: 'person:ada', trace: 'trace' };
      const data = { ...told, ...who, at, trigger: JSON.stringify(trigger) };
      const started = newEvent({ type: 'instanceStarted', data });
      const first = transitionOf(workflowInstance, undefined, id, [started]);
      await write(first);
      return async () => {
        const done = newEvent({ type: 'instanceDone', data: { at: daysAgo(0) } });
        await write(transitionOf(workflowInstance, first.row, id, [done]));
      };
    },
  };
}

it('an event is kept for seven days, and as long as an instance began before it', async () => {
  const { store, left, begun } = await heardWorld();
  const end = await begun(21);
  expect(await pruneHeard(store, now)).toBe(1);
  expect(await left()).toEqual([20, 8, 6, 1].reverse());
  await end();
  await begun(2);
  expect(await pruneHeard(store, now)).toBe(2);
  expect(await left()).toEqual([1, 6]);
  expect(await pruneHeard(store, now)).toBe(0);
});

it('a loop drops them as soon as it is started', async () => {
  const { stores, left } = await heardWorld();
  const clock = { now: () => new Date(now) };
  const pruning = newPruning({ stores, clock, newPulse, onProblem: () => undefined });
  pruning.start(tenant);
  await expect.poll(left, { timeout: 30_000 }).toEqual([1, 6]);
  await pruning.stop();
});

it('a loop drops them for each tenant, until it is stopped', async () => {
  const { stores, left } = await heardWorld();
  const problems: string[] = [];
  const atOnce = () => {
    const pulse = newPulse();
    return { poke: () => pulse.poke(), next: () => pulse.next(5) };
  };
  const clock = { now: () => new Date(now) };
  const onProblem = (sentence: string) => void problems.push(sentence);
  const pruning = newPruning({ stores, clock, newPulse: atOnce, onProblem });
  pruning.start(tenant);
  await expect.poll(left, { timeout: 30_000 }).toEqual([1, 6]);
  await pruning.stop();
  expect(problems).toEqual([]);
});
