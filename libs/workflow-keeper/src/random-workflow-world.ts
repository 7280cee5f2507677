/** Random workflows for tests, each with a plan that says in plain values what its expressions
 * give. */
import { dawn } from './instance-world.ts';

/** A stream of chances from a seed (mulberry32). */
export interface Dice {
  /** A whole number from 0 up to and without `below`. */
  upTo(below: number): number;
  chance(part: number): boolean;
  pick<T>(from: readonly T[]): T;
}
export function diceOf(seed: number): Dice {
  let held = seed >>> 0;
  const next = () => {
    held = (held + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(held ^ (held >>> 15), held | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const upTo = (below: number) => Math.floor(next() * below);
  return { upTo, chance: (part) => next() < part, pick: (from) => from[upTo(from.length)]! };
}

/** How a condition is read: a fixed answer, or by how an earlier step ended. */
export type PlannedCondition =
  boolean | 'throws' | { readonly step: string; readonly is: 'done' | 'approved' };
export interface PlannedStep {
  readonly name: string;
  readonly kind: 'call' | 'await' | 'sleep' | 'approval';
  readonly after: readonly string[];
  readonly condition: PlannedCondition;
  /** Whether it has something that cannot be evaluated as it begins. */
  readonly isFlawed: boolean;
  /** Milliseconds from its beginning, or a moment as ISO 8601. */
  readonly ends: number | string | undefined;
  readonly onTimeout: string | undefined;
  readonly isCompensated: boolean;
  readonly retry: { readonly times: number; readonly waitMs: number };
}
export interface Plan {
  readonly steps: readonly PlannedStep[];
  readonly deadlineMs: number | undefined;
}
export const paid = 'payments.paid';
/** What every instance is begun with. */
export const triggerData = { id: '1', yes: true, no: false };
const minuteMs = 60_000;
const durationOf = (ms: number) => `PT${ms / 1000}S`;
const laterThan = (ms: number) => new Date(Date.parse(dawn) + ms).toISOString();

const conditionFor = (dice: Dice, after: readonly PlannedStep[]): PlannedCondition => {
  if (dice.chance(0.6)) return true;
  if (dice.chance(0.15)) return 'throws';
  if (!after.length || dice.chance(0.4)) return dice.chance(0.5);
  const before = dice.pick(after);
  return { step: before.name, is: before.kind === 'approval' ? 'approved' : 'done' };
};
const textOf = (condition: PlannedCondition, dice: Dice): string => {
  if (condition === 'throws') return dice.pick(['$error("no")', 'trigger.data.id', 'trigger.none']);
  if (typeof condition === 'boolean') return condition ? 'trigger.data.yes' : 'trigger.data.no';
  if (condition.is === 'done') return `steps.${condition.step}.state = "done"`;
  return `steps.${condition.step}.output.decision = "approved"`;
};

/** A workflow of up to twelve steps as its definition has them, and its plan. */
export function randomWorkflow(dice: Dice) {
  const steps: PlannedStep[] = [];
  for (let count = 1 + dice.upTo(12); count > 0; count--) steps.push(randomStep(dice, steps));
  const deadlineMs = dice.chance(0.3) ? (1 + dice.upTo(300)) * 10 * minuteMs : undefined;
  const written = steps.map((step) => [step.name, writtenStep(step, dice)]);
  // Whoever writes a workflow does not have to write its steps in the order in which they run.
  if (dice.chance(0.3)) written.reverse();
  const more = deadlineMs === undefined ? {} : { deadline: durationOf(deadlineMs) };
  const plan: Plan = { steps, deadlineMs };
  return { plan, steps: Object.fromEntries(written) as object, more };
}

function randomStep(dice: Dice, earlier: readonly PlannedStep[]): PlannedStep {
  const after = earlier.filter(() => dice.chance(Math.min(0.5, 1.5 / earlier.length)));
  const kind = dice.pick(['call', 'call', 'call', 'await', 'sleep', 'approval'] as const);
  const ms = (1 + dice.upTo(40)) * 7 * minuteMs;
  const isMoment = kind === 'sleep' && dice.chance(0.3);
  const isTimed = kind === 'sleep' || (kind !== 'call' && dice.chance(0.6));
  const isFlawed = dice.chance(0.08) && (kind === 'sleep' ? isMoment : kind !== 'call');
  const onTimeouts = kind === 'await' ? ['fail', 'continue'] : ['reject', 'approve'];
  return {
    name: `s${earlier.length}`,
    kind,
    after: after.map(({ name }) => name),
    condition: conditionFor(dice, after),
    isFlawed,
    ends: !isTimed ? undefined : isMoment ? laterThan(ms) : ms,
    onTimeout: dice.pick([undefined, ...onTimeouts]),
    isCompensated: kind === 'call' && dice.chance(0.6),
    retry: { times: 1 + dice.upTo(3), waitMs: (1 + dice.upTo(30)) * 1000 },
  };
}

function writtenStep(step: PlannedStep, dice: Dice): object {
  const { name, kind, after, condition, isFlawed, ends, onTimeout, isCompensated, retry } = step;
  const when = condition === true ? {} : { when: textOf(condition, dice) };
  const shared = { ...(after.length && { after }), ...when };
  const timed = typeof ends === 'number' ? { timeout: durationOf(ends) } : {};
  const late = timed.timeout && onTimeout ? { ...timed, onTimeout } : timed;
  switch (kind) {
    case 'call': {
      const compensate = isCompensated
        ? { call: `undo.${name}`, input: {} }
        : { none: 'Nobody minds.' };
      const tried = { times: retry.times, wait: durationOf(retry.waitMs), factor: 3, most: 'PT1M' };
      return { ...shared, call: `call.${name}`, input: {}, retry: tried, compensate };
    }
    case 'await': {
      const id = isFlawed ? 'trigger.data.none' : 'trigger.data.id';
      const which = `event.data.step = "${name}" and event.data.sum > 0`;
      return {
        ...shared,
        await: { event: paid, when: `event.data.id = ${id} and ${which}`, ...late },
      };
    }
    case 'sleep': {
      const until = isFlawed ? 'trigger.data.id' : `"${ends}"`;
      return { ...shared, sleep: typeof ends === 'number' ? durationOf(ends) : { until } };
    }
    case 'approval': {
      const title = isFlawed ? '=trigger.data.yes' : 'May it?';
      return { ...shared, approval: { role: 'sales', title, ...late } };
    }
  }
}
