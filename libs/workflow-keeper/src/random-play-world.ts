/** Plays one random instance for tests: callees, people, events and clocks that do as the dice
 * say, until it is over. What must always hold is checked after everything that it is told. */
import { invariant } from '@morrow/kernel';
import type { Happening } from './happening.ts';
import { begunBy, isOver } from './instance.ts';
import { dawn, foreignEvent, worldOf, type InstanceWorld } from './instance-world.ts';
import type { Machine } from './machine.ts';
import { paid, triggerData, type Dice } from './random-workflow-world.ts';
import type { HistoryEntry } from './whole-history-world.ts';
import { workOf, type DueCall } from './work-of.ts';

/** An instance that is being played. */
export interface Play {
  readonly dice: Dice;
  readonly world: InstanceWorld;
  readonly history: HistoryEntry[];
  /** Calls that were made and are not answered yet. */
  readonly flights: DueCall[];
  /** What a callee has said under a key, and says again. */
  readonly receipts: Map<string, 'answered' | 'refused'>;
  readonly published: ReturnType<typeof paidEvent>[];
}
const person = 'person:ada';
const long = 'x'.repeat(70_000);
const paidEvent = (step: string, sum: number | string, type: string) =>
  foreignEvent(type, { id: '1', step, sum });

export async function playOf(machine: Machine, dice: Dice): Promise<Play> {
  const world = await worldOf(machine, triggerData);
  const play = {
    dice,
    world,
    history: [{ now: dawn }] as HistoryEntry[],
    flights: [],
    published: [],
  };
  return { ...play, receipts: new Map() };
}

/** Tells the instance, and whoever awaits since then of what was published before. */
export async function tell(play: Play, happening: Happening): Promise<readonly string[]> {
  const { world, history, published, dice } = play;
  if (isOver(world.state)) {
    const nothing = await world.tell(happening);
    invariant(!nothing.length, `over, and yet ${nothing.join()} after ${happening.kind}`);
    return nothing;
  }
  const before = world.events.length;
  history.push({ now: world.now, happening });
  const told = await world.tell(happening);
  const begun = world.events
    .slice(before)
    .flatMap(begunBy)
    .filter(({ key }) => key);
  for (const { step } of begun)
    for (const event of published)
      if (world.fields.steps[step]?.state === 'open')
        await tell(play, { kind: 'came', step, event });
  const isOnce = !['lost', 'woke', 'resumed', 'retried'].includes(happening.kind);
  if (isOnce && dice.chance(0.1) && !isOver(world.state)) {
    history.push({ now: world.now, happening });
    const again = await world.tell(happening);
    invariant(!again.length, `told twice: ${again.join()} after ${happening.kind}`);
  }
  return told;
}

/** Something of all that may happen. */
export async function happen(play: Play): Promise<void> {
  const { dice, world } = play;
  const step = dice.pick(Object.keys(world.machine.definition.steps));
  const chance = dice.upTo(100);
  if (chance < 14) launch(play);
  else if (chance < 40) await land(play);
  else if (chance < 46) await publish(play, step, dice.pick([1, 1, 1, 0, 'x']));
  else if (chance < 52) await tell(play, decision(play, step));
  else if (chance < 60) await tell(play, personal(play, step));
  else if (chance < 64) await losing(play);
  else if (chance < 80) await passing(play);
  else if (chance < 81) await tell(play, { kind: 'cancelled', by: person });
  else if (chance < 83) await tell(play, { kind: 'parked', sentence: dice.pick(['A.', 'B.']) });
  else if (chance < 87) await tell(play, { kind: 'resumed' });
  else if (chance < 94) await repeat(play);
  else await tell(play, stray(play, step));
}

/** Whatever keeps it from its end is seen to; gives whether it is over. */
export async function settle(play: Play): Promise<boolean> {
  const { world, dice } = play;
  const { fields, now, machine } = world;
  if (fields.parked !== null) await tell(play, { kind: 'resumed' });
  for (const [step, { trying, undo }] of Object.entries(fields.steps))
    if ((trying?.problem ?? null) !== null || (undo?.problem ?? null) !== null)
      await tell(play, { kind: 'resolved', step, by: person, output: null });
  for (const [step, definition] of Object.entries(machine.definition.steps)) {
    if (world.fields.steps[step]?.state !== 'open') continue;
    if ('approval' in definition) await tell(play, decision(play, step));
    if ('await' in definition) await publish(play, step, 1);
  }
  launch(play);
  while (play.flights.length) await land(play, true);
  const { wakeAt } = workOf(machine.definition, world.state, world.fields, now);
  if (wakeAt !== undefined && wakeAt > world.now && dice.chance(0.8)) world.setClock(wakeAt);
  await tell(play, { kind: 'woke' });
  return isOver(world.state);
}

function launch({ world, flights }: Play): void {
  const { machine, state, fields, now } = world;
  for (const call of workOf(machine.definition, state, fields, now).calls) {
    const isThere = flights.some((held) => keyOf(held) === keyOf(call));
    if (!isThere) flights.push(call);
  }
}
const keyOf = ({ step, isUndo, epoch }: DueCall) => `${step} ${isUndo} ${epoch}`;

/** One of the calls under way is heard of. */
async function land(play: Play, isCalm = false): Promise<void> {
  const { dice, flights, receipts } = play;
  if (!flights.length) return;
  const [call] = flights.splice(dice.upTo(flights.length), 1);
  const { step, isUndo, epoch } = call!;
  const of = { step, isUndo, epoch };
  const chance = isCalm ? 0 : dice.upTo(100);
  const fresh = chance < 72 ? 'answered' : chance < 80 ? 'refused' : undefined;
  const isKept = chance >= 88 && chance < 92;
  const said = receipts.get(keyOf(call!)) ?? (isKept ? 'answered' : fresh);
  if (said) receipts.set(keyOf(call!), said);
  const output = chance > 2 && chance < 6 ? long : { ok: true };
  const sentence = 'No.';
  if (said && fresh) {
    await tell(
      play,
      said === 'answered' ? { ...of, kind: said, output } : { ...of, kind: said, sentence },
    );
    return;
  }
  const kind = chance < 92 ? 'failed' : chance < 97 ? 'away' : 'broken';
  await tell(play, { ...of, kind, sentence });
}

async function publish(play: Play, step: string, sum: number | string): Promise<void> {
  const { world, dice, published } = play;
  const event = paidEvent(step, sum, dice.chance(0.95) ? paid : 'payments.lost');
  published.push(event);
  for (const { step: awaiting, keyOf: find } of world.machine.questions) {
    const { key = null } = world.fields.steps[awaiting] ?? {};
    if (key !== null && key === (await find(event)))
      await tell(play, { kind: 'came', step: awaiting, event });
  }
}

const decision = ({ dice }: Play, step: string): Happening => ({
  ...{ kind: 'decided', step, by: person, decision: dice.pick(['approved', 'rejected']) },
});

/** What a person says, mostly of a step that is stuck. */
function personal({ dice, world }: Play, any: string): Happening {
  const stuck = Object.entries(world.fields.steps).filter(
    ([, { trying, undo }]) => (trying?.problem ?? undo?.problem ?? null) !== null,
  );
  const step = stuck.length && dice.chance(0.8) ? dice.pick(stuck)[0] : any;
  const kind = dice.pick(['retried', 'retried', 'skipped', 'resolved'] as const);
  const output = { decision: dice.pick(['approved', 'rejected']) };
  return kind === 'resolved' ? { kind, step, by: person, output } : { kind, step, by: person };
}

async function losing(play: Play): Promise<void> {
  for (let times = 1 + play.dice.upTo(5); times > 0; times--) await tell(play, { kind: 'lost' });
}

/** The clock goes on, sometimes far, sometimes back. */
async function passing(play: Play): Promise<void> {
  const { dice, world } = play;
  const mostMs = dice.pick([5_000, 60_000, 600_000, 7_200_000, 86_400_000]);
  const ms = dice.upTo(mostMs) * (dice.chance(0.15) ? -1 : 1);
  world.setClock(new Date(Date.parse(world.now) + ms).toISOString());
  if (dice.chance(0.7)) await tell(play, { kind: 'woke' });
}

/** Something that was told before is told again. */
async function repeat(play: Play): Promise<void> {
  const { happening } = play.dice.pick(play.history);
  if (happening && happening.kind !== 'cancelled') await tell(play, happening);
}

/** An answer that nobody waits for, or that is early. */
function stray({ dice }: Play, step: string): Happening {
  const of = { step, isUndo: dice.chance(0.5), epoch: dice.upTo(3) };
  const sentence = 'Stray.';
  const kind = dice.pick(['answered', 'refused', 'failed', 'away', 'broken'] as const);
  return kind === 'answered' ? { ...of, kind, output: null } : { ...of, kind, sentence };
}
