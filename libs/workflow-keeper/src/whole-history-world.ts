/** What an instance must have become, told from its whole history each time: a second opinion for
 * tests, which shares nothing with the interpreter. */
import type { Happening } from './happening.ts';
import { dawn } from './instance-world.ts';
import {
  paid,
  type PlannedCondition,
  type Plan,
  type PlannedStep,
} from './random-workflow-world.ts';

/** All that an instance was told, and when; the first is its beginning. */
export interface HistoryEntry {
  readonly now: string;
  readonly happening?: Happening;
}
interface Life {
  readonly begun: number;
  readonly end?: { readonly at: number; readonly how: string; readonly decision?: string };
  readonly isStuck: boolean;
  /** Indices at which a person or an answer brought it on. */
  readonly progress: readonly number[];
}
interface Turned {
  readonly at: number;
  readonly isByStep: boolean;
}
export interface Verdict {
  readonly state: string;
  /** For each step that has begun, how it must stand: one of these. */
  readonly steps: Readonly<Record<string, readonly string[]>>;
  readonly stuck: readonly string[];
  /** Steps that are undone, in this order. */
  readonly undone: readonly string[];
}
const leasesMax = 5;
const longMin = 65_536;

export function verdictOf(plan: Plan, history: readonly HistoryEntry[]): Verdict {
  const lives = new Map<string, Life | undefined>();
  const known = <T>(key: string, find: () => T, held: Map<string, unknown>): T => {
    if (!held.has(key)) held.set(key, find());
    return held.get(key) as T;
  };
  const turns = new Map<string, Turned | undefined>();
  const rows = new Map<string, number>();
  const planned = (name: string) => plan.steps.find((step) => step.name === name)!;
  const told = (at: number) => history[at]!.happening;

  /** Whether it is parked after this was told. */
  const isParked = (at: number): boolean => {
    for (let i = at; i > 0; i--) {
      const kind = told(i)?.kind;
      if (kind === 'parked' || kind === 'resumed') return kind === 'parked';
    }
    return false;
  };
  const isResumed = (at: number) => told(at)?.kind === 'resumed' && isParked(at - 1);
  const isWoken = (at: number) => told(at)?.kind === 'woke' || isResumed(at);
  const unparked = (at: number, upTo: number): number | undefined => {
    for (let i = at; i <= upTo; i++) if (!isParked(i)) return i;
    return undefined;
  };

  const lifeOf = (name: string, upTo: number): Life | undefined =>
    known(`${name} ${upTo}`, () => findLife(planned(name), upTo), lives);

  function findLife(step: PlannedStep, upTo: number): Life | undefined {
    const before = step.after.map((name) => lifeOf(name, upTo)?.end);
    if (before.some((end) => !end || end.how === 'failed')) return undefined;
    const begun = unparked(Math.max(0, ...before.map((end) => end!.at)), upTo);
    if (begun === undefined) return undefined;
    const runs = answerTo(step.condition, upTo);
    if (runs === false) {
      const end = { at: begun, how: 'skipped' };
      return { begun, isStuck: false, progress: [begun], end };
    }
    const isHopeless = runs === 'throws' || step.isFlawed;
    return livedOn(step, begun, isHopeless, upTo);
  }

  function answerTo(condition: PlannedCondition, upTo: number): boolean | 'throws' {
    if (typeof condition !== 'object') return condition;
    const end = lifeOf(condition.step, upTo)?.end;
    return condition.is === 'done' ? end?.how === 'done' : end?.decision === 'approved';
  }

  function livedOn(step: PlannedStep, begun: number, isHopeless: boolean, upTo: number): Life {
    const progress: number[] = [];
    let since = begun;
    const ended = (at: number, how: string, decision?: string): Life => ({
      ...{ begun, isStuck: false, progress: [...progress, at] },
      end: { at, how, ...(decision !== undefined && { decision }) },
    });
    for (let i = begun + 1; i <= upTo; i++) {
      const it = told(i)!;
      const isStuck = isHopeless || stuckAt(step, false, since, i - 1, 0);
      const isOurs = 'step' in it && it.step === step.name;
      if (isOurs && isStuck && it.kind === 'resolved') return ended(i, 'done', decisionIn(it));
      if (isOurs && isStuck && it.kind === 'skipped') return ended(i, 'skipped');
      if (isOurs && isStuck && it.kind === 'retried') {
        progress.push(i);
        since = i;
      }
      if (step.kind === 'call') {
        if (!isOurs || !('isUndo' in it) || it.isUndo || it.epoch !== 0) continue;
        if (it.kind === 'refused') return ended(i, 'failed');
        if (it.kind === 'answered' && !isLong(it)) return ended(i, 'done');
      } else if (!isHopeless) {
        const how = waitedFor(step, it, since, i);
        if (how) return ended(i, ...how);
      }
    }
    const isStuck = isHopeless || stuckAt(step, false, since, upTo, 0);
    return { begun, isStuck, progress };
  }

  /** How a step that calls nobody ends by this, if it does. */
  function waitedFor(
    { name, kind, ends, onTimeout }: PlannedStep,
    it: Happening,
    since: number,
    at: number,
  ): readonly [string, string?] | undefined {
    const isOurs = 'step' in it && it.step === name;
    if (isOurs && it.kind === 'decided' && kind === 'approval') return ['done', it.decision];
    if (isOurs && it.kind === 'came' && kind === 'await' && fits(name, it) === true)
      return ['done'];
    if (!isWoken(at) || ends === undefined) return undefined;
    const from = Date.parse(history[since]!.now);
    const until = typeof ends === 'number' ? from + ends : Date.parse(ends);
    if (until > Date.parse(history[at]!.now)) return undefined;
    if (kind === 'sleep') return ['done'];
    if (kind === 'approval') return ['done', onTimeout === 'approve' ? 'approved' : 'rejected'];
    return [onTimeout === 'continue' ? 'timedOut' : 'failed'];
  }

  /** Whether what was told after `since`, up to `upTo`, has stopped the step. */
  function stuckAt(step: PlannedStep, isUndo: boolean, since: number, upTo: number, epoch: number) {
    let [tries, aways, dueMs] = [0, 0, -Infinity];
    for (let i = since + 1; i <= upTo; i++) {
      const it = told(i)!;
      if (it.kind === 'lost' && step.kind === 'call' && lostInRow(i) >= leasesMax) return true;
      if (!('step' in it) || it.step !== step.name) continue;
      if (it.kind === 'came' && step.kind === 'await' && fits(step.name, it) === 'throws')
        return true;
      if (!('isUndo' in it) || step.kind !== 'call') continue;
      if (it.isUndo !== isUndo || it.epoch !== epoch) continue;
      if (it.kind === 'answered' && !isUndo && isLong(it)) return true;
      if (it.kind === 'refused') return true;
      const nowMs = Date.parse(history[i]!.now);
      if (nowMs < dueMs) continue;
      if (it.kind === 'broken') return true;
      if (it.kind === 'away') {
        dueMs = nowMs + ([1, 2, 4, 8, 16, 32][aways] ?? 60) * 1000;
        aways++;
      }
      if (it.kind !== 'failed') continue;
      tries++;
      aways = 0;
      if (tries >= step.retry.times) return true;
      dueMs = nowMs + Math.min(60_000, step.retry.waitMs * 3 ** (tries - 1));
    }
    return false;
  }

  /** Leases lost up to here since anything ended, was undone or was freed. */
  const lostInRow = (at: number): number =>
    known(
      `${at}`,
      () => {
        const last = Math.max(0, ...progressUpTo(at - 1));
        return history.slice(last + 1, at + 1).filter((it) => it.happening?.kind === 'lost').length;
      },
      rows,
    );
  const progressUpTo = (upTo: number): readonly number[] => {
    const turn = turnOf(upTo);
    const forward = plan.steps.flatMap((step) => {
      const { name } = step;
      const life = lifeOf(name, upTo);
      if (!life || (turn && life.begun >= turn.at)) return [];
      const isHeard = (at: number) =>
        !turn ||
        !isUncalled(step, life.end, turn) ||
        at < turn.at ||
        (turn.isByStep && at === turn.at);
      return life.progress.filter(isHeard);
    });
    return [...forward, ...wayBack(upTo).progress];
  };

  const turnOf = (upTo: number): Turned | undefined =>
    known(`${upTo}`, () => findTurn(upTo), turns);
  function findTurn(upTo: number): Turned | undefined {
    const deadlineMs =
      plan.deadlineMs === undefined ? Infinity : Date.parse(dawn) + plan.deadlineMs;
    const failedAt = plan.steps.flatMap(({ name }) => {
      const end = lifeOf(name, upTo)?.end;
      return end?.how === 'failed' ? [end.at] : [];
    });
    for (let at = 1; at <= upTo; at++) {
      const isLate = isWoken(at) && Date.parse(history[at]!.now) >= deadlineMs;
      if (isLate || told(at)?.kind === 'cancelled') return { at, isByStep: false };
      if (failedAt.includes(at)) return { at, isByStep: true };
    }
    return undefined;
  }

  /** Whether nobody was called for it when its instance turned. */
  const isUncalled = ({ kind, condition }: PlannedStep, end: Life['end'], turn: Turned) =>
    kind !== 'call' ||
    (condition === 'throws' &&
      !(end && (end.at < turn.at || (end.at === turn.at && turn.isByStep))));
  /** How each step stands that has begun. */
  function standingOf(step: PlannedStep, upTo: number): readonly string[] | undefined {
    const turn = turnOf(upTo);
    const life = lifeOf(step.name, upTo);
    if (!life || (turn && life.begun >= turn.at)) return undefined;
    const { end } = life;
    if (!turn || !isUncalled(step, end, turn)) return [end?.how ?? 'open'];
    if (!end || end.at > turn.at || (end.at === turn.at && !turn.isByStep)) return ['dropped'];
    // Of waits that are over at one moment, the first that fails drops those after it.
    return end.at === turn.at ? [end.how, 'dropped'] : [end.how];
  }

  function wayBack(upTo: number) {
    const undone: string[] = [];
    const progress: number[] = [];
    const turn = turnOf(upTo);
    const begun = plan.steps.filter(
      (step) =>
        turn &&
        step.kind === 'call' &&
        ![undefined, 'dropped'].includes(standingOf(step, upTo)?.[0]),
    );
    const ends = begun.map(({ name }) => lifeOf(name, upTo)!.end);
    if (!turn || ends.some((end) => !end)) return { undone, progress };
    let from = Math.max(turn.at, ...ends.map((end) => end!.at));
    const back = begun
      .filter(({ name, isCompensated }) => isCompensated && lifeOf(name, upTo)!.end!.how === 'done')
      .sort((a, b) => lifeOf(b.name, upTo)!.end!.at - lifeOf(a.name, upTo)!.end!.at);
    for (const step of back) {
      const way = undoingOf(step, from, upTo, progress);
      if (way.doneAt === undefined)
        return { undone, progress, stuck: way.isStuck ? step.name : undefined };
      undone.push(step.name);
      from = way.doneAt;
    }
    return { undone, progress, overAt: from };
  }

  const isRefused = (name: string, epoch: number, since: number, before: number) =>
    history.slice(since + 1, before).some(({ happening: it }) => {
      const isUndoing = it?.kind === 'refused' && it.isUndo && it.step === name;
      return isUndoing && it.epoch === epoch;
    });
  function undoingOf(step: PlannedStep, from: number, upTo: number, progress: number[]) {
    let [since, epoch, doneAt] = [from, 0, undefined as number | undefined];
    for (let i = from + 1; i <= upTo && doneAt === undefined; i++) {
      const it = told(i)!;
      if (!('step' in it) || it.step !== step.name) continue;
      const isStuck = stuckAt(step, true, since, i - 1, epoch);
      if (isStuck && it.kind === 'retried') {
        if (isRefused(step.name, epoch, since, i)) epoch++;
        since = i;
        progress.push(i);
      } else if (isStuck && (it.kind === 'skipped' || it.kind === 'resolved')) doneAt = i;
      else if (it.kind === 'answered' && it.isUndo && it.epoch === epoch) doneAt = i;
    }
    if (doneAt !== undefined) progress.push(doneAt);
    return { doneAt, isStuck: doneAt === undefined && stuckAt(step, true, since, upTo, epoch) };
  }

  const upTo = history.length - 1;
  const standing = plan.steps.map((step) => [step, standingOf(step, upTo)] as const);
  const back = wayBack(upTo);
  const stuck = standing.flatMap(([{ name }, how]) =>
    (how?.[0] === 'open' && lifeOf(name, upTo)!.isStuck) || back.stuck === name ? [name] : [],
  );
  const ends = plan.steps.map(({ name }) => lifeOf(name, upTo)?.end);
  const isDone = !turnOf(upTo) && ends.every((end) => end && end.how !== 'failed');
  const doneAt = isDone ? unparked(Math.max(...ends.map((end) => end!.at)), upTo) : undefined;
  const going = stuck.length ? 'stuck' : turnOf(upTo) ? 'undoing' : 'running';
  const waiting = isParked(upTo) ? 'parked' : going;
  const state = doneAt !== undefined ? 'done' : back.overAt !== undefined ? 'undone' : waiting;
  const begun = standing.filter(([, how]) => how).map(([{ name }, how]) => [name, how!]);
  return { state, steps: Object.fromEntries(begun), stuck, undone: back.undone };
}

const isLong = ({ output }: { readonly output: unknown }) =>
  JSON.stringify(output).length > longMin;
/** What a step resolved by hand tells those that ask whether it was approved. */
const decisionIn = ({ output }: { readonly output: unknown }) =>
  (output as { readonly decision?: string } | null)?.decision;
/** Whether the event is the one that this await waits for. */
function fits(name: string, { event }: Extract<Happening, { kind: 'came' }>): boolean | 'throws' {
  const { step, sum } = event.data as { readonly step: string; readonly sum: number | string };
  if (event.type !== paid || step !== name) return false;
  return typeof sum === 'string' ? 'throws' : sum > 0;
}
