/** A clock that jumps while instances wait, and a process that does not know what an instance runs
 * on: nothing runs early, twice or on a guess, and nothing is left behind. */
import { setTimeout as pause } from 'node:timers/promises';
import { isOver, type InstanceFields } from '@morrow/workflow-keeper';
import { expect, it } from 'vitest';
import { floorWorld } from '../worlds/floor-world.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
const call = (operation: string, after: readonly string[] = []) => ({
  ...{ call: `floor.${operation}`, input: { order: '=trigger.data.order' }, after },
  compensate: { none: 'Nothing has to be undone here.' },
});
const orders = Array.from({ length: 20 }, (_, at) => String(at));

/** A clock that runs, and jumps when it is told to; what ran is kept by order. */
async function jumpyWorld(steps: object, isKnown?: () => boolean) {
  let aheadMs = 0;
  const clock = { now: () => new Date(Date.now() + aheadMs) };
  const ran: string[] = [];
  const answering = async (name: string, input: { readonly order: string }) => {
    ran.push(`${name} ${input.order}`);
    return input;
  };
  const world = await floorWorld({ steps, answering, clock, ...(isKnown && { isKnown }) });
  const states = async () => new Set((await world.all()).map(({ state }) => state));
  const ended = async () => (await world.all()).every(({ state }) => isOver(state));
  return { ...world, ran, states, ended, jump: (ms: number) => (aheadMs += ms) };
}
const all = (operation: string) => orders.map((order) => `${operation} ${order}`).sort();
const patient = { timeout: 20_000 };

it('a clock that jumps by an hour, forward and back: each step runs once, none early', async () => {
  const { ran, take, eventOf, start, jump, ended, problemsMet } = await jumpyWorld({
    reserve: call('reserve'),
    pause: { after: ['reserve'], sleep: 'PT10M' },
    ship: call('ship', ['pause']),
  });
  const engine = start();
  await take(orders.map((order) => eventOf('placed', order)));
  engine.expect('main');
  await expect.poll(() => [...ran].sort(), patient).toEqual(all('reserve'));
  jump(-hourMs);
  await pause(1_500);
  jump(hourMs + 9 * minuteMs);
  await pause(1_500);
  expect([...ran].sort()).toEqual(all('reserve'));
  jump(hourMs);
  await expect.poll(ended, patient).toBe(true);
  jump(-hourMs);
  await pause(1_500);
  expect([...ran].sort()).toEqual([...all('reserve'), ...all('ship')]);
  expect(problemsMet).toEqual([]);
});

it('an instance of an unknown definition is parked, and goes on where it is known', async () => {
  let isKnown = true;
  const world = await jumpyWorld({ ship: call('ship') }, () => isKnown);
  await world.take(orders.map((order) => world.eventOf('placed', order)));
  isKnown = false;
  world.start();
  await expect.poll(world.states, patient).toEqual(new Set(['parked']));
  const [row] = await world.all();
  const { parked, hash } = row?.fields as InstanceFields;
  expect(parked).toBe(`fulfil@1 (${hash}) is not known here.`);
  expect(world.ran).toEqual([]);
  isKnown = true;
  world.jump(minuteMs);
  await expect.poll(world.ended, patient).toBe(true);
  expect([...world.ran].sort()).toEqual(all('ship'));
});
