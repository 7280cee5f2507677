/** Lifecycles: versioned state machines as data; an event moves a document from state to state. */
import { invariant } from './invariant.ts';
import { contentHash } from './json.ts';

/** A move that the event named in `on` makes. No `from` means that the event begins a document. */
export interface LifecycleTransition {
  readonly on: string;
  readonly from: readonly string[];
  readonly to: string;
  /** Name of what must hold, with its version: `creditOk@1`. Of several moves the first that may be
   * made is. */
  readonly guard?: string;
}
/** Whether a guard lets a move through. */
export type GuardHolds = (guard: string) => boolean;

export interface Lifecycle {
  readonly id: string;
  readonly version: number;
  readonly states: readonly string[];
  readonly transitions: readonly LifecycleTransition[];
}

/** What a document's row keeps of its lifecycle: it stays on the version that it began on. */
export interface LifecyclePin {
  readonly id: string;
  readonly version: number;
  readonly hash: string;
}

/** Checks a lifecycle and freezes it: every state reachable, every name declared, no event with two
 * ways out of one state. */
export function defineLifecycle(lifecycle: Lifecycle): Lifecycle {
  const { id, states, transitions } = lifecycle;
  const reached = new Set(transitions.filter(({ from }) => !from.length).map(({ to }) => to));
  for (let size = -1; size !== reached.size;) {
    size = reached.size;
    for (const { from, to } of transitions)
      if (from.some((state) => reached.has(state))) reached.add(to);
  }
  for (const state of states) invariant(reached.has(state), `${id}: ${state} is never reached`);
  const ways = transitions.flatMap(({ on, from, guard = '' }) =>
    (from.length ? from : ['']).map((f) => `${on} ${f} ${guard}`),
  );
  invariant(new Set(ways).size === ways.length, `${id}: one event has two ways out of one state`);
  for (const { from, to, guard } of transitions) {
    for (const state of [...from, to])
      invariant(states.includes(state), `${id}: ${state} is not a state`);
    const isNamed = guard === undefined || /^[a-z][A-Za-z0-9]*@[1-9]\d*$/.test(guard);
    invariant(isNamed, `${id}: the guard ${guard} is not named with a version, like creditOk@1`);
  }
  return Object.freeze(lifecycle);
}

/** Pins of lifecycles, which are frozen: each is hashed once. */
const pins = new WeakMap<Lifecycle, LifecyclePin>();

export function pinOf(lifecycle: Lifecycle): LifecyclePin {
  const known = pins.get(lifecycle);
  if (known) return known;
  const { id, version } = lifecycle;
  const pin = Object.freeze({ id, version, hash: contentHash(lifecycle) });
  pins.set(lifecycle, pin);
  return pin;
}

const always: GuardHolds = () => true;

/** State after the event, or undefined where the lifecycle does not allow it. */
export function nextState(
  lifecycle: Lifecycle,
  state: string | undefined,
  event: string,
  holds: GuardHolds = always,
): string | undefined {
  for (const { on, from, to, guard } of lifecycle.transitions)
    if (on === event && (state === undefined ? !from.length : from.includes(state)))
      if (guard === undefined || holds(guard)) return to;
  return undefined;
}
