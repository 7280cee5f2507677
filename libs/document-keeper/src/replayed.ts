/** A document as its events make it, for a replay: the lifecycle that it is pinned
 * to, and evolve. */
import type { DocumentType } from '@morrow/contract';
import type { DocumentRow, NewEvent, Stream } from '@morrow/engines';
import { invariant, pinOf, present, type JsonObject } from '@morrow/kernel';
import { transitionOf } from './transition.ts';

/** Throws a sentence where the stream cannot be told: an unknown lifecycle, or a move that it does
 * not allow. A stream from before pins were stored began on the first lifecycle. */
export function replayed<F extends JsonObject>(type: DocumentType<F>, stream: Stream): DocumentRow {
  const [first] = stream.events;
  const pin = first?.meta.lifecycle ?? pinOf(present(type.lifecycles[0], 'It has a lifecycle'));
  const lifecycle = type.lifecycles.find(
    ({ id, version }) => id === pin.id && version === pin.version,
  );
  invariant(
    lifecycle && pinOf(lifecycle).hash === pin.hash,
    `${type.name} ${stream.id} began on ${pin.id}@${pin.version}, which is not known here`,
  );
  const pinned = { ...type, lifecycles: [lifecycle] };
  return transitionOf(pinned, undefined, stream.id, stream.events as readonly NewEvent[]).row;
}
