/** Handlers of events: declared as data, so that what a module listens to is known before it
 * starts, and typed by the protocol whose events they answer. */
import type { JsonObject } from '@morrow/kernel';
import type { CallContext } from '../context.ts';
import type { EventData, Protocol, ProtocolSpec } from '../define-protocol.ts';

/** A stored event as a handler sees it. */
export interface HandledEvent<Data = unknown, Type extends string = string> {
  readonly protocol: string;
  readonly type: Type;
  readonly data: Data;
  /** Dense publish number within (tenant, domain), from 1. */
  readonly number: number;
  readonly streamId: string;
  readonly streamVersion: number;
  readonly at: Date;
  readonly actor: string;
  readonly trace: string;
}
/** `decoded`: data as the schema of the event reads it. `wire`: its JSON form, for handlers that
 * only pass it on. */
export type EventForm = 'decoded' | 'wire';
export type EventName<S extends ProtocolSpec> = keyof S['events'] & string;
/** Events of a protocol, the data of each typed by its name. */
export type EventsOf<
  S extends ProtocolSpec,
  K extends EventName<S> = EventName<S>,
  Form extends EventForm = 'decoded',
> = {
  [E in K]: HandledEvent<Form extends 'wire' ? JsonObject : EventData<S, E>, E>;
}[K];

/** The same, of a protocol value. */
export type HandledOf<P, K extends string = string> =
  P extends Protocol<infer S> ? EventsOf<S, K & EventName<S>> : never;

/** An event as a replay reads it from its stream; `data` decoded by the schema of its protocol. */
export type RecordedEvent<Data = unknown, Type extends string = string> = Omit<
  HandledEvent<Data, Type>,
  'number' | 'actor' | 'trace'
>;
export type RecordedOf<S extends ProtocolSpec> = {
  [E in EventName<S>]: RecordedEvent<EventData<S, E>, E>;
}[EventName<S>];
/** Those events of a stream that a protocol declares. */
export const recordedOf = <S extends ProtocolSpec>(
  { spec }: Protocol<S>,
  stream: readonly RecordedEvent[],
) => stream.filter(({ protocol }) => protocol === spec.name) as RecordedEvent[] as RecordedOf<S>[];

interface Wanting {
  /** Whether it wants events of this type now, asked for each batch; absent: all of its events.
   * What it does not want is passed by at no cost and never comes again. */
  wants?(tenant: string, type: string): boolean;
}
/** Answers events by changing this domain: what it writes in the session is committed together with
 * its inbox rows. Skipped in a replay. `events` arrive in any order, at least once; those already
 * handled were taken out. Session is the transaction, opaque here. */
export interface Reacting<E = HandledEvent> extends Wanting {
  handle(events: readonly E[], context: CallContext, session: unknown): Promise<void>;
}
/** Answers events by calling other domains, outside any transaction; its own rows are marked when
 * every call has answered. Calls carry keys derived from the events. */
export interface Messaging<E = HandledEvent> extends Wanting {
  handle(events: readonly E[], context: CallContext): Promise<void>;
}
/** Derives state from events, in batches: what it writes in the session is committed together with
 * one checkpoint, so that each event counts once. Its state may be derived again at any time. It
 * acts for nobody, and the events of a batch may be owed to many. */
export interface Projecting<E = HandledEvent> extends Reacting<E> {
  /** Removes all that it has derived; in the commit that sends it back to the first event. */
  reset(tenant: string, session: unknown): Promise<void>;
}
/** What the kinds of handlers do with events. */
export interface HandlerKinds<E = HandledEvent> {
  readonly reaction: Reacting<E>;
  readonly messenger: Messaging<E>;
  readonly projection: Projecting<E>;
}
export type HandlerKind = keyof HandlerKinds;

interface Handling {
  /** Unique within its module; the name of its checkpoint. */
  readonly name: string;
  readonly on: Protocol;
  readonly events: readonly string[];
  /** Absent: decoded. */
  readonly form?: EventForm | undefined;
}
export type Reaction = Handling & Reacting & { readonly kind: 'reaction' };
export type Messenger = Handling & Messaging & { readonly kind: 'messenger' };
export type Projection = Handling & Projecting & { readonly kind: 'projection' };
export type Handler = Reaction | Messenger | Projection;

/** A handler as a manifest names it, before it has the tools that its module starts it with. */
export interface DeclaredHandler<Tools = never> {
  readonly kind: HandlerKind;
  readonly name: string;
  readonly summary: string;
  /** `all`: every business protocol that the placement hosts, with all its events. */
  readonly on: Protocol | 'all';
  readonly events: readonly string[];
  readonly start: (tools: Tools, present: readonly Protocol[]) => readonly Handler[];
}
export interface HandlerOptions<Kind extends HandlerKind, Form extends EventForm> {
  readonly name: string;
  /** What it does, for whoever asks what happens on an event. */
  readonly summary: string;
  /** Absent: a reaction. */
  readonly kind?: Kind;
  readonly form?: Form;
}

/** Declares a handler that is given a batch of events at once. */
export function onBatch<
  S extends ProtocolSpec,
  const K extends EventName<S>,
  Tools = unknown,
  Kind extends HandlerKind = 'reaction',
  Form extends EventForm = 'decoded',
>(
  protocol: Protocol<S>,
  events: readonly K[],
  options: HandlerOptions<Kind, Form>,
  start: (tools: Tools) => HandlerKinds<EventsOf<S, K, Form>>[Kind],
): DeclaredHandler<Tools> {
  const { name, form } = options;
  const kind: HandlerKind = options.kind ?? 'reaction';
  const handling = { kind, name, on: protocol, events, form };
  // the loop hands over events of this protocol and these names alone, in this form
  return {
    ...handling,
    summary: options.summary,
    start: (tools) => [{ ...handling, ...start(tools) } as Handler],
  };
}

type EachEvent<S extends ProtocolSpec, Form extends EventForm> = {
  [E in EventName<S>]?: {
    answer(
      event: EventsOf<S, E, Form>,
      context: CallContext,
      session: unknown,
      tools: unknown,
    ): Promise<void>;
  }['answer'];
};
type Undeclared<S extends ProtocolSpec, Each> = Exclude<keyof Each, EventName<S>>;
/** The tools that all functions together ask for. */
type ToolsOfEach<Each> = Each[keyof Each] extends (
  ...args: [event: never, context: never, session: never, tools: infer Tools]
) => unknown
  ? Tools
  : never;
/** Declares a handler that is given one event at a time, each by the function of its name. */
export function on<
  S extends ProtocolSpec,
  Each extends EachEvent<S, Form>,
  Kind extends Exclude<HandlerKind, 'projection'> = 'reaction',
  Form extends EventForm = 'decoded',
>(
  protocol: Protocol<S>,
  each: Each & Readonly<Record<Undeclared<S, Each>, never>>,
  options: HandlerOptions<Kind, Form>,
): DeclaredHandler<ToolsOfEach<Each>> {
  const names = Object.keys(each) as EventName<S>[];
  const answers: EachEvent<S, Form> = each;
  return onBatch(protocol, names, options, (tools: ToolsOfEach<Each>) => ({
    async handle(
      events: readonly EventsOf<S, EventName<S>, Form>[],
      context: CallContext,
      session?: unknown,
    ) {
      for (const event of events) await answers[event.type]?.(event, context, session, tools);
    },
  }));
}
