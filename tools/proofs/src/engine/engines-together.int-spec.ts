/** Several processes on one queue, one that wakes after its lease is gone, and a database that goes
 * away while instances are taken up. */
import { setTimeout as pause } from 'node:timers/promises';
import { embeddedEngine, type NewWorkflowEngine } from '@morrow/workflow-keeper';
import { expect, it } from 'vitest';
import { engineWorld } from './engine-world.ts';

const call = (operation: string, after: readonly string[] = []) => ({
  ...{ call: `floor.${operation}`, input: { order: '=trigger.data.order' }, after },
  retry: { times: 8, wait: 'PT0.1S' },
  compensate: { none: 'Nothing has to be undone here.' },
});
const steps = {
  reserve: call('reserve'),
  charge: call('charge', ['reserve']),
  ship: call('ship', ['charge']),
};
const orders = (count: number) => Array.from({ length: count }, (_, at) => `${at}`);

/** Engines that count the calls of each process. */
function counted() {
  const calls: number[] = [];
  const newEngine: NewWorkflowEngine = (options) => {
    const at = calls.push(0) - 1;
    const invoke: typeof options.invoke = (...asked) => {
      calls[at] = (calls[at] ?? 0) + 1;
      return options.invoke(...asked);
    };
    return embeddedEngine({ ...options, invoke });
  };
  return { calls, newEngine };
}

it('two processes share what is to be done, and each step takes effect once', async () => {
  const { calls, newEngine } = counted();
  const world = await engineWorld(newEngine, steps);
  await world.stop();
  for (const order of orders(200)) await world.place(order);
  world.start();
  world.join();
  for (const order of orders(200)) await world.until(order, 'done');
  expect(world.ran).toHaveLength(600);
  expect(calls.filter((count) => count > 0)).toHaveLength(2);
});

it('a process that wakes after its lease is gone stores nothing any more', async () => {
  const world = await engineWorld(embeddedEngine, steps);
  await world.stop();
  await world.place('1');
  const late = await world.holding('1');
  world.start();
  const fields = await world.until('1', 'done');
  const answer = { step: 'reserve', isUndo: false, epoch: 0, output: { order: '1' } };
  await expect(late.wake({ kind: 'answered', ...answer })).rejects.toMatchObject({
    problem: 'staleVersion',
  });
  expect(await world.until('1', 'done')).toEqual(fields);
  expect(world.ran).toEqual(['reserve', 'charge', 'ship']);
});

it('connections that end while instances are taken up lose and double nothing', async () => {
  const world = await engineWorld(embeddedEngine, steps);
  await world.stop();
  for (const order of orders(60)) await world.place(order);
  world.start();
  world.join();
  for (let times = 0; times < 5; times++) {
    await pause(40);
    await world.cut();
  }
  for (const order of orders(60)) await world.until(order, 'done');
  expect(world.ran).toHaveLength(180);
});
