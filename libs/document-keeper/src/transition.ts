/** Moves a document by events: its lifecycle allows each one, and evolve gives the fields. */
import {
  codecOf,
  LifecycleMoved,
  lifecycleMoved,
  moveOf,
  platformError,
  type DocumentEvent,
  type DocumentType,
  type EventOf,
  type Protocol,
  type ProtocolSpec,
} from '@morrow/contract';
import type { DocumentRow, NewEvent, Stream, Transition } from '@morrow/engines';
import {
  nextState,
  pinOf,
  present,
  versionFor,
  type Beginning,
  type JsonObject,
  type Lifecycle,
  type LifecyclePin,
} from '@morrow/kernel';

/** An event of a protocol in its wire form, ready to be stored. */
export function eventOf<S extends ProtocolSpec, K extends keyof S['events'] & string>(
  protocol: Protocol<S>,
  type: K,
  data: EventOf<Protocol<S>, K>,
): NewEvent {
  const spec = present(protocol.spec.events[type], `${protocol.spec.name} declares ${type}`);
  return {
    protocol: protocol.spec.name,
    type,
    schemaVersion: spec.version,
    data: codecOf(spec.data).encode(data) as JsonObject,
  };
}

/** The lifecycle does not allow the event where the document stands. */
export class NotInState extends Error {
  override readonly name = 'NotInState';
  readonly state: string;
  constructor(type: string, state: string, event: string) {
    super(`${type} in state ${state} does not allow ${event}`);
    this.state = state;
  }
}

/** The version of a pin. Nothing is guessed: a document on one that is not known here waits for a
 * process that knows it, and says so. */
export function lifecycleAt<F extends JsonObject>(
  type: DocumentType<F>,
  { id, version, hash }: LifecyclePin,
): Lifecycle {
  const found = type.lifecycles.find((known) => known.id === id && known.version === version);
  if (found && pinOf(found).hash === hash) return found;
  const sentence = found
    ? `${type.label} ${id}@${version} is another one here: ${pinOf(found).hash}, not ${hash}.`
    : `${type.label} ${id}@${version} is not known here.`;
  throw platformError(type.name, 'unavailable', sentence, { reason: unknownLifecycle });
}
/** The reason in such a refusal. */
export const unknownLifecycle = 'unknownLifecycle';

const lifecycleOf = <F extends JsonObject>(
  type: DocumentType<F>,
  row: DocumentRow | undefined,
  beginning: Beginning | undefined,
): Lifecycle =>
  row
    ? lifecycleAt(type, row.lifecycle)
    : versionFor(type.lifecycles, type.begins ?? [], beginning);

/** Guards decide on the document and the event alone, so that a replay decides the same. */
const guardsOf =
  <F extends JsonObject>(
    { guards }: DocumentType<F>,
    fields: F | undefined,
    event: DocumentEvent,
  ) =>
  (name: string): boolean =>
    present(guards?.[name], `the guard ${name} is there`).holds(fields, event);

/** Applies events to a document, or begins one where there is no row: on the version that the rules
 * pick for the beginning. Throws NotInState; `unavailable` where its lifecycle is not known. */
export function transitionOf<F extends JsonObject>(
  type: DocumentType<F>,
  current: DocumentRow<F> | undefined,
  id: string,
  events: readonly NewEvent[],
  beginning?: Beginning,
): Transition<F> {
  let lifecycle = lifecycleOf(type, current, beginning);
  let state = current?.state;
  let fields = current?.fields;
  for (const event of events) {
    if (event.type === lifecycleMoved) {
      const moved = codecOf(LifecycleMoved).decode(event.data);
      lifecycle = lifecycleAt(type, moved.to);
      state = moved.state;
      continue;
    }
    const next = nextState(lifecycle, state, moveOf(type, event), guardsOf(type, fields, event));
    if (next === undefined) throw new NotInState(type.name, state ?? 'new', moveOf(type, event));
    state = next;
    fields = type.evolve(fields, event);
  }
  const row: DocumentRow<F> = {
    id,
    version: (current?.version ?? 0) + events.length,
    state: present(state, 'A transition has events'),
    lifecycle: pinOf(lifecycle),
    fields: present(fields, 'A transition has events'),
  };
  return { documentType: type.name, row, events };
}

/** Whether the document's lifecycle allows the event now. */
export const allows = <F extends JsonObject>(
  type: DocumentType<F>,
  row: DocumentRow,
  event: DocumentEvent,
): boolean => {
  const holds = guardsOf(type, row.fields as F, event);
  const lifecycle = lifecycleAt(type, row.lifecycle);
  return nextState(lifecycle, row.state, moveOf(type, event), holds) !== undefined;
};

/** A document as its events make it, on the lifecycle that it is pinned to. Throws a sentence where
 * the stream cannot be told: an unknown lifecycle, or a move that it does not allow. A stream from
 * before pins were stored began on the first lifecycle. */
export const replayed = <F extends JsonObject>(type: DocumentType<F>, stream: Stream) =>
  transitionOf(begunAs(type, stream), undefined, stream.id, stream.events, nowhere).row;

/** The document after each of its events, in order; throws as `replayed` does. */
export function replaySteps<F extends JsonObject>(
  type: DocumentType<F>,
  stream: Stream,
): readonly DocumentRow[] {
  const begun = begunAs(type, stream);
  const rows: DocumentRow[] = [];
  for (const event of stream.events)
    rows.push(transitionOf(begun, rows.at(-1), stream.id, [event], nowhere).row);
  return rows;
}

const nowhere: Beginning = { day: '', tenant: '' };
/** The type as it was for this stream: documents begin on the lifecycle of its first event. */
function begunAs<F extends JsonObject>(type: DocumentType<F>, { events }: Stream): DocumentType<F> {
  const [first] = events;
  const pin = first?.meta.lifecycle ?? pinOf(present(type.lifecycles[0], 'It has a lifecycle'));
  return { ...type, begins: [{ version: lifecycleAt(type, pin).version }] };
}
