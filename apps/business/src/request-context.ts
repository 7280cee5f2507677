/** Who stands behind a request, as the edge sees it: it looks once and signs what it saw. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { newTrace } from '@morrow/adapter-local';
import type { CallContext } from '@morrow/contract';
import type { FastifyRequest } from 'fastify';
import type { Running } from './boot.ts';
import { secretFile } from './secret-file.ts';

/** How long a page waits for what it shows. */
const pageMs = 10_000;
export type Caller = Pick<CallContext, 'tenant' | 'actor'>;

/** The key by which the CLI of this machine proves itself; made at the first start. */
export const commandLineKey = (dataDirectory: string): string =>
  secretFile(dataDirectory, 'cli.key', () => randomBytes(32).toString('hex'));

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Who acts: the CLI by its key, else the person at this machine. A wrong key is nobody. */
function actorOf(authorization: string | undefined, key: string): string | undefined {
  if (authorization === undefined) return 'person:local';
  const given = /^Morrow-Key ([0-9a-f]+)$/.exec(authorization)?.[1] ?? '';
  return timingSafeEqual(digest(given), digest(key)) ? 'cli:owner' : undefined;
}

/** Reads callers of requests, and gives their contexts with a signed claim. */
export function requestContexts({ settings, signed }: Running) {
  const key = commandLineKey(settings.dataDirectory);
  const callerOf = ({ headers }: FastifyRequest): Caller => ({
    tenant: String(headers['x-tenant'] ?? 'main'),
    actor: actorOf(headers.authorization, key) ?? 'nobody',
  });
  return {
    callerOf,
    /** Whether whoever asks is somebody: a wrong key is not. */
    isKnown: (request: FastifyRequest): boolean => callerOf(request).actor !== 'nobody',
    contextOf: (request: FastifyRequest): CallContext =>
      signed({ ...callerOf(request), trace: newTrace(), deadlineAt: Date.now() + pageMs }),
  };
}
