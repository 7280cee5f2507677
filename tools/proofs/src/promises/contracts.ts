/** What a release promises: operations, errors and events of each protocol on the wire, and what
 * each lifecycle decides. The promises that were made stand in `published.json`. */
import { exampleOf, wireSchema, type JsonSchema } from '@morrow/adapter-http';
import type { DocumentType, EventSpec, Protocol, ProtocolSpec } from '@morrow/contract';
import { nextState, pinOf, type Json, type Lifecycle } from '@morrow/kernel';
import { guardCasesOf, guardNames, type GuardCases } from './guard-cases.ts';

export interface PublishedOperation {
  readonly kind: string;
  readonly input: JsonSchema;
  readonly output: JsonSchema;
}
/** One version of an event: its schema, and a stored one. */
export interface PublishedEvent {
  readonly version: number;
  readonly data: JsonSchema;
  readonly sample: Json;
}
export interface PublishedProtocol {
  readonly protocol: string;
  readonly version: number;
  readonly operations: Readonly<Record<string, PublishedOperation>>;
  readonly errors: Readonly<Record<string, { readonly fault: string; readonly data: JsonSchema }>>;
  readonly events: Readonly<Record<string, readonly PublishedEvent[]>>;
}
/** One version of a lifecycle, and its decisions: `placed + orderShipped → shipped`. Of a guarded
 * move both answers stand. */
export interface PublishedLifecycle {
  readonly document: string;
  readonly version: number;
  readonly hash: string;
  readonly decisions: readonly string[];
  /** What each guard that it names decided; absent where it names none. */
  readonly guards?: GuardCases;
}

/** Every version of an event that can be read, oldest first. */
const versionsOf = ({ version, data, earlier = [] }: EventSpec): readonly PublishedEvent[] =>
  [...earlier, { version, data }].map((known) => ({
    version: known.version,
    data: wireSchema(known.data),
    sample: exampleOf(known.data) as Json,
  }));

const mapped = <T, R>(record: Readonly<Record<string, T>>, map: (value: T) => R) =>
  Object.fromEntries(
    Object.entries(record)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, map(value)] as const),
  );

export function contractOf({ spec }: Protocol): PublishedProtocol {
  const { name, version, operations, errors, events }: ProtocolSpec = spec;
  return {
    protocol: name,
    version,
    operations: mapped(operations, ({ kind, input, output }) => ({
      kind,
      input: wireSchema(input),
      output: wireSchema(output),
    })),
    errors: mapped(errors, ({ fault, data }) => ({ fault, data: wireSchema(data) })),
    events: mapped(events, versionsOf),
  };
}

/** Every decision of a lifecycle: from each state, and from none, by each of its events. */
export function decisionsOf(lifecycle: Lifecycle): readonly string[] {
  const events = [...new Set(lifecycle.transitions.map(({ on }) => on))].sort();
  const guards = lifecycle.transitions.flatMap(({ guard }) => guard ?? []);
  return [undefined, ...lifecycle.states].flatMap((state) =>
    events.flatMap((event) => {
      const decided = (holding?: string) =>
        nextState(lifecycle, state, event, (guard) => guard === holding) ?? 'refused';
      const line = (holding?: string) =>
        `${state ?? 'new'} + ${event}${holding ? ` where ${holding}` : ''} → ${decided(holding)}`;
      const differing = guards.filter((guard) => decided(guard) !== decided());
      return [line(), ...differing.map(line)];
    }),
  );
}

export const lifecyclesOf = (type: DocumentType): readonly PublishedLifecycle[] =>
  type.lifecycles.map((lifecycle) => ({
    document: type.name,
    version: lifecycle.version,
    hash: pinOf(lifecycle).hash,
    decisions: decisionsOf(lifecycle),
    ...(guardNames(lifecycle).length && { guards: guardCasesOf(type, lifecycle) }),
  }));
