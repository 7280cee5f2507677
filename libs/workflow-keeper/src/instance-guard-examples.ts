/** Facts on which the guards of an instance are tried: a release records what they decide. */
import type { DocumentEvent, GuardExample } from '@morrow/contract';
import { evolveInstance, type InstanceEvent, type InstanceFields } from './instance.ts';

const at = '2010-12-01T08:00:00.000Z';
const beginning = {
  ...{ workflow: 'sale', version: 1, hash: 'h1', startKey: 'sale|1', onBehalfOf: 'person:ada' },
  ...{ trace: '', at, trigger: '{}' },
};
const began: InstanceEvent = { type: 'instanceStarted', data: beginning };
const steps = [{ step: 'reserve' }, { step: 'charge' }];
const running: readonly InstanceEvent[] = [began, { type: 'stepsBegan', data: { at, steps } }];
const stuck = (step: string, isUndo = false): InstanceEvent => ({
  type: 'stepStuck',
  data: { step, isUndo, sentence: 'Nobody answers.', isAnswered: false },
});
const done = (step: string): InstanceEvent => ({
  type: 'stepEnded',
  data: { step, state: 'done', at },
});
const turned = (dropped: readonly string[]): InstanceEvent => ({
  type: 'instanceTurned',
  data: { at, sentence: 'It was cancelled', by: 'person:ada', dropped },
});
const freed = (step: string, isUndo = false): InstanceEvent => ({
  type: 'stepFreed',
  data: { step, isUndo, how: 'retried', by: 'person:ada' },
});

/** What stands after these, and what happens then. */
const example = (
  before: readonly InstanceEvent[],
  event: InstanceEvent,
): Required<GuardExample<InstanceFields>> => ({
  fields: before.reduce<InstanceFields | undefined>(evolveInstance, undefined) as InstanceFields,
  event: { type: event.type, data: event.data } as unknown as DocumentEvent,
});

const wayBack = [...running, done('charge'), done('reserve'), turned([])];
const resumed: InstanceEvent = { type: 'instanceResumed', data: { at } };
export const othersStuckExamples = [
  example([...running, stuck('reserve')], freed('reserve')),
  example([...running, stuck('reserve'), stuck('charge')], freed('reserve')),
  example([...running, stuck('reserve')], done('charge')),
  example([...running, stuck('reserve')], turned(['reserve'])),
  example([...running, stuck('reserve')], turned(['charge'])),
  example([...wayBack, stuck('reserve', true)], freed('reserve', true)),
  example([...wayBack, stuck('reserve', true)], resumed),
  example(running, resumed),
];
export const turnedExamples = [
  example(running, resumed),
  example([...running, stuck('reserve')], freed('reserve')),
  example([...wayBack, stuck('reserve', true)], freed('reserve', true)),
  example([...running, turned([])], resumed),
];
