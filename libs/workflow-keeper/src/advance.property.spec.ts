// Random instances, 2,000 or 10,000 in the soak: each ends as a reader of its whole history says.
import { invariant } from '@morrow/kernel';
import { expect, it } from 'vitest';
import {
  begunBy,
  evolveInstance,
  isOver,
  type InstanceEvent,
  type InstanceFields,
} from './instance.ts';
import { machineWith } from './instance-world.ts';
import { happen, playOf, settle, type Play } from './random-play-world.ts';
import { diceOf, randomWorkflow, type Plan } from './random-workflow-world.ts';
import { verdictOf } from './whole-history-world.ts';
import { stuckSteps, workOf } from './work-of.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
const workflowsMax = process.env['M_SOAK'] === '1' ? 500 : 100;
const instancesMax = 20;

/** How it stands, as the verdict on its history tells it. */
function checkVerdict({ world, history }: Play, plan: Plan): void {
  const { fields, events, state } = world;
  const verdict = verdictOf(plan, history);
  const undone = events.flatMap((event) => (event.type === 'stepUndone' ? [event.data.step] : []));
  expect({ state, undone }).toEqual({ state: verdict.state, undone: verdict.undone });
  if (!isOver(state)) expect([...stuckSteps(fields)].sort()).toEqual([...verdict.stuck].sort());
  expect(Object.keys(fields.steps).sort()).toEqual(Object.keys(verdict.steps).sort());
  for (const [name, how] of Object.entries(verdict.steps))
    expect(how, name).toContain(fields.steps[name]!.state);
}

const endedWell = ['done', 'skipped', 'timedOut'];
/** What is due is due rightly, and whatever is not over has something to wait for. */
function checkWork({ world }: Play): void {
  const { machine, state, fields, now } = world;
  const { definition } = machine;
  const { calls, wakeAt } = workOf(definition, state, fields, now);
  const stuck = stuckSteps(fields);
  const stateOf = (name: string) => fields.steps[name]?.state ?? 'absent';
  for (const { step, isUndo } of calls) {
    invariant(!isOver(state), `${step} is called after the end`);
    invariant(!stuck.includes(step), `${step} is stuck, and called`);
    invariant(stateOf(step) === (isUndo ? 'done' : 'open'), `${step} is ${stateOf(step)}`);
    const isOpen = Object.values(fields.steps).some((each) => each.state === 'open');
    invariant(!isUndo || (fields.turn && !isOpen), `${step} is undone too early`);
    const before = definition.steps[step]?.after ?? [];
    invariant(
      before.every((name) => endedWell.includes(stateOf(name))),
      `${step} is early`,
    );
  }
  if (isOver(state)) return;
  const isAsked = Object.entries(fields.steps).some(
    ([, { state: each, key, role }]) => each === 'open' && (key !== null || role !== null),
  );
  const isWaiting = calls.length > 0 || wakeAt !== undefined || stuck.length > 0 || isAsked;
  invariant(isWaiting || fields.parked !== null, 'it waits for nothing');
}

/** What its events say of calls and beginnings. */
function checkEvents({ world: { events, fields } }: Play): void {
  const stored = JSON.parse(JSON.stringify(events)) as InstanceEvent[];
  const again = stored.reduce<InstanceFields | undefined>(evolveInstance, undefined);
  expect(again).toEqual(fields);
  const ended = new Set<string>();
  const once = (key: string) => {
    invariant(!ended.has(key), `${key} twice`);
    ended.add(key);
  };
  const turnedAt = events.findIndex(({ type }) => type === 'instanceTurned');
  for (const [at, event] of events.entries()) {
    if (event.type === 'stepEnded') once(event.data.step);
    if (event.type === 'stepUndone') once(`undo ${event.data.step}`);
    const isLate = begunBy(event).length > 0 && turnedAt >= 0 && at > turnedAt;
    invariant(!isLate || events[at - 1]?.type === 'stepFreed', 'a step began on the way back');
  }
}

async function playOut(play: Play, plan: Plan): Promise<void> {
  for (let count = play.dice.upTo(60); count > 0; count--) {
    await happen(play);
    checkWork(play);
    if (play.dice.chance(0.03)) checkVerdict(play, plan);
  }
  for (let round = 0; !isOver(play.world.state); round++) {
    invariant(round < 200, 'it never ends');
    await settle(play);
    checkWork(play);
  }
  await happen(play);
  checkVerdict(play, plan);
  checkEvents(play);
}

it(`random instances end as their histories say (SEED=${seed})`, async () => {
  const counts: Record<string, number> = {};
  for (let at = 0; at < workflowsMax; at++) {
    const { plan, steps, more } = randomWorkflow(diceOf(seed + at));
    const machine = machineWith(steps, more);
    for (let each = 0; each < instancesMax; each++) {
      const play = await playOf(machine, diceOf(seed + at * 7919 + each * 104_729 + 1));
      try {
        await playOut(play, plan);
      } catch (error) {
        const history = play.history.map((told) => JSON.stringify(told).slice(0, 200)).join('\n');
        const where = `workflow ${at}, instance ${each} of SEED=${seed}`;
        const told = `${where}\n${JSON.stringify(steps)} ${JSON.stringify(more)}\n${history}`;
        throw new Error(`${told}\n${String(error)}`, { cause: error });
      }
      counts[play.world.state] = (counts[play.world.state] ?? 0) + 1;
    }
  }
  console.info(`SEED=${seed}: ${JSON.stringify(counts)}`);
  expect(counts['done']! + counts['undone']!).toBe(workflowsMax * instancesMax);
  expect(Math.min(counts['done']!, counts['undone']!)).toBeGreaterThan(2 * workflowsMax);
}, 600_000);
