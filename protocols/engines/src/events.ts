/** Events of documents, as they are given and as they are stored. */
import type { JsonObject, LifecyclePin } from '@morrow/kernel';

export interface NewEvent {
  readonly protocol: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: JsonObject;
}
export interface StoredEvent extends NewEvent {
  /** Dense publish number within (tenant, domain), from 1. */
  readonly number: number;
  readonly documentType: string;
  readonly streamId: string;
  readonly streamVersion: number;
  readonly meta: EventMeta;
  /** ISO 8601, UTC. */
  readonly at: string;
}
export interface EventMeta {
  readonly actor: string;
  readonly onBehalfOf?: string;
  readonly trace: string;
  /** Of the event that begins a document: the lifecycle that it is pinned to. */
  readonly lifecycle?: LifecyclePin;
}
