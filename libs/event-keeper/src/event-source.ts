/** Where published events of a producer are read: its own store, or its keeping
 * protocol from afar. */
import {
  codecOf,
  upcast,
  type CallContext,
  type EventForm,
  type HandledEvent,
  type Protocol,
} from '@morrow/contract';
import { isStoredEvent, type Store, type StoredEvent } from '@morrow/engines';
import { invariant, present } from '@morrow/kernel';
import { pageBytesMax, type Keeping } from '@morrow/protocol-keeping';

export interface EventSource {
  /** Whether its events come to this process over a bus that loses nothing. */
  readonly isHere?: boolean;
  /** Events with a number above the one given, in order, without holes; fewer than the limit where
   * there are no more, or where a page is full. */
  since(after: number, limit: number): Promise<readonly StoredEvent[]>;
}

export const ownEvents = (store: Store, isHere = false): EventSource => ({
  isHere,
  since: (after, limit) => store.eventsSince(after, limit),
});

/** Packs as many events as one page holds. */
export function packEvents(events: readonly StoredEvent[]): { page: string; last: number } {
  const texts: string[] = [];
  let bytes = 2;
  for (const event of events) {
    const text = JSON.stringify(event);
    bytes += Buffer.byteLength(text) + 1;
    if (texts.length && bytes > pageBytesMax) break;
    texts.push(text);
  }
  const page = Buffer.from(`[${texts.join(',')}]`).toString('base64url');
  return { page, last: events[texts.length - 1]?.number ?? 0 };
}

/** Events of another domain, by its protocol. */
export const remoteEvents = (
  port: Keeping,
  contextNow: () => CallContext,
  isHere = false,
): EventSource => ({
  isHere,
  async since(after, limit) {
    const { page } = await port.eventsSince({ after, limit }, contextNow());
    const events: unknown = JSON.parse(Buffer.from(page, 'base64url').toString());
    invariant(Array.isArray(events) && events.every(isStoredEvent), 'A page holds stored events.');
    return events;
  },
});

/** The person or module that an event is owed to: whoever handles it acts on their behalf. */
export const actorOf = ({ meta }: StoredEvent): string => meta.onBehalfOf ?? meta.actor;

/** Data of a stored event as its protocol declares it now. Throws UnknownEvent. */
export function decoded(
  { spec }: Protocol,
  { type, schemaVersion, data }: Pick<StoredEvent, 'type' | 'schemaVersion' | 'data'>,
): unknown {
  const wire = upcast(spec, type, schemaVersion, data);
  return codecOf(present(spec.events[type], `${spec.name} declares ${type}`).data).decode(wire);
}

/** A stored event as a handler sees it: its data as the protocol declares it now. */
export function handled(
  protocol: Protocol,
  event: StoredEvent,
  form: EventForm = 'decoded',
): HandledEvent {
  const { type, schemaVersion, data } = event;
  const isWire = form === 'wire';
  return {
    protocol: event.protocol,
    type,
    data: isWire ? upcast(protocol.spec, type, schemaVersion, data) : decoded(protocol, event),
    number: event.number,
    streamId: event.streamId,
    streamVersion: event.streamVersion,
    at: new Date(event.at),
    actor: actorOf(event),
    trace: event.meta.trace,
  };
}
