/** A session of the command line: ports of the running server, or of the data opened here where
 * none runs. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { httpTransport } from '@morrow/adapter-http';
import { newTrace } from '@morrow/adapter-local';
import {
  connect,
  type CallContext,
  type PortOf,
  type Protocol,
  type ProtocolSpec,
} from '@morrow/contract';

export interface Session {
  /** Where the calls go: an address, or `this process`. */
  readonly where: string;
  /** Domains that answer there, in the order in which people read them. */
  readonly domains: readonly string[];
  port<S extends ProtocolSpec>(protocol: Protocol<S>): PortOf<S>;
  context(key?: string): CallContext;
  close(): Promise<void>;
}

export const checkout = resolve(import.meta.dirname, '../../..');
const callMs = 60_000;

const contextFor = (tenant: string) => (key?: string): CallContext => ({
  tenant,
  actor: 'cli:owner',
  trace: newTrace(),
  deadlineAt: Date.now() + callMs,
  key: key ?? crypto.randomUUID(),
}); // prettier-ignore

interface Server {
  readonly url: string;
  readonly key: string;
  readonly domains: readonly string[];
}
/** Domains of the placement, for a server of a release that did not say which it hosts. */
function placedDomains(): readonly string[] {
  const text = readFileSync(join(checkout, 'deploy/placements/indie.json'), 'utf8');
  const { processes } = JSON.parse(text) as { processes: { modules: string[] }[] };
  return processes.flatMap(({ modules }) => modules);
}

/** Address, proof and domains of the server that runs on this data, if one answers. */
async function findServer(folder: string): Promise<Server | undefined> {
  const serverFile = join(folder, 'server.json');
  const keyFile = join(folder, 'cli.key');
  if (!existsSync(serverFile) || !existsSync(keyFile)) return undefined;
  const told = JSON.parse(readFileSync(serverFile, 'utf8')) as Partial<Server> & { url: string };
  const { url, domains = placedDomains() } = told;
  try {
    await fetch(new URL('/health/live', url), { signal: AbortSignal.timeout(3000) });
    return { url, domains, key: readFileSync(keyFile, 'utf8').trim() };
  } catch {
    return undefined;
  }
}

/** Opens a session for a tenant. */
export async function openSession(tenant: string): Promise<Session> {
  const folder = resolve(process.env['M_DATA'] || join(checkout, '.data'));
  const server = await findServer(folder);
  const context = contextFor(tenant);
  if (server) {
    const headers = { authorization: `Morrow-Key ${server.key}` };
    return {
      where: server.url,
      domains: server.domains,
      context,
      port: (protocol) =>
        connect(protocol, httpTransport(server.url, protocol as unknown as Protocol, { headers })),
      close: async () => undefined,
    };
  }
  const { openInProcess } = await import('@morrow/business');
  const opened = await openInProcess();
  const signed = (key?: string) => opened.signed(context(key));
  const { domains, port, close } = opened;
  return { where: 'this process', domains, context: signed, port, close };
}
