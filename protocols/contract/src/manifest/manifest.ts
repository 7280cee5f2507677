/** Module manifests: what a domain provides, needs and listens to; boot, docs and permissions
 * derive from it. */
import { invariant, type Clock, type Ids, type JsonObject } from '@morrow/kernel';
import type { CallContext } from '../context.ts';
import type { PortOf, Protocol, ProtocolSpec } from '../define-protocol.ts';
import type { DocumentType } from '../document/document-type.ts';
import type { DeclaredHandler, Handler, RecordedEvent } from './handler.ts';
import type { NewPulse, Work } from './work.ts';

/** What a follower is told of an event: which document changed, and how. */
export interface HeardEvent {
  readonly type: string;
  readonly streamId: string;
}
/** Events of one protocol. */
export interface Following {
  readonly on: Protocol;
  readonly events: readonly string[];
}
/** Hears of events in every process of the domain, while a handler runs in one of them: for what a
 * process remembers of another domain. It hears a few milliseconds after the commit, at most once,
 * outside any transaction, and must not throw. */
export interface Follower extends Following {
  /** Whether it remembers anything of the tenant: otherwise nobody has to hurry. */
  isWaiting(tenant: string): boolean;
  heard(tenant: string, events: readonly HeardEvent[]): void;
  /** Events may have been missed: whatever is remembered of the tenant may be out of date. */
  missed(tenant: string): void;
}

/** A timer that has come due, as its handler sees it. */
export interface FiredTimer {
  readonly id: string;
  readonly name: string;
  readonly dueAt: Date;
  /** The document that set it. */
  readonly streamId: string;
  /** As it was given, in its JSON form. */
  readonly data: JsonObject;
}
/** Answers a due timer by changing this domain: what it writes in the session commits with the end
 * of the timer, so each takes effect once. It may find that the document has moved on. */
export type TimerHandler = (
  timer: FiredTimer,
  context: CallContext,
  session: unknown,
) => Promise<void>;

/** A rule that a pack adds to what a domain decides: data, compiled at boot. */
export interface Rule {
  /** With its version: `euNeedsSegment@1`. */
  readonly name: string;
  /** Decides on facts in their wire form: fields of what is asked that it sets, or why it refuses.
   * Never throws. */
  apply(facts: JsonObject): Promise<RuleOutcome>;
}
export type RuleOutcome = { readonly set: JsonObject } | { readonly refused: string };

/** What a domain is given when it starts. */
export interface DomainPorts<Engines> {
  readonly engines: Engines;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The port of a protocol named in `requires` or `provides`, or of one that is present, wherever
   * it lives. */
  port<S extends ProtocolSpec>(protocol: Protocol<S>): PortOf<S>;
  /** The business protocols of all domains that the placement hosts, in any process. */
  readonly present: readonly Protocol[];
  /** The same context with a claim that this process signs: for calls that the domain begins by
   * itself, outside of a handler. */
  signed(context: CallContext): CallContext;
  /** A document type of the domain with the lifecycles that packs add: what decides, takes this. */
  extended<F extends JsonObject>(type: DocumentType<F>): DocumentType<F>;
  /** Rules of packs about an event of a document type, in the order in which they decide. */
  rules(documentType: string, event: string): readonly Rule[];
  readonly newPulse: NewPulse;
  /** Who holds the leases of this domain here: unique per process. */
  readonly owner: string;
  /** Tells the operator of what a loop of the domain could not do. */
  onProblem(sentence: string, cause: unknown): void;
}

/** What a whole stream says about the rows of a keeper, typed by the keeper that takes them: a
 * replay derives them from it. */
export interface History {
  entries?(stream: readonly RecordedEvent[]): readonly unknown[];
  stock?(stream: readonly RecordedEvent[]): readonly unknown[];
  /** A new function that values movements page by page. */
  newValuer?(): unknown;
}

/** What a domain gives back: an implementation for each protocol, its handlers of events and of
 * timers, and what its keepers' rows are derived from. */
export interface DomainParts {
  readonly implementations: readonly Implementation[];
  readonly handlers: readonly Handler[];
  readonly followers?: readonly Follower[];
  /** By the names of timers. */
  readonly timers?: Readonly<Record<string, TimerHandler>>;
  readonly history?: History;
  readonly work?: Work;
}
export interface Implementation {
  readonly protocol: Protocol;
  readonly port: PortOf<ProtocolSpec>;
}
/** Pairs a protocol with what implements it; checked by the compiler. */
export const implementation = <S extends ProtocolSpec>(
  protocol: Protocol<S>,
  port: PortOf<S>,
): Implementation => ({
  protocol,
  port: port as unknown as PortOf<ProtocolSpec>,
});

/** Tables beside the documents: of the book-keeper, of the stock-keeper, and of what workflows
 * wait for. */
export type Kept = 'book' | 'stock' | 'workflow';

export interface ModuleManifest<Engines = unknown> {
  /** The domain; its schema, role and subjects bear this name. */
  readonly name: string;
  readonly summary: string;
  readonly provides: readonly Protocol[];
  /** Protocols whose operations it calls; no cycle among domains. */
  readonly requires: readonly Protocol[];
  /** What it handles, and whose events change what it remembers: it hears of nothing else. */
  readonly handlers: readonly DeclaredHandler[];
  readonly follows: readonly Following[];
  readonly documents: readonly DocumentType[];
  /** Document types that postings are decided on: a change of one makes decided entries stale. */
  readonly facts?: readonly string[];
  /** Keepers' tables beside the documents. */
  readonly keeps: readonly Kept[];
  start(ports: DomainPorts<Engines>): DomainParts;
}

type WithoutEvents<Engines> = Omit<ModuleManifest<Engines>, 'handlers' | 'follows' | 'start'>;
type Started = Omit<DomainParts, 'handlers'>;
/** All that the handlers ask for. */
type ToolsOf<Handlers extends readonly DeclaredHandler[]> =
  Handlers[number] extends DeclaredHandler<infer Tools> ? Tools : never;
/** A module as it is written: it starts with the tools that its handlers ask for. */
export interface ModuleDeclaration<
  Engines,
  Handlers extends readonly DeclaredHandler[],
> extends WithoutEvents<Engines> {
  readonly handlers?: Handlers;
  readonly follows?: readonly Following[];
  start(
    ports: DomainPorts<Engines>,
  ): Started &
    (unknown extends ToolsOf<Handlers>
      ? { readonly tools?: undefined }
      : { readonly tools: ToolsOf<Handlers> });
}

/** Makes the manifest of a module. It starts the handlers that the module declares and no others,
 * and refuses a follower of events that `follows` does not name: what a process may hear on the
 * bus derives from both. */
export const defineModule = <
  Engines,
  const Handlers extends readonly DeclaredHandler[] = readonly [],
>({
  handlers,
  follows = [],
  start,
  ...module
}: ModuleDeclaration<Engines, Handlers>): ModuleManifest<Engines> => ({
  ...module,
  handlers: handlers ?? [],
  follows,
  start(ports) {
    const { tools, ...parts } = start(ports) as Started & { readonly tools?: never };
    for (const { on, events } of parts.followers ?? [])
      invariant(
        follows.some((each) => each.on === on && each.events === events),
        `${module.name} follows what its manifest does not name: ${on.spec.name}`,
      );
    const started = (handlers ?? []).flatMap((each) => each.start(tools as never, ports.present));
    return { ...parts, handlers: started };
  },
});

/** The protocols of which a module hears events, of those that are present. */
export function heardProtocols(
  { handlers, follows }: Pick<ModuleManifest, 'handlers' | 'follows'>,
  present: readonly Protocol[],
): readonly Protocol[] {
  const followed = follows.filter(({ events }) => events.length);
  const heard = [...handlers, ...followed].flatMap(({ on }) => (on === 'all' ? present : [on]));
  return [...new Set(heard)];
}
