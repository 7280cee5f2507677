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

/** Address and proof of the server that runs on this data, if one answers. */
async function findServer(folder: string): Promise<{ url: string; key: string } | undefined> {
  const serverFile = join(folder, 'server.json');
  const keyFile = join(folder, 'cli.key');
  if (!existsSync(serverFile) || !existsSync(keyFile)) return undefined;
  const { url } = JSON.parse(readFileSync(serverFile, 'utf8')) as { url: string };
  try {
    await fetch(new URL('/health/live', url), { signal: AbortSignal.timeout(3000) });
    return { url, key: readFileSync(keyFile, 'utf8').trim() };
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
      context,
      port: (protocol) =>
        connect(protocol, httpTransport(server.url, protocol as unknown as Protocol, { headers })),
      close: async () => undefined,
    };
  }
  const { openInProcess } = await import('@morrow/business');
  const opened = await openInProcess();
  const signed = (key?: string) => opened.signed(context(key));
  return { where: 'this process', context: signed, port: opened.port, close: opened.close };
}
