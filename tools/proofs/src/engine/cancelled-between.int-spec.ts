/** A person cancels between an answer and its commit: whatever was called by then is undone. */
import { isOver, type InstanceBook } from '@morrow/workflow-keeper';
import { expect, it } from 'vitest';
import { tenant, type Answering } from '../worlds/floor-ground.ts';
import { floorWorld } from '../worlds/floor-world.ts';

const input = { order: '=trigger.data.order' };
const call = (operation: string, undo: string, after: readonly string[] = []) => ({
  ...{ call: `floor.${operation}`, input, after },
  compensate: { call: `floor.${undo}`, input },
});
const steps = {
  reserve: call('reserve', 'release'),
  charge: call('charge', 'refund', ['reserve']),
};

it('takes no money that nobody gives back', async () => {
  const ran: string[] = [];
  const answering: Answering = async (name, asked) => {
    ran.push(name);
    return asked;
  };
  const world = await floorWorld({ steps, answering });
  let isCancelled = false;
  const save: InstanceBook['save'] = async (of, held, ...more) => {
    if (!isCancelled && held.happenings.some(({ kind }) => kind === 'answered')) {
      isCancelled = true;
      await world.tell(held.id, { kind: 'cancelled', by: 'person:ada' });
    }
    return world.book.save(of, held, ...more);
  };
  const engine = world.start({ ...world.book, save });
  await world.take([world.eventOf('placed', '1')]);
  engine.expect(tenant);
  await expect
    .poll(async () => (await world.all()).every(({ state }) => isOver(state)), { timeout: 30_000 })
    .toBe(true);
  expect(ran.filter((name) => name === 'refund')).toHaveLength(
    ran.filter((name) => name === 'charge').length,
  );
  expect(ran.at(-1)).toBe('release');
  expect((await world.all()).map(({ state }) => state)).toEqual(['undone']);
});
