/** The port that carries hints of published events; the event table stays the truth. What arrives
 * from elsewhere is believed only after a look at its form. */
import type { StoredEvent } from './events.ts';

export interface Bus {
  /** Tells whoever listens; may lose, double or reorder. */
  publish(tenant: string, domain: string, events: readonly StoredEvent[]): void;
  /** Whether anybody may listen to the events of a domain. */
  isHeard(domain: string): boolean;
  /** Whether any listener may want some of them now. */
  isAwaited(tenant: string, domain: string): boolean;
  /** Hears of the events of one domain, of every tenant. `waits` says whether it wants any of a
   * tenant now; absent: it does. */
  subscribe(
    domain: string,
    listener: (tenant: string, events: readonly StoredEvent[]) => void,
    waits?: (tenant: string) => boolean,
  ): () => void;
  close(): Promise<void>;
}

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
