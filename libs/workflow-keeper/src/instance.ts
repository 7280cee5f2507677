/** An instance of a workflow as its events make it: where each step stands, and what is undone. */
import type { Json, JsonObject } from '@morrow/kernel';
import type { EventScope } from '@morrow/workflow-language';

/** `running` and `undoing` go on by themselves, `parked` when what is missing is there again,
 * `stuck` when a person has decided. */
export const instanceStates = ['running', 'undoing', 'stuck', 'parked', 'done', 'undone'] as const;
export const isOver = (state: string): boolean => state === 'done' || state === 'undone';

/** A call that is tried until somebody knows how it went. */
export interface Trying extends JsonObject {
  /** Part of the key of the call: moves where the last answer is kept and another one is wanted. */
  readonly epoch: number;
  /** Tries that gave no answer. */
  readonly tries: number;
  /** Tries in a row that found nobody there. */
  readonly aways: number;
  /** When it is tried again, ISO 8601; null: now. */
  readonly tryAt: string | null;
  /** Why it is stuck; null where it is not. */
  readonly problem: string | null;
  /** Whether the callee keeps the answer that it is stuck on. */
  readonly isAnswered: boolean;
  /** Whether it is stuck before anybody was called. */
  readonly isUncalled: boolean;
}
export interface StepRecord extends JsonObject {
  readonly state: 'open' | 'done' | 'skipped' | 'timedOut' | 'failed' | 'dropped';
  /** Null where it ended without having begun. */
  readonly begunAt: string | null;
  readonly endedAt: string | null;
  /** Order in which it ended, from 1. */
  readonly place: number | null;
  readonly output: Json;
  /** When a wait is over, ISO 8601; null: never. */
  readonly until: string | null;
  /** Of an await: what an event has to have to be looked at. */
  readonly key: string | null;
  /** Of an approval: who is asked what. */
  readonly role: string | null;
  readonly title: string | null;
  /** How its call stands; null while nothing has gone wrong. */
  readonly trying: Trying | null;
  /** Its compensation; null before it begins. */
  readonly undo: (Trying & { readonly isDone: boolean }) | null;
}
/** Why an instance is undone, and which calls have to be heard of first. */
export interface Turn extends JsonObject {
  readonly sentence: string;
  readonly step: string | null;
  readonly by: string | null;
}
export interface InstanceFields extends JsonObject {
  /** Name of the workflow. */
  readonly workflow: string;
  readonly definitionVersion: number;
  /** Content hash of the definition that it stays on. */
  readonly hash: string;
  /** `name|key`: at most one instance for each. */
  readonly startKey: string;
  readonly segment: string | null;
  /** The person of the event that started it. */
  readonly onBehalfOf: string;
  /** W3C traceparent of what started it. */
  readonly trace: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly deadlineAt: string | null;
  readonly trigger: EventScope & JsonObject;
  readonly steps: Readonly<Record<string, StepRecord>>;
  readonly turn: Turn | null;
  /** Why it is parked. */
  readonly parked: string | null;
  /** Leases lost in a row, without a step that ended. */
  readonly leasesLost: number;
  readonly output: Json;
  /** Why it is done without the output that its definition has. */
  readonly problem: string | null;
}

/** An event of an instance; its data as they are stored, JSON of any size as text. */
export type InstanceEvent = {
  readonly [K in keyof InstanceEventData]: {
    readonly type: K;
    readonly data: InstanceEventData[K];
  };
}[keyof InstanceEventData];

export interface BegunStep {
  readonly step: string;
  readonly until?: string;
  readonly key?: string;
  readonly role?: string;
  readonly title?: string;
}
/** A compensation is named by `isUndo`. */
interface OfCall {
  readonly step: string;
  readonly isUndo: boolean;
}
export interface InstanceEventData {
  instanceStarted: {
    readonly workflow: string;
    readonly version: number;
    readonly hash: string;
    readonly startKey: string;
    readonly segment?: string;
    readonly onBehalfOf: string;
    readonly trace: string;
    readonly at: string;
    readonly deadlineAt?: string;
    /** An `EventScope` as JSON. */
    readonly trigger: string;
    /** Steps that begin with it. */
    readonly begun?: readonly BegunStep[];
  };
  stepsBegan: { readonly at: string; readonly steps: readonly BegunStep[] };
  stepEnded: {
    readonly step: string;
    readonly state: 'done' | 'skipped' | 'timedOut' | 'failed';
    readonly at: string;
    /** JSON; absent for null. */
    readonly output?: string;
    /** Why it failed. */
    readonly sentence?: string;
    /** Steps that begin now that it has ended. */
    readonly begun?: readonly BegunStep[];
  };
  /** `isAway`: nobody was there, so that it surely did not run. */
  stepDelayed: OfCall & {
    readonly tryAt: string;
    readonly sentence: string;
    readonly isAway: boolean;
  };
  /** `isUncalled`: it could not begin, so that nobody was called. */
  stepStuck: OfCall & {
    readonly sentence: string;
    readonly isAnswered: boolean;
    readonly isUncalled?: boolean;
  };
  /** A person has decided that it is called again, or what else becomes of it. */
  stepFreed: OfCall & {
    readonly how: 'retried' | 'skipped' | 'resolved';
    readonly by: string;
    readonly note?: string;
  };
  stepUndone: { readonly step: string; readonly at: string };
  instanceTurned: {
    readonly at: string;
    readonly sentence: string;
    readonly step?: string;
    readonly by?: string;
    /** Steps that do not run any more: nobody was called for them. */
    readonly dropped: readonly string[];
  };
  instanceParked: { readonly sentence: string };
  instanceResumed: { readonly at: string };
  leaseLost: { readonly at: string };
  instanceDone: {
    readonly at: string;
    readonly output?: string;
    /** Why there is no output, although the definition has one. */
    readonly problem?: string;
  };
  instanceUndone: { readonly at: string };
}

export const neverTried: Trying = {
  ...{ epoch: 0, tries: 0, aways: 0 },
  ...{ tryAt: null, problem: null, isAnswered: false, isUncalled: false },
};
const freshUndo = { ...neverTried, isDone: false };
const begun = (at: string | null, { until, key, role, title }: BegunStep): StepRecord => ({
  state: 'open',
  begunAt: at,
  endedAt: null,
  place: null,
  output: null,
  until: until ?? null,
  key: key ?? null,
  role: role ?? null,
  title: title ?? null,
  trying: null,
  undo: null,
});
const parsed = (text: string | undefined): Json =>
  text === undefined ? null : (JSON.parse(text) as Json);
const placesOf = ({ steps }: InstanceFields): number =>
  Object.values(steps).reduce((last, { place }) => Math.max(last, place ?? 0), 0);

/** The record of a step, as it is before anything was heard of it where it has none. */
export const recordOf = (fields: InstanceFields, step: string): StepRecord =>
  fields.steps[step] ?? begun(null, { step });

const withStep = (
  fields: InstanceFields,
  step: string,
  change: (record: StepRecord) => Partial<StepRecord>,
): InstanceFields => {
  const record = recordOf(fields, step);
  const next = { ...record, ...change(record) } as StepRecord;
  return { ...fields, steps: { ...fields.steps, [step]: next } };
};
/** Changes how the call of a step, or of its compensation, stands. */
const withTrying = (
  fields: InstanceFields,
  { step, isUndo }: OfCall,
  change: (trying: Trying) => Partial<Trying>,
): InstanceFields =>
  withStep(fields, step, ({ trying, undo }) => {
    if (!isUndo) {
      const held = trying ?? neverTried;
      return { trying: { ...held, ...change(held) } as Trying };
    }
    const held = undo ?? freshUndo;
    return { undo: { ...held, ...change(held) } as typeof held };
  });

/** Steps that an event begins. */
export const begunBy = ({ type, data }: InstanceEvent): readonly BegunStep[] => {
  if (type === 'stepsBegan') return data.steps;
  return (type === 'stepEnded' || type === 'instanceStarted' ? data.begun : undefined) ?? [];
};
/** Fields with the steps that an event begins. */
export function withBegun(fields: InstanceFields, event: InstanceEvent): InstanceFields {
  const { at = null } = event.data as { readonly at?: string };
  const records = begunBy(event).map((each) => [each.step, begun(at, each)]);
  if (!records.length) return fields;
  return { ...fields, steps: { ...fields.steps, ...Object.fromEntries(records) } };
}

/** Fields after an event. */
export function evolveInstance(
  fields: InstanceFields | undefined,
  event: InstanceEvent,
): InstanceFields {
  if (event.type === 'instanceStarted') return withBegun(started(event.data), event);
  if (!fields) throw new TypeError(`${event.type} begins no instance`);
  switch (event.type) {
    case 'stepsBegan':
      return withBegun(fields, event);
    case 'stepEnded': {
      const { step, state, at, output } = event.data;
      const place = placesOf(fields) + 1;
      const ended = { state, endedAt: at, place, output: parsed(output), until: null };
      const next = withStep(fields, step, () => ended);
      return withBegun({ ...next, leasesLost: 0 }, event);
    }
    case 'stepDelayed': {
      const { tryAt, isAway } = event.data;
      return withTrying(fields, event.data, ({ tries, aways }) =>
        isAway ? { aways: aways + 1, tryAt } : { tries: tries + 1, aways: 0, tryAt },
      );
    }
    case 'stepStuck': {
      const { sentence: problem, isAnswered, isUncalled = false } = event.data;
      const stuck = { problem, isAnswered, isUncalled, tryAt: null };
      return withTrying(fields, event.data, () => stuck);
    }
    case 'stepFreed': {
      const next = withTrying(fields, event.data, ({ epoch, isAnswered }) => ({
        ...neverTried,
        epoch: isAnswered ? epoch + 1 : epoch,
      }));
      return { ...next, leasesLost: 0 };
    }
    case 'stepUndone': {
      const undone = (trying: Trying) => ({ ...trying, problem: null, isDone: true });
      const of = { step: event.data.step, isUndo: true };
      return { ...withTrying(fields, of, undone), leasesLost: 0 };
    }
    case 'instanceTurned':
      return turned(fields, event.data);
    case 'instanceParked':
      return { ...fields, parked: event.data.sentence };
    case 'instanceResumed':
      return { ...fields, parked: null };
    case 'leaseLost':
      return { ...fields, leasesLost: fields.leasesLost + 1 };
    case 'instanceDone': {
      const { at, output, problem = null } = event.data;
      return { ...fields, endedAt: at, output: parsed(output), problem };
    }
    case 'instanceUndone':
      return { ...fields, endedAt: event.data.at };
  }
}

function started(data: InstanceEventData['instanceStarted']): InstanceFields {
  const { workflow, version, hash, startKey, segment, onBehalfOf, trace, at, deadlineAt } = data;
  return {
    ...{ workflow, definitionVersion: version, hash, startKey, onBehalfOf, trace },
    startedAt: at,
    segment: segment ?? null,
    endedAt: null,
    deadlineAt: deadlineAt ?? null,
    trigger: parsed(data.trigger) as InstanceFields['trigger'],
    steps: {},
    turn: null,
    parked: null,
    leasesLost: 0,
    output: null,
    problem: null,
  };
}

function turned(
  fields: InstanceFields,
  { sentence, step, by, dropped }: InstanceEventData['instanceTurned'],
): InstanceFields {
  const turn: Turn = { sentence, step: step ?? null, by: by ?? null };
  const drop = (held: InstanceFields, name: string) =>
    withStep(held, name, () => ({ state: 'dropped', until: null }));
  return { ...dropped.reduce(drop, fields), turn };
}
