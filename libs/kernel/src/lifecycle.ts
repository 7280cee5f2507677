/** Lifecycles: versioned state machines as data; an event moves a document from state to state. */
import { invariant } from './invariant.ts';
import { contentHash } from './json.ts';

/** A move that the event named in `on` makes. No `from` means that the event begins a document. */
export interface LifecycleTransition {
  readonly on: string;
  readonly from: readonly string[];
  readonly to: string;
}

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
  const ways = transitions.flatMap(({ on, from }) =>
    (from.length ? from : ['']).map((f) => `${on} ${f}`),
  );
  invariant(new Set(ways).size === ways.length, `${id}: one event has two ways out of one state`);
  for (const { from, to } of transitions)
    for (const state of [...from, to])
      invariant(states.includes(state), `${id}: ${state} is not a state`);
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

/** State after the event, or undefined where the lifecycle does not allow it. */
export function nextState(
  lifecycle: Lifecycle,
  state: string | undefined,
  event: string,
): string | undefined {
  for (const { on, from, to } of lifecycle.transitions)
    if (on === event && (state === undefined ? !from.length : from.includes(state))) return to;
  return undefined;
}
