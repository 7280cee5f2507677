/** Collects the events of one advance, and what they make of the instance on the way. */
import type { Json } from '@morrow/kernel';
import {
  durationMs,
  type Evaluated,
  type StepDefinition,
  type StepState,
  type WorkflowScope,
} from '@morrow/workflow-language';
import {
  evolveInstance,
  withBegun,
  recordOf,
  type BegunStep,
  type InstanceEvent,
  type InstanceEventData,
  type InstanceFields,
} from './instance.ts';
import type { Machine } from './machine.ts';
import { bytesOf, outputMax } from './size-limits.ts';
import { openSteps } from './work-of.ts';

/** Characters of what people read of a failure. */
export const sentenceMax = 300;

/** An instance as it stands: `id` and fields; absent fields have not begun. */
export interface Standing {
  readonly id: string;
  readonly fields: InstanceFields;
}

/** Collects events and what they make of the fields. */
export class Draft {
  readonly events: InstanceEvent[] = [];
  readonly machine: Machine;
  readonly id: string;
  readonly now: string;
  fields: InstanceFields;

  constructor(machine: Machine, { id, fields }: Standing, now: string) {
    this.machine = machine;
    this.id = id;
    this.fields = fields;
    this.now = now;
  }
  tell(...events: readonly InstanceEvent[]): void {
    for (const event of events) {
      this.events.push(event);
      this.fields = evolveInstance(this.fields, event);
    }
  }
  /** Tells of steps that begin in the event which lets them begin, where it is the last one: they
   * are stored as one. False where it is not. */
  beginWithLast(begun: readonly BegunStep[]): boolean {
    const last = this.events.at(-1);
    const lets = last?.type === 'instanceStarted' || last?.type === 'stepEnded';
    if (!begun.length || !lets || last.data.begun) return false;
    const event = { type: last.type, data: { ...last.data, begun } } as InstanceEvent;
    this.events[this.events.length - 1] = event;
    this.fields = withBegun(this.fields, event);
    return true;
  }
  step(name: string): StepDefinition | undefined {
    return this.machine.definition.steps[name];
  }
  isOpen(step: string): boolean {
    return this.fields.steps[step]?.state === 'open';
  }
  isCall(step: string): boolean {
    return 'call' in (this.step(step) ?? {});
  }
  after(duration: string): string {
    return new Date(Date.parse(this.now) + durationMs(duration)).toISOString();
  }
  until(timeout: string | undefined): { readonly until?: string } {
    return timeout === undefined ? {} : { until: this.after(timeout) };
  }
  end(step: string, state: InstanceEventData['stepEnded']['state'], output: Json = null): void {
    const told = output === null ? {} : { output: JSON.stringify(output) };
    this.tell({ type: 'stepEnded', data: { step, state, at: this.now, ...told } });
  }
  /** Ends a step that cannot be done, and with it the way forward. */
  fail(step: string, sentence: string): void {
    const told = { step, state: 'failed', at: this.now, sentence: sentence.slice(0, sentenceMax) };
    this.tell({ type: 'stepEnded', data: told as InstanceEventData['stepEnded'] });
    this.turn(sentence, { step });
  }
  /** Ends a step with what came for it; a person has to look where that is too long to keep. */
  give(step: string, output: Json, what: string): void {
    const bytes = bytesOf(JSON.stringify(output));
    if (bytes <= outputMax) this.end(step, 'done', output);
    else this.stick(step, false, `${what} has ${bytes} bytes, more than ${outputMax}.`);
  }
  /** Stops a step until a person has decided; once for each reason. */
  stick(step: string, isUndo: boolean, sentence: string, isAnswered = false): void {
    const told = sentence.slice(0, sentenceMax);
    const { trying, undo } = recordOf(this.fields, step);
    const held = isUndo ? undo : trying;
    if (held?.problem === told && held.isAnswered === isAnswered) return;
    this.tell({ type: 'stepStuck', data: { step, isUndo, sentence: told, isAnswered } });
  }
  /** Stops a step that cannot begin. */
  stickUncalled(step: string, sentence: string): void {
    const told = { step, isUndo: false, sentence: sentence.slice(0, sentenceMax) };
    this.tell({ type: 'stepStuck', data: { ...told, isAnswered: false, isUncalled: true } });
  }
  /** Ends the way forward: what has not been called is dropped, what was done is undone. */
  turn(sentence: string, { step, by }: { readonly step?: string; readonly by?: string }): void {
    if (this.fields.turn) return;
    const dropped = openSteps(this.fields)
      .filter(([name, { trying }]) => !this.isCall(name) || trying?.isUncalled)
      .map(([name]) => name);
    const why = { ...(step !== undefined && { step }), ...(by !== undefined && { by }) };
    const told = { at: this.now, sentence: sentence.slice(0, sentenceMax), ...why, dropped };
    this.tell({ type: 'instanceTurned', data: told });
  }
}

/** What expressions read: all that has ended. */
export const scopeOf = (
  id: string,
  { trigger, steps, startedAt }: InstanceFields,
): WorkflowScope => {
  const ended: Record<string, { state: StepState; output: Json }> = {};
  for (const [name, { state, output }] of Object.entries(steps))
    if (state === 'done' || state === 'skipped' || state === 'timedOut')
      ended[name] = { state, output };
  return { trigger, steps: ended, instance: { id, startedAt } };
};

/** `input.lines[0]: The expression …`. */
export const placed = (evaluated: Extract<Evaluated<unknown>, { isOk: false }>): string =>
  `${evaluated.error.field}: ${evaluated.error.sentence}`;
