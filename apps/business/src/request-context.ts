/** Who stands behind a request, as the edge sees it: it looks once and signs what it saw. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { apiPrefix, transportProblem, type ProblemDetails } from '@morrow/adapter-http';
import { newTrace } from '@morrow/adapter-local';
import type { CallContext } from '@morrow/contract';
import type { FastifyRequest } from 'fastify';
import type { Running } from './boot.ts';
import { isTenantName } from './tenants.ts';

/** How long a page waits for what it shows. */
const pageMs = 10_000;
export type Caller = Pick<CallContext, 'tenant' | 'actor'>;

/** Removes the key by which an earlier release let the command line in. */
export const dropCommandLineKey = (dataDirectory: string): void =>
  rmSync(join(dataDirectory, 'cli.key'), { force: true });

/** Reads callers of requests, and gives their contexts with a signed claim. `isOwner` says whether
 * a request came by the socket that only the owner of the data can open. */
export function requestContexts(
  { tenants, signed }: Running,
  isOwner: (request: FastifyRequest) => boolean,
) {
  const known = new Set<string>();
  const isTenant = (name: string): boolean => {
    if (known.has(name)) return true;
    if (!isTenantName(name) || !tenants.all().includes(name)) return false;
    known.add(name);
    return true;
  };
  const callerOf = (request: FastifyRequest): Caller => ({
    tenant: askedTenant(request) ?? 'main',
    actor: isOwner(request) ? 'cli:owner' : 'person:local',
  });
  return {
    callerOf,
    /** Why nobody is served under these headers; undefined where somebody is. Names of tenants that
     * do not exist are not remembered anywhere. */
    callerProblem(request: FastifyRequest): ProblemDetails | undefined {
      if (request.headers.authorization !== undefined)
        return transportProblem(401, 'unauthenticated', noKeys);
      const { tenant } = callerOf(request);
      if (askedTenant(request) === undefined || isTenant(tenant)) return undefined;
      const shown = tenant.replace(/[^\x20-\x7e]/g, '?').slice(0, 40);
      return transportProblem(404, 'missing', `There is no tenant ${shown} here.`);
    },
    contextOf: (request: FastifyRequest): CallContext =>
      signed({ ...callerOf(request), trace: newTrace(), deadlineAt: Date.now() + pageMs }),
  };
}
/** The tenant that a request names: in its header, for a page also as `?tenant=`. */
function askedTenant({ headers, url, query }: FastifyRequest): string | undefined {
  const header = headers['x-tenant'];
  if (header !== undefined) return String(header);
  if (url === apiPrefix || url.startsWith(`${apiPrefix}/`)) return undefined;
  const { tenant } = (query ?? {}) as { readonly tenant?: unknown };
  return tenant === undefined ? undefined : String(tenant);
}
const noKeys =
  'This server accepts no key over HTTP. The command line connects through the socket in M_DATA.';
