/** Events of earlier versions, read as those of the present one; what is stored stays as it is. */
import { invariant, type JsonObject } from '@morrow/kernel';
import type { ProtocolSpec } from '../define-protocol.ts';

/** An event was stored by a release that this process does not know: nothing is guessed. */
export class UnknownEvent extends Error {
  override readonly name = 'UnknownEvent';
}

/** Data of a stored event in the wire form of its present version. Throws UnknownEvent. */
export function upcast(
  spec: ProtocolSpec,
  type: string,
  storedVersion: number,
  stored: JsonObject,
): JsonObject {
  const event = spec.events[type];
  if (!event) throw new UnknownEvent(`${spec.name} declares no event ${type} here.`);
  const { version, earlier = [] } = event;
  const first = version - earlier.length;
  if (storedVersion < first || storedVersion > version)
    throw new UnknownEvent(
      `${spec.name}.${type} was stored in version ${storedVersion}; ` +
        `known here: ${first} to ${version}.`,
    );
  let data = stored;
  for (const step of earlier.slice(storedVersion - first)) {
    data = step.upcast(data);
    invariant(typeof data === 'object', `${spec.name}.${type}: ${step.version} gives an object`);
  }
  return data;
}
