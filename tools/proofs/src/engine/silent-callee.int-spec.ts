/** A callee that takes a call and does not answer: the call ends at its deadline, fails as often as
 * its step may be tried, and then a person decides; nothing is done twice, and nothing hangs. */
import { setTimeout as pause } from 'node:timers/promises';
import { present } from '@morrow/kernel';
import { recordOf, type Happening, type InstanceFields } from '@morrow/workflow-keeper';
import { describe, expect, it } from 'vitest';
import { tenant, type Answering } from '../worlds/floor-ground.ts';
import { floorWorld } from '../worlds/floor-world.ts';

const leaseMs = 500;
const input = { order: '=trigger.data.order' };
const steps = {
  reserve: {
    ...{ call: 'floor.reserve', input, retry: { times: 3, wait: 'PT0.1S', factor: 1 } },
    compensate: { call: 'floor.release', input },
  },
  ship: {
    ...{ call: 'floor.ship', input, after: ['reserve'] },
    compensate: { none: 'It has left.' },
  },
};
const by = 'person:ada';
const patient = { timeout: 30_000 };

/** Nobody hears that `silent` was reserved until `speak`: then all calls are answered, the old ones
 * too. */
async function silentWorld(isBound: boolean) {
  let speak: () => void = () => undefined;
  const speaks = new Promise<void>((resolve) => (speak = resolve));
  const tried: string[] = [];
  const answering: Answering = async (name, asked, key) => {
    tried.push(`${asked.order}: ${key.split('/').slice(1).join('/')}`);
    if (asked.order === 'silent' && name === 'reserve') await speaks;
    return asked;
  };
  const world = await floorWorld({ steps, answering, isBound, leaseMs });
  const engine = world.start();
  const place = async (order: string) => {
    await world.take([world.eventOf('placed', order)]);
    engine.expect(tenant);
  };
  const row = async (order = 'silent') => present(await world.rowOf(order), 'It has begun');
  const state = async (order?: string) => (await row(order)).state;
  const fields = async () => (await row()).fields as InstanceFields;
  const decide = async (happening: Happening) => {
    await world.tell((await row()).id, happening);
    engine.expect(tenant);
  };
  return { ...world, tried, place, row, state, fields, decide, speak };
}

describe.each([
  { through: 'the local binding', isBound: true, sentence: /^floor\.reserve: The deadline has/ },
  { through: 'no binding at all', isBound: false, sentence: /^floor\.reserve: It did not answer/ },
])('a step that is not answered, through $through', ({ isBound, sentence }) => {
  it('fails as often as it may, is stuck, and goes on when a person says so', async () => {
    const { place, state, fields, tried, speak, decide, alarm } = await silentWorld(isBound);
    await place('silent');
    await place('loud');
    await expect.poll(() => state('silent'), patient).toBe('stuck');
    const { trying } = recordOf(await fields(), 'reserve');
    expect(trying).toMatchObject({ epoch: 0, tries: 2, aways: 0, isAnswered: false });
    expect(trying?.problem).toMatch(sentence);
    expect(tried.filter((call) => call === 'silent: reserve/0')).toHaveLength(3);
    expect(await state('loud')).toBe('done');
    expect(await alarm()).toBeUndefined();
    speak();
    await decide({ kind: 'retried', step: 'reserve', by });
    await expect.poll(() => state(), patient).toBe('done');
    expect([...tried].sort()).toEqual([
      ...['loud: reserve/0', 'loud: ship/0'],
      ...Array.from({ length: 4 }, () => 'silent: reserve/0'),
      'silent: ship/0',
    ]);
  });

  it('goes on as a person has resolved it, whatever is answered afterwards', async () => {
    const { place, state, row, tried, speak, decide, eventsOf } = await silentWorld(isBound);
    await place('silent');
    await expect.poll(() => state(), patient).toBe('stuck');
    await decide({ kind: 'resolved', step: 'reserve', by, output: { order: 'silent' } });
    await expect.poll(() => state(), patient).toBe('done');
    const ended = await row();
    const events = await eventsOf(ended.id);
    expect(events.at(-1)).toMatchObject({ type: 'instanceDone' });
    speak();
    await pause(2 * leaseMs);
    expect(await row()).toEqual(ended);
    expect(await eventsOf(ended.id)).toEqual(events);
    expect(tried.filter((call) => call === 'silent: ship/0')).toHaveLength(1);
  });
});
