/** Begins the steps that may begin, and ends the instance where nothing is left. */
import type { Json } from '@morrow/kernel';
import type { Evaluated } from '@morrow/workflow-language';
import { placed, scopeOf, sentenceMax, type Draft } from './draft.ts';
import type { BegunStep } from './instance.ts';
import { bytesOf, outputMax } from './size-limits.ts';
import { openSteps, toUndo } from './work-of.ts';

/** Steps that one event tells of. */
const begunMax = 100;
/** Of them those that the event tells of which lets them begin. */
const begunWithMax = 20;
/** Characters of what a person is asked. */
const titleMax = 200;

/** Begins what may begin now, and ends the instance where nothing is left. */
export async function goOn(draft: Draft): Promise<void> {
  while (!draft.fields.turn) {
    const next = draft.machine.order.filter(
      (name) => !draft.fields.steps[name] && haveEnded(draft, draft.step(name)?.after ?? []),
    );
    if (!next.length) break;
    await beginAll(draft, next);
  }
  await finish(draft);
}

/** Whether the way leads past all of them. */
const haveEnded = ({ fields }: Draft, names: readonly string[]): boolean =>
  names.every((name) => {
    const state = fields.steps[name]?.state;
    return state === 'done' || state === 'skipped' || state === 'timedOut';
  });

/** Begins steps, skips those whose condition is false, and says which cannot begin. */
export async function beginAll(draft: Draft, names: readonly string[]): Promise<void> {
  const begun: BegunStep[] = [];
  const stuck: { readonly step: string; readonly problem: string }[] = [];
  for (const name of names) {
    const next = await beginningOf(draft, name);
    if (next === 'skipped') draft.end(name, 'skipped');
    else if (typeof next === 'object' && 'problem' in next) {
      stuck.push({ step: name, problem: next.problem });
      begun.push({ step: name });
    } else begun.push(next);
  }
  const rest = draft.beginWithLast(begun.slice(0, begunWithMax)) ? begunWithMax : 0;
  for (let at = rest; at < begun.length; at += begunMax)
    draft.tell({
      type: 'stepsBegan',
      data: { at: draft.now, steps: begun.slice(at, at + begunMax) },
    });
  for (const { step, problem } of stuck) draft.stickUncalled(step, problem);
}

type Beginning = BegunStep | 'skipped' | { readonly problem: string };

async function beginningOf(draft: Draft, name: string): Promise<Beginning> {
  const step = draft.step(name);
  const { evaluator } = draft.machine;
  const scope = scopeOf(draft.id, draft.fields);
  if (step?.when !== undefined) {
    const runs = await evaluator.runs(name, scope);
    if (!runs.isOk) return { problem: placed(runs) };
    if (!runs.value) return 'skipped';
  }
  if (!step || 'call' in step) return { step: name };
  if ('sleep' in step) {
    if (typeof step.sleep === 'string') return { step: name, until: draft.after(step.sleep) };
    const until = await evaluator.until(name, scope);
    if (!until.isOk) return { problem: placed(until) };
    return { step: name, until: new Date(until.value).toISOString() };
  }
  if ('approval' in step) {
    const { role, timeout } = step.approval;
    const title = await evaluator.title(name, scope);
    if (!title.isOk) return { problem: placed(title) };
    return { step: name, role, title: title.value.slice(0, titleMax), ...draft.until(timeout) };
  }
  const question = draft.machine.questions.find((each) => each.step === name);
  const sought = await question?.keyFor(scope);
  if (!sought || 'sentence' in sought) return { problem: `await.when: ${sought?.sentence}` };
  return { step: name, key: sought.key, ...draft.until(step.await.timeout) };
}

/** What an instance gives, or why it gives nothing. */
function endingOf(output: Evaluated<Json>): {
  readonly output?: string;
  readonly problem?: string;
} {
  if (!output.isOk) return { problem: placed(output).slice(0, sentenceMax) };
  if (output.value === null) return {};
  const text = JSON.stringify(output.value);
  const bytes = bytesOf(text);
  if (bytes <= outputMax) return { output: text };
  return { problem: `output: It has ${bytes} bytes, more than ${outputMax}.` };
}

async function finish(draft: Draft): Promise<void> {
  const { machine, fields, now } = draft;
  if (openSteps(fields).length) return;
  if (fields.turn) {
    if (!toUndo(machine.definition, fields).length)
      draft.tell({ type: 'instanceUndone', data: { at: now } });
    return;
  }
  if (machine.order.some((name) => !fields.steps[name])) return;
  const output = await machine.evaluator.output(scopeOf(draft.id, fields));
  draft.tell({ type: 'instanceDone', data: { at: now, ...endingOf(output) } });
}
