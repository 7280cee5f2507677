/** The lifecycle of an instance, and its guards: what is stuck, and which way it goes. */
import type { DocumentEvent } from '@morrow/contract';
import { defineLifecycle } from '@morrow/kernel';
import { instanceStates, type InstanceFields } from './instance.ts';
import { othersStuckExamples, turnedExamples } from './instance-guard-examples.ts';
import { stuckSteps } from './work-of.ts';

const under = ['running', 'undoing', 'stuck', 'parked'] as const;
/** After these an instance stands where it stood. */
const staying = ['stepsBegan', 'stepDelayed', 'leaseLost'];
/** After these another step may be the only one that was stuck. */
const freeing = ['stepEnded', 'stepUndone', 'stepFreed'];

export const instanceLifecycle = defineLifecycle({
  id: 'workflowInstance',
  version: 1,
  states: [...instanceStates],
  transitions: [
    { on: 'instanceStarted', from: [], to: 'running' },
    ...staying.flatMap((on) => under.map((state) => ({ on, from: [state], to: state }))),
    { on: 'stepStuck', from: ['running', 'undoing', 'stuck'], to: 'stuck' },
    { on: 'stepStuck', from: ['parked'], to: 'parked' },
    ...freeing.flatMap((on) => [
      ...['running', 'undoing', 'parked'].map((state) => ({ on, from: [state], to: state })),
      { on, from: ['stuck'], to: 'stuck', guard: 'othersStuck@1' },
      { on, from: ['stuck'], to: 'undoing', guard: 'turned@1' },
      { on, from: ['stuck'], to: 'running' },
    ]),
    { on: 'instanceTurned', from: ['stuck'], to: 'stuck', guard: 'othersStuck@1' },
    { on: 'instanceTurned', from: ['running', 'stuck'], to: 'undoing' },
    { on: 'instanceTurned', from: ['parked'], to: 'parked' },
    { on: 'instanceParked', from: [...under], to: 'parked' },
    { on: 'instanceResumed', from: ['parked'], to: 'stuck', guard: 'othersStuck@1' },
    { on: 'instanceResumed', from: ['parked'], to: 'undoing', guard: 'turned@1' },
    { on: 'instanceResumed', from: ['parked'], to: 'running' },
    { on: 'instanceDone', from: ['running'], to: 'done' },
    { on: 'instanceUndone', from: ['undoing'], to: 'undone' },
  ],
});

/** Steps that the event itself frees or drops. */
const touched = ({ data }: DocumentEvent): readonly string[] => {
  const { step, dropped = [] } = data as { step?: string; dropped?: readonly string[] };
  return step === undefined ? dropped : [...dropped, step];
};

export const instanceGuards = {
  'othersStuck@1': {
    summary: 'Some other step waits for a person',
    examples: othersStuckExamples,
    holds: (fields: InstanceFields | undefined, event: DocumentEvent) => {
      const but = new Set(touched(event));
      return fields !== undefined && stuckSteps(fields).some((step) => !but.has(step));
    },
  },
  'turned@1': {
    summary: 'What was done is being undone',
    examples: turnedExamples,
    holds: (fields: InstanceFields | undefined) => (fields?.turn ?? null) !== null,
  },
};
