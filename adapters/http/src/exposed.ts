/** What HTTP exposes, and at which paths. */
import type { CallContext, Protocol, WireHandler } from '@morrow/contract';
import type { FastifyRequest } from 'fastify';
import type { BodyLimits } from './json-body.ts';

export interface Exposed {
  readonly protocol: Protocol;
  readonly handler: WireHandler;
}

export interface HttpOptions {
  /** Tenant, actor and trace of a request; deadline and key are read here. */
  contextOf(request: FastifyRequest): Omit<CallContext, 'deadlineAt' | 'key'>;
  readonly version: string;
  /** What a body may be; the bytes are those of Fastify's `bodyLimit` unless told. */
  readonly limits?: Partial<BodyLimits> | undefined;
  /** The frame of the API page; without it the page has none. */
  frame?(body: string, head: string): string;
}

/** The path below which the plugin is registered. */
export const apiPrefix = '/api';

/** Path of an operation: `/api/orders/place`. */
export const pathOf = ({ spec }: Protocol, operation: string): string =>
  `${apiPrefix}/${spec.name}/${operation}`;
