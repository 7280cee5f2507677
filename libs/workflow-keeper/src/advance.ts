/** Decides what a happening makes of an instance: pure, so that every engine and every replay comes
 * to the same. */
import { durationMs, type EventScope } from '@morrow/workflow-language';
import { beginAll, goOn } from './begin-steps.ts';
import { Draft, placed, scopeOf, sentenceMax, type Standing } from './draft.ts';
import type { Happening } from './happening.ts';
import { evolveInstance, isOver, neverTried, recordOf, type InstanceEvent } from './instance.ts';
import type { Machine } from './machine.ts';
import { retryOf, waitMsAfter } from './retry-policy.ts';
import { openSteps, stuckSteps, toUndo } from './work-of.ts';

export { outputMax, triggerMax } from './size-limits.ts';
/** Leases lost in a row before a person has to look. */
export const leasesLostMax = 5;

export interface Start {
  readonly id: string;
  readonly trigger: EventScope;
  readonly startKey: string;
  readonly segment?: string | undefined;
  readonly onBehalfOf: string;
  /** W3C traceparent. */
  readonly trace: string;
}
/** Begins an instance: its first events. `now` in ISO 8601. */
export async function begin(
  machine: Machine,
  { id, trigger, startKey, segment, onBehalfOf, trace }: Start,
  now: string,
): Promise<readonly InstanceEvent[]> {
  const { name, version, deadline } = machine.definition;
  const started: InstanceEvent = {
    type: 'instanceStarted',
    data: {
      ...{ workflow: name, version, hash: machine.hash, startKey, onBehalfOf, trace, at: now },
      ...(segment !== undefined && { segment }),
      ...(deadline && {
        deadlineAt: new Date(Date.parse(now) + durationMs(deadline)).toISOString(),
      }),
      trigger: JSON.stringify(trigger),
    },
  };
  const draft = new Draft(machine, { id, fields: evolveInstance(undefined, started) }, now);
  draft.events.push(started);
  await goOn(draft);
  return draft.events;
}

/** The events that a happening brings about; none where it comes too late or concerns nobody. */
export async function advance(
  machine: Machine,
  standing: Standing & { readonly state: string },
  happening: Happening,
  now: string,
): Promise<readonly InstanceEvent[]> {
  if (isOver(standing.state)) return [];
  const draft = new Draft(machine, standing, now);
  await take(draft, happening);
  if (draft.events.length && draft.fields.parked !== null && isNothingLeft(draft))
    draft.tell({ type: 'instanceResumed', data: { at: now } });
  if (draft.events.length && draft.fields.parked === null) await goOn(draft);
  return draft.events;
}

/** Whether it has turned and nothing is heard of or undone any more: then nothing is missing. */
const isNothingLeft = ({ fields, machine }: Draft): boolean =>
  fields.turn !== null && !openSteps(fields).length && !toUndo(machine.definition, fields).length;

async function take(draft: Draft, happening: Happening): Promise<void> {
  const { fields, now } = draft;
  switch (happening.kind) {
    case 'answered':
    case 'refused':
    case 'failed':
    case 'away':
    case 'broken':
      if (isAwaited(draft, happening)) heard(draft, happening);
      return;
    case 'came':
      await came(draft, happening.step, happening.event);
      return;
    case 'decided': {
      const { step, decision, by, note } = happening;
      const isAsked = draft.isOpen(step) && recordOf(fields, step).role !== null;
      const output = { decision, at: now, by, ...(note !== undefined && { note }) };
      if (isAsked) draft.end(step, 'done', output);
      return;
    }
    case 'woke':
      wake(draft);
      return;
    case 'lost':
      lose(draft);
      return;
    case 'parked':
      if (fields.parked !== happening.sentence)
        draft.tell({ type: 'instanceParked', data: { sentence: happening.sentence } });
      return;
    case 'resumed':
      if (fields.parked === null) return;
      draft.tell({ type: 'instanceResumed', data: { at: now } });
      wake(draft);
      return;
    case 'cancelled': {
      const note = happening.note === undefined ? '' : `: ${happening.note}`;
      draft.turn(`It was cancelled${note}`, { by: happening.by });
      return;
    }
    default:
      await free(draft, happening);
  }
}

type Heard = Extract<Happening, { kind: 'answered' | 'refused' | 'failed' | 'away' | 'broken' }>;

/** Whether somebody waits for this very answer. Of a call that is stuck a late answer is news; that
 * it failed once more is none, nor is it before the call is due again. */
function isAwaited(draft: Draft, { kind, step, isUndo, epoch }: Heard): boolean {
  const { fields, machine, now } = draft;
  const { trying, undo } = recordOf(fields, step);
  const isCalled = isUndo
    ? fields.turn !== null &&
      !openSteps(fields).length &&
      toUndo(machine.definition, fields)[0] === step
    : draft.isOpen(step) && draft.isCall(step);
  const { problem, isAnswered, tryAt, ...held } = (isUndo ? undo : trying) ?? neverTried;
  if (!isCalled || held.epoch !== epoch) return false;
  if (kind === 'answered') return true;
  if (kind === 'refused') return !isAnswered;
  return problem === null && (tryAt === null || tryAt <= now);
}

function heard(draft: Draft, happening: Heard): void {
  const { step, isUndo } = happening;
  switch (happening.kind) {
    case 'answered':
      if (isUndo) draft.tell({ type: 'stepUndone', data: { step, at: draft.now } });
      else draft.give(step, happening.output, 'It was done, and its answer');
      return;
    case 'refused':
      if (isUndo) draft.stick(step, isUndo, happening.sentence, true);
      else draft.fail(step, happening.sentence);
      return;
    case 'failed':
    case 'away':
      delay(draft, happening);
      return;
    case 'broken':
      draft.stick(step, isUndo, happening.sentence);
  }
}

/** Milliseconds between tries where nobody is there: one second at first, a minute at most. */
const awayWaitMs = (aways: number) => Math.min(1000 * 2 ** aways, 60_000);
/** About an hour of them: an instance that has turned then waits for a person. */
const awaysMax = 64;

function delay(draft: Draft, { kind, step, isUndo, sentence }: Heard & { sentence: string }): void {
  const isAway = kind === 'away';
  const definition = draft.step(step);
  const record = recordOf(draft.fields, step);
  const { tries, aways } = (isUndo ? record.undo : record.trying) ?? neverTried;
  const policy = retryOf(definition && 'call' in definition ? definition : {});
  const isHopeless = isAway && draft.fields.turn !== null && aways >= awaysMax;
  const goesOn = isAway ? awayWaitMs(aways) : waitMsAfter(policy, tries + 1);
  const waitMs = isHopeless ? undefined : goesOn;
  if (waitMs === undefined) {
    draft.stick(step, isUndo, sentence);
    return;
  }
  const tryAt = new Date(Date.parse(draft.now) + waitMs).toISOString();
  const told = { step, isUndo, tryAt, sentence: sentence.slice(0, sentenceMax), isAway };
  draft.tell({ type: 'stepDelayed', data: told });
}

async function came(draft: Draft, step: string, event: EventScope): Promise<void> {
  const definition = draft.step(step);
  const { key } = recordOf(draft.fields, step);
  if (!draft.isOpen(step) || key === null || !definition || !('await' in definition)) return;
  if (definition.await.event !== event.type) return;
  const accepted = await draft.machine.evaluator.accepts(
    step,
    event,
    scopeOf(draft.id, draft.fields),
  );
  if (!accepted.isOk) draft.stick(step, false, placed(accepted));
  else if (accepted.value) draft.give(step, event.data, 'Its event came, and it');
}

function wake(draft: Draft): void {
  const { deadlineAt, turn } = draft.fields;
  if (!turn && deadlineAt !== null && deadlineAt <= draft.now)
    draft.turn(`It was not done by its deadline, ${deadlineAt}.`, {});
  for (const [name, { until }] of openSteps(draft.fields)) {
    const step = draft.step(name);
    if (until === null || until > draft.now || !step || !draft.isOpen(name)) continue;
    if ('sleep' in step) draft.end(name, 'done');
    else if ('approval' in step) {
      const decision = step.approval.onTimeout === 'approve' ? 'approved' : 'rejected';
      draft.end(name, 'done', { decision, at: draft.now });
    } else if ('await' in step && step.await.onTimeout === 'continue') draft.end(name, 'timedOut');
    else if ('await' in step) {
      const sentence = `${step.await.event} did not come within ${step.await.timeout}.`;
      draft.fail(name, sentence);
    }
  }
}

function lose(draft: Draft): void {
  draft.tell({ type: 'leaseLost', data: { at: draft.now } });
  if (draft.fields.leasesLost < leasesLostMax) return;
  const sentence = `Its lease was lost ${leasesLostMax} times in a row.`;
  for (const [name, { trying }] of openSteps(draft.fields))
    if (draft.isCall(name) && (trying?.problem ?? null) === null)
      draft.stick(name, false, sentence);
  if (!draft.fields.turn || openSteps(draft.fields).length) return;
  const [last] = toUndo(draft.machine.definition, draft.fields);
  const { undo } = recordOf(draft.fields, last ?? '');
  if (last !== undefined && (undo?.problem ?? null) === null) draft.stick(last, true, sentence);
}

type Freeing = Extract<Happening, { kind: 'retried' | 'skipped' | 'resolved' }>;

/** A step that is stuck goes on as a person has decided; of one that is not, nothing changes. */
async function free(draft: Draft, happening: Freeing): Promise<void> {
  const { step, kind, by, note } = happening;
  const { fields } = draft;
  if (!stuckSteps(fields).includes(step)) return;
  const isUndo = recordOf(fields, step).state === 'done';
  const told = { step, isUndo, how: kind, by, ...(note !== undefined && { note }) };
  draft.tell({ type: 'stepFreed', data: told });
  const { tries, isAnswered } = recordOf(fields, step).trying ?? neverTried;
  if (kind === 'retried' && !isUndo && tries === 0 && !isAnswered) await beginAll(draft, [step]);
  if (kind === 'retried') return;
  if (isUndo) draft.tell({ type: 'stepUndone', data: { step, at: draft.now } });
  else if (kind === 'skipped') draft.end(step, 'skipped');
  else draft.end(step, 'done', happening.output);
}
