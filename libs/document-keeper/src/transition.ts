/** Moves a document by events: its lifecycle allows each one, and evolve gives the fields. */
import {
  codecOf,
  type DocumentType,
  type EventOf,
  type Protocol,
  type ProtocolSpec,
} from '@morrow/contract';
import type { DocumentRow, NewEvent, Transition } from '@morrow/engines';
import {
  invariant,
  nextState,
  pinOf,
  present,
  type JsonObject,
  type Lifecycle,
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

/** The lifecycle version that a document is pinned to; new documents begin on the last. */
function lifecycleOf<F extends JsonObject>(type: DocumentType<F>, row?: DocumentRow): Lifecycle {
  if (!row) return present(type.lifecycles.at(-1), `${type.name} has a lifecycle`);
  const { id, version, hash } = row.lifecycle;
  const found = type.lifecycles.find((known) => known.id === id && known.version === version);
  invariant(
    found && pinOf(found).hash === hash,
    `${type.name} ${row.id}: unknown ${id}@${version}`,
  );
  return found;
}

/** Applies events to a document, or begins one where there is no row. Throws NotInState. */
export function transitionOf<F extends JsonObject>(
  type: DocumentType<F>,
  current: DocumentRow | undefined,
  id: string,
  events: readonly NewEvent[],
): Transition {
  const lifecycle = lifecycleOf(type, current);
  let state = current?.state;
  let fields = current?.fields as F | undefined;
  for (const event of events) {
    const next = nextState(lifecycle, state, event.type);
    if (next === undefined) throw new NotInState(type.name, state ?? 'new', event.type);
    state = next;
    fields = type.evolve(fields, event);
  }
  const row: DocumentRow = {
    id,
    version: (current?.version ?? 0) + events.length,
    state: present(state, 'A transition has events'),
    lifecycle: current?.lifecycle ?? pinOf(lifecycle),
    fields: present(fields, 'A transition has events'),
  };
  return { documentType: type.name, row, events };
}

/** Whether the document's lifecycle allows the event now. */
export const allows = <F extends JsonObject>(
  type: DocumentType<F>,
  row: DocumentRow,
  event: string,
): boolean => nextState(lifecycleOf(type, row), row.state, event) !== undefined;
