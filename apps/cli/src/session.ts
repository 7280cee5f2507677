/** A session of the command line: ports of the running server, or of the data opened here where
 * none runs. */
import { existsSync, readFileSync } from 'node:fs';
import { connect as connectTo } from 'node:net';
import { join, resolve } from 'node:path';
import { socketTransport } from '@morrow/adapter-http';
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
  /** The same session on behalf of another tenant. */
  as(tenant: string): Session;
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
  /** The Unix socket on which it hears its owner. */
  readonly socket: string;
  readonly domains: readonly string[];
}
/** Domains of the placement, for a server of a release that did not say which it hosts. */
function placedDomains(): readonly string[] {
  const text = readFileSync(join(checkout, 'deploy/placements/indie.json'), 'utf8');
  const { processes } = JSON.parse(text) as { processes: { modules: string[] }[] };
  return processes.flatMap(({ modules }) => modules);
}

/** The server that runs on this data, if one answers on its socket. Nothing is sent to a port:
 * another program may have taken it. */
async function findServer(folder: string): Promise<Server | undefined> {
  const serverFile = join(folder, 'server.json');
  if (!existsSync(serverFile)) return undefined;
  const told = JSON.parse(readFileSync(serverFile, 'utf8')) as Partial<Server> & { url: string };
  const { url, socket = join(folder, 'owner.sock'), domains = placedDomains() } = told;
  return (await answers(socket)) ? { url, socket, domains } : undefined;
}

const answerMs = 3_000;
/** Whether somebody listens on the socket. */
const answers = (path: string): Promise<boolean> =>
  new Promise((done) => {
    const socket = connectTo({ path });
    const end = (isThere: boolean) => {
      socket.destroy();
      done(isThere);
    };
    socket.setTimeout(answerMs, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });

/** Opens a session for a tenant. */
export async function openSession(tenant: string): Promise<Session> {
  const folder = resolve(process.env['M_DATA'] || join(checkout, '.data'));
  const server = await findServer(folder);
  if (server) {
    const transport = socketTransport(server.socket);
    const session: Omit<Session, 'context' | 'as'> = {
      where: server.url,
      domains: server.domains,
      port: (protocol) => connect(protocol, transport(protocol)),
      close: async () => undefined,
    };
    const as = (name: string): Session => ({ ...session, context: contextFor(name), as });
    return as(tenant);
  }
  const { openInProcess } = await import('@morrow/business');
  const opened = await openInProcess();
  const { domains, port, close } = opened;
  const as = (name: string): Session => {
    const context = (key?: string) => opened.signed(contextFor(name)(key));
    return { where: 'this process', domains, context, as, port, close };
  };
  return as(tenant);
}
