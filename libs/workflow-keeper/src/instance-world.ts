/** One instance that is told what happens, for tests: its lifecycle has to allow every event. */
import { nextState, type Json } from '@morrow/kernel';
import { durationMs, definitionOf, type EventScope } from '@morrow/workflow-language';
import { advance, begin } from './advance.ts';
import type { Happening } from './happening.ts';
import { instanceGuards, instanceLifecycle } from './instance-lifecycle.ts';
import { begunBy, evolveInstance, type InstanceEvent, type InstanceFields } from './instance.ts';
import { machineOf, type Machine } from './machine.ts';
import { workOf } from './work-of.ts';

export const dawn = '2010-12-01T08:00:00.000Z';
const person = 'person:ada';

/** An event of another domain, with its data. */
export const foreignEvent = (type: string, data: Json): EventScope => ({
  ...{ type, data, streamId: 's1', at: dawn, actor: person },
});

/** The machine of a workflow with these steps; `more`: other fields of its definition. */
export function machineWith(steps: object, more: object = {}): Machine {
  const trigger = { event: 'orders.orderPlaced' };
  const head = { form: 'morrow.workflow/1', name: 'fulfil', version: 1, summary: 'Fulfils' };
  const read = definitionOf({ ...head, trigger, steps, ...more });
  if (!read.definition) throw new Error(JSON.stringify(read.problems));
  return machineOf(read.definition);
}

/** The state after an event; throws where the lifecycle or a guard forbids it. */
export function stateAfter(
  state: string | undefined,
  fields: InstanceFields | undefined,
  event: InstanceEvent,
): string {
  const stored = { type: event.type, data: event.data as never };
  const holds = (guard: string) =>
    instanceGuards[guard as keyof typeof instanceGuards].holds(fields, stored as never);
  const next = nextState(instanceLifecycle, state, event.type, holds);
  if (next === undefined) throw new Error(`${event.type} is not allowed in ${state ?? 'none'}`);
  return next;
}

/** An instance as it stands, and what may be done with it. */
export interface InstanceWorld {
  readonly machine: Machine;
  readonly events: readonly InstanceEvent[];
  readonly state: string;
  readonly fields: InstanceFields;
  readonly now: string;
  /** Tells it what happens, and gives what that brings about, one sentence for each event. */
  tell(happening: Happening): Promise<readonly string[]>;
  /** Moves the clock to this moment, ISO 8601. */
  setClock(now: string): void;
  /** Lets time pass and wakes it. */
  pass(duration: string): Promise<readonly string[]>;
  /** Due calls as `stock.reserve 0`, with `undo` before those that undo; and the next moment. */
  work(): readonly string[];
}

/** Begins an instance of a machine at dawn, on behalf of Ada. */
export async function worldOf(
  machine: Machine,
  data: Json = { order: '1' },
): Promise<InstanceWorld> {
  const events: InstanceEvent[] = [];
  let now = dawn;
  let state: string | undefined;
  let fields: InstanceFields | undefined;
  const take = (told: readonly InstanceEvent[]): readonly string[] => {
    for (const event of told) {
      state = stateAfter(state, fields, event);
      fields = evolveInstance(fields, event);
      events.push(event);
    }
    return told.flatMap(sentencesOf);
  };
  const trigger = foreignEvent('orders.orderPlaced', data);
  const start = { id: 'i1', trigger, startKey: 'fulfil|1', onBehalfOf: person, trace: '' };
  take(await begin(machine, start, now));
  const standing = () => ({ id: 'i1', state: state!, fields: fields! });
  const tell = async (happening: Happening) =>
    take(await advance(machine, standing(), happening, now));
  return {
    machine,
    events,
    get state() {
      return standing().state;
    },
    get fields() {
      return standing().fields;
    },
    get now() {
      return now;
    },
    tell,
    setClock: (moment) => {
      now = moment;
    },
    pass: (duration) => {
      now = new Date(Date.parse(now) + durationMs(duration)).toISOString();
      return tell({ kind: 'woke' });
    },
    work: () => {
      const { calls, wakeAt } = workOf(
        machine.definition,
        standing().state,
        standing().fields,
        now,
      );
      const named = calls.map(({ operation, epoch, isUndo }) =>
        isUndo ? `undo ${operation} ${epoch}` : `${operation} ${epoch}`,
      );
      return wakeAt === undefined ? named : [...named, `until ${wakeAt.slice(5, 19)}`];
    },
  };
}

/** An event in words, and the steps that begin with it. */
export const sentencesOf = (event: InstanceEvent): readonly string[] => {
  const began = begunBy(event).map(({ step }) => step);
  const told = began.length ? [`${began.join(', ')} began`] : [];
  return event.type === 'stepsBegan' ? told : [sentenceOf(event), ...told];
};

function sentenceOf({ type, data }: InstanceEvent): string {
  const { step, isUndo } = data as { readonly step?: string; readonly isUndo?: boolean };
  const of = isUndo ? `undoing ${step}` : step;
  switch (type) {
    case 'stepEnded':
      return `${step} is ${data.state}`;
    case 'stepDelayed':
      return `${of} is delayed until ${data.tryAt.slice(5, 19)}`;
    case 'stepStuck':
      return `${of} is stuck`;
    case 'stepFreed':
      return `${of} is ${data.how}`;
    case 'stepUndone':
      return `${step} is undone`;
    case 'instanceTurned':
      return ['turned', ...data.dropped.map((name) => `without ${name}`)].join(', ');
    case 'leaseLost':
      return 'a lease is lost';
    default:
      return type.replace('instance', '').toLowerCase();
  }
}

const about = (step: string, { isUndo = false, epoch = 0 } = {}) => ({ step, isUndo, epoch });
/** What a callee, a person or the world may say. */
export const answered = (step: string, output: Json = { ok: true }, of = {}): Happening => ({
  ...about(step, of),
  ...{ kind: 'answered', output },
});
export const refused = (step: string, of = {}): Happening => ({
  ...about(step, of),
  ...{ kind: 'refused', sentence: 'No.' },
});
export const failed = (step: string, of = {}): Happening => ({
  ...about(step, of),
  ...{ kind: 'failed', sentence: 'The connection was lost.' },
});
export const away = (step: string, of = {}): Happening => ({
  ...about(step, of),
  ...{ kind: 'away', sentence: 'Nobody is there.' },
});
export const broken = (step: string, of = {}): Happening => ({
  ...about(step, of),
  ...{ kind: 'broken', sentence: 'input.order: It gives nothing.' },
});
export const undoCall = (epoch = 0) => ({ isUndo: true, epoch });
export const came = (step: string, type: string, data: Json): Happening => ({
  ...{ kind: 'came', step, event: foreignEvent(type, data) },
});
export const decided = (step: string, decision: 'approved' | 'rejected'): Happening => ({
  ...{ kind: 'decided', step, decision, by: person },
});
export const retried = (step: string): Happening => ({ kind: 'retried', step, by: person });
export const skipped = (step: string): Happening => ({ kind: 'skipped', step, by: person });
export const resolved = (step: string, output: Json = 'by hand'): Happening => ({
  ...{ kind: 'resolved', step, output, by: person },
});
export const cancelled: Happening = { kind: 'cancelled', by: person };
