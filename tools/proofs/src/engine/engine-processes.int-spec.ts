/** Processes that run the engine and are stopped or killed: another takes up what they had in hand
 * when their lease is over, and whoever wakes too late changes nothing. */
import { present } from '@morrow/kernel';
import { recordOf, type InstanceFields } from '@morrow/workflow-keeper';
import { describe, expect, it } from 'vitest';
import { engineProcessesWorld, type MadeCall } from './engine-processes-world.ts';

const leaseMs = 600;
const input = { order: '=trigger.data.order' };
// a slow machine may answer too late: that is tried again
const retry = { times: 50, wait: 'PT0.1S', factor: 1 };
const call = (operation: string, after: readonly string[] = []) => ({
  ...{ call: `floor.${operation}`, input, after, retry },
  compensate: { none: 'Nothing has to be undone here.' },
});
const patient = { timeout: 30_000 };

type World = Awaited<ReturnType<typeof engineProcessesWorld>>;
type Process = Awaited<ReturnType<World['open']>>;

const fieldsOf = async ({ rowOf }: World, order: string) =>
  present(await rowOf(order), 'It has begun').fields as InstanceFields;
const states = async ({ all }: World) =>
  Object.fromEntries(
    (await all()).map(({ state, fields }) => [(fields as InstanceFields).startKey.slice(7), state]),
  );
const place = ({ take, eventOf }: World, ...orders: readonly string[]) =>
  take(orders.map((order) => eventOf('placed', order)));
/** The call as soon as the process makes it. */
const asks = async ({ asked }: Process, of: string): Promise<MadeCall> => {
  await expect.poll(() => asked.map((each) => each.of), patient).toContain(of);
  return present(
    asked.find((each) => each.of === of),
    of,
  );
};
/** Under how many keys each call took effect. */
const effectsOf = ({ effects }: World) =>
  Object.fromEntries([...effects].map(([of, keys]) => [of, keys.size]));

describe('a process that was stopped until its lease was over', () => {
  const steps = {
    reserve: call('reserve'),
    packed: {
      after: ['reserve'],
      when: 'trigger.data.order = "waits"',
      await: {
        ...{ event: 'floor.packed', when: 'event.data.order = trigger.data.order' },
        timeout: 'PT1H',
      },
    },
    ship: call('ship', ['packed']),
  };
  /** All that is stored of both instances. */
  const stored = async (world: World) => ({
    rows: await world.all(),
    events: await Promise.all((await world.all()).map(({ id }) => world.eventsOf(id))),
    alarm: await world.alarm(),
  });

  it.each([
    { when: 'in the middle of its calls', halts: false },
    { when: 'between an answer and its commit', halts: true },
  ])('$when changes nothing when it wakes, and works on', async ({ halts }) => {
    const world = await engineProcessesWorld(steps, leaseMs);
    const [first, second] = await Promise.all([world.open(), world.open()]);
    await place(world, 'ends', 'waits');
    if (halts) {
      first.halt();
      // so much of its lease is gone then that it stores the answer before it calls again
      first.answer('reserve ends', leaseMs / 4);
    }
    first.begin();
    await asks(first, 'reserve ends');
    await asks(first, 'reserve waits');
    if (halts) await expect.poll(first.halts, patient).toBe(1);
    else first.freeze();
    // it hears of them when it wakes
    for (const of of ['reserve ends', 'reserve waits']) first.answer(of);
    for (const of of ['reserve ends', 'reserve waits', 'ship ends']) second.answer(of);
    second.begin();
    await expect.poll(() => states(world), patient).toEqual({ ends: 'done', waits: 'running' });
    await expect
      .poll(async () => recordOf(await fieldsOf(world, 'waits'), 'reserve').state, patient)
      .toBe('done');
    await second.kill();
    const before = await stored(world);
    expect(before.events.map((events) => events.length > 0)).toEqual([true, true]);
    expect(Date.parse(before.alarm ?? '')).toBeGreaterThan(Date.now() + 3_000_000);

    first.wake();
    const ids = new Set(before.rows.map(({ id }) => id));
    await expect.poll(() => new Set(first.refused.map(({ id }) => id)), patient).toEqual(ids);
    console.info(`too late ${halts ? 'to store' : 'to hear'}: ${JSON.stringify(first.refused)}`);
    expect(first.refused).toHaveLength(2);
    await place(world, 'next');
    for (const of of ['reserve next', 'ship next', 'ship waits']) first.answer(of);
    await expect.poll(() => states(world), patient).toMatchObject({ next: 'done' });
    const after = await stored(world);
    expect(after.rows.slice(0, 2)).toEqual(before.rows);
    expect(after.events.slice(0, 2)).toEqual(before.events);
    expect(after.alarm).toBe(before.alarm);

    expect(first.asked.map(({ of }) => of)).not.toContain('ship ends');

    await world.take([world.eventOf('packed', 'waits')]);
    await expect
      .poll(() => states(world), patient)
      .toEqual({ ends: 'done', waits: 'done', next: 'done' });
    const once = Object.fromEntries(
      ['ends', 'waits', 'next'].flatMap((order) => [
        [`reserve ${order}`, 1],
        [`ship ${order}`, 1],
      ]),
    );
    expect(effectsOf(world)).toEqual(once);
  });
});

it('what a dead process had in hand is taken up when its lease is over', async () => {
  const world = await engineProcessesWorld(
    { reserve: call('reserve'), ship: call('ship', ['reserve']) },
    leaseMs,
  );
  const [first, second] = await Promise.all([world.open(), world.open()]);
  await place(world, '1');
  first.answer('reserve 1');
  first.begin();
  const ship = await asks(first, 'ship 1');
  await expect
    .poll(async () => recordOf(await fieldsOf(world, '1'), 'reserve').state, patient)
    .toBe('done');
  await first.kill();
  const diedAt = Date.now();
  second.begin();
  const { id } = present(await world.rowOf('1'), 'It has begun');
  const committedAt = Date.parse((await world.eventsOf(id)).at(-1)?.at ?? '');
  const dueAt = Date.parse((await world.alarm()) ?? '');
  expect(dueAt).toBeLessThanOrEqual(diedAt + leaseMs);
  const again = await asks(second, 'ship 1');
  expect(again.key).toBe(ship.key);
  expect(again.at).toBeGreaterThanOrEqual(dueAt);
  const leases = (ms: number) => (ms / leaseMs).toFixed(2);
  const since = { death: leases(again.at - diedAt), lastCommit: leases(again.at - committedAt) };
  console.info(`taken up again, in leases of ${leaseMs} ms since: ${JSON.stringify(since)}`);
  second.answer('ship 1');
  await expect.poll(() => states(world), patient).toEqual({ '1': 'done' });
  expect(effectsOf(world)).toEqual({ 'reserve 1': 1, 'ship 1': 1 });
});

it('five that die in the same step leave it to a person, and everything else goes on', async () => {
  const world = await engineProcessesWorld(
    { reserve: call('reserve'), ship: call('ship', ['reserve']) },
    leaseMs,
  );
  await place(world, 'poison');
  const lives = [1, 2, 3, 4, 5];
  for (const life of lives) {
    const process = await world.open();
    await place(world, `${life}`);
    process.answer(`reserve ${life}`);
    // what was under way when the one before it died
    process.answer(`ship ${life - 1}`);
    process.begin();
    if (life > 1)
      await expect.poll(() => states(world), patient).toMatchObject({ [life - 1]: 'done' });
    await asks(process, `ship ${life}`);
    await expect
      .poll(async () => recordOf(await fieldsOf(world, `${life}`), 'reserve').state, patient)
      .toBe('done');
    const poison = await asks(process, 'reserve poison');
    expect(poison.key).toMatch(/\/reserve\/0$/);
    expect(await process.kill()).toBe('SIGKILL');
    expect((await fieldsOf(world, 'poison')).leasesLost).toBe(life - 1);
  }
  const sixth = await world.open();
  sixth.answer('ship 5');
  sixth.begin();
  await expect
    .poll(() => states(world), patient)
    .toEqual({ poison: 'stuck', ...Object.fromEntries(lives.map((life) => [life, 'done'])) });
  const fields = await fieldsOf(world, 'poison');
  const { id } = present(await world.rowOf('poison'), 'It has begun');
  const told = (await world.eventsOf(id)).map(({ type }) => type);
  const count = (type: string) => told.filter((each) => each === type).length;
  expect([fields.leasesLost, count('leaseLost')]).toEqual([5, 5]);
  expect(recordOf(fields, 'reserve').trying).toMatchObject({
    ...{ epoch: 0, tries: count('stepDelayed'), aways: 0, isAnswered: false },
    problem: 'Its lease was lost 5 times in a row.',
  });
  expect(await world.alarm()).toBeUndefined();
  expect(new Set(sixth.asked.map(({ of }) => of))).toEqual(new Set(['ship 5']));
  for (const of of ['reserve poison', 'ship poison']) sixth.answer(of);
  await world.tell(id, { kind: 'retried', step: 'reserve', by: 'person:ada' });
  await expect.poll(() => states(world), patient).toMatchObject({ poison: 'done' });
  const orders = ['poison', ...lives];
  expect(effectsOf(world)).toEqual(
    Object.fromEntries(
      orders.flatMap((of) => [
        [`reserve ${of}`, 1],
        [`ship ${of}`, 1],
      ]),
    ),
  );
});
