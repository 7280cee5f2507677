/** Tells a stored event from any other value: what arrives from elsewhere is believed only after a
 * look. */
import type { StoredEvent } from './store.ts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 1;
const isText = (value: unknown) => typeof value === 'string';

/** Whether a value has the form of a stored event; what its data mean is its protocol's. */
export function isStoredEvent(value: unknown): value is StoredEvent {
  if (!isObject(value) || !isObject(value['data']) || !isObject(value['meta'])) return false;
  const { number, schemaVersion, streamVersion, meta } = value;
  if (![number, schemaVersion, streamVersion].every(isCount)) return false;
  const texts = ['protocol', 'type', 'documentType', 'streamId', 'at'].map((name) => value[name]);
  if (!texts.every(isText) || Number.isNaN(Date.parse(String(value['at'])))) return false;
  const { actor, onBehalfOf, trace } = meta;
  return isText(actor) && isText(trace) && (onBehalfOf === undefined || isText(onBehalfOf));
}
