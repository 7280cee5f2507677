/** Instances through two engines on PostgreSQL while callees refuse, fail, are away and lose their
 * answers, and events come doubled and out of order: each ends as a plan from the seed says. */
import { setTimeout as pause } from 'node:timers/promises';
import { platformError } from '@morrow/contract';
import { isOver, stuckSteps, type InstanceFields } from '@morrow/workflow-keeper';
import { expect, it } from 'vitest';
import { Floor, type Answering, type Operation } from '../worlds/floor-ground.ts';
import { floorWorld } from '../worlds/floor-world.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
const count = process.env['M_SOAK'] === '1' ? 10_000 : 2000;
const batchMax = 40;
const triesMax = 3;

/** A stream of chances from a seed (mulberry32). */
function chancesOf(from: number): () => number {
  let held = from >>> 0;
  return () => {
    held = (held + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(held ^ (held >>> 15), held | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
const input = { order: '=trigger.data.order' };
const call = (operation: Operation, after: readonly string[], undo?: Operation) => ({
  ...{ call: `floor.${operation}`, input, after },
  retry: { times: triesMax, wait: 'PT0.1S', factor: 1 },
  compensate: undo ? { call: `floor.${undo}`, input } : { none: 'It has left.' },
});
const steps = {
  reserve: call('reserve', [], 'release'),
  charge: call('charge', ['reserve'], 'refund'),
  packed: {
    after: ['charge'],
    await: { event: 'floor.packed', when: 'event.data.order = trigger.data.order' },
  },
  ship: call('ship', ['packed']),
};
const forward = ['reserve', 'charge', 'ship'] as const;
const back = { reserve: 'release', charge: 'refund' } as const;

/** What goes wrong before an operation says how it ends, and how it ends. */
type Trouble = 'breaks' | 'away' | 'unheard';
interface Course {
  readonly troubles: Trouble[];
  readonly isRefused: boolean;
}
const courseOf = (chance: () => number, mayRefuse: boolean): Course => {
  const troubles: Trouble[] = [];
  while (chance() < 0.2) {
    const of = chance();
    troubles.push(of < 0.5 ? 'breaks' : of < 0.85 ? 'unheard' : 'away');
  }
  return { troubles, isRefused: mayRefuse && chance() < 0.1 };
};

/** What every order meets, and the effects that it must have had in the end. */
function planOf(chance: () => number) {
  const courses = new Map<Operation, Course>();
  for (const name of forward) courses.set(name, courseOf(chance, true));
  for (const name of Object.values(back)) courses.set(name, courseOf(chance, false));
  const refusedAt = forward.findIndex((name) => courses.get(name)?.isRefused);
  if (refusedAt < 0) return { courses, state: 'done', effects: [...forward] as Operation[] };
  const done = forward.slice(0, refusedAt);
  const undone = [...done].reverse().flatMap((name) => (name === 'ship' ? [] : [back[name]]));
  return { courses, state: 'undone', effects: [...done, ...undone] as Operation[] };
}

/** The floor: answers by key, and keeps what took effect. */
function newFloor(plans: ReadonlyMap<string, ReturnType<typeof planOf>>) {
  const effects = new Map<string, Operation[]>();
  const receipts = new Set<string>();
  const troublesMet = { breaks: 0, away: 0, unheard: 0 };
  const answering: Answering = async (name, asked, key) => {
    const course = plans.get(asked.order)?.courses.get(name);
    const trouble = course?.troubles.shift();
    if (trouble) troublesMet[trouble]++;
    if (trouble === 'breaks') throw new Error('The belt is torn.');
    if (trouble === 'away') throw platformError('floor', 'unavailable', 'Nobody is there.');
    if (course?.isRefused) throw Floor.fail('refused', asked);
    // what is done again under its key is answered again, and takes no effect
    if (!receipts.has(key)) effects.set(asked.order, [...(effects.get(asked.order) ?? []), name]);
    receipts.add(key);
    if (trouble === 'unheard') throw platformError('floor', 'timeout', 'Its answer was lost.');
    return asked;
  };
  return { effects, answering, troublesMet };
}

it(`${count} instances end as their plans say (SEED=${seed})`, async () => {
  const began = Date.now();
  const chance = chancesOf(seed);
  const orders = Array.from({ length: count }, (_, at) => String(at));
  const plans = new Map(orders.map((order) => [order, planOf(chance)]));
  const { effects, answering, troublesMet } = newFloor(plans);
  const world = await floorWorld({ steps, answering });
  const engines = [world.start(), world.start()];
  const events = orders.flatMap((order) =>
    (['placed', 'packed'] as const).flatMap((type) => {
      const event = world.eventOf(type, order);
      return chance() < 0.2 ? [event, event] : [event];
    }),
  );
  const mixed = events
    .map((event) => ({ event, at: chance() }))
    .sort((a, b) => a.at - b.at)
    .map(({ event }) => event);
  for (let at = 0; at < mixed.length;) {
    const size = 1 + Math.floor(chance() * batchMax);
    await world.take(mixed.slice(at, at + size));
    for (const engine of engines) engine.expect('main');
    at += size;
  }
  let freed = 0;
  for (;;) {
    const rows = await world.all();
    for (const { id, state, fields } of rows)
      if (state === 'stuck')
        for (const step of stuckSteps(fields as InstanceFields)) {
          freed++;
          await world.tell(id, { kind: 'retried', step, by: 'person:ada' });
        }
    if (rows.length === count && rows.every(({ state }) => isOver(state))) break;
    await pause(300);
  }
  const rows = await world.all();
  const found = Object.fromEntries(
    rows.map(({ state, fields }) => {
      const { order } = (fields as InstanceFields).trigger.data as { readonly order: string };
      return [order, { state, effects: effects.get(order) ?? [] }];
    }),
  );
  const planned = Object.fromEntries(
    [...plans].map(([order, plan]) => [order, { state: plan.state, effects: plan.effects }]),
  );
  expect(found).toEqual(planned);
  expect(await world.alarm()).toBeUndefined();
  expect(world.problemsMet).toEqual([]);
  const undone = rows.filter(({ state }) => state === 'undone').length;
  expect(Math.min(undone, freed, ...Object.values(troublesMet))).toBeGreaterThan(0);
  const told = { count, undone, freed, ...troublesMet, seconds: (Date.now() - began) / 1000 };
  console.info(`SEED=${seed}: ${JSON.stringify(told)}`);
}, 900_000);
