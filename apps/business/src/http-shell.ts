/** The HTTP shell: Nest on Fastify with health, our pages, uploads and the derived API, on a port
 * and on the socket of the owner. It holds no rule. */
import 'reflect-metadata';
import type { Server } from 'node:http';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  answerUnreadable,
  apiPrefix,
  guardedServer,
  httpBinding,
  problemOfError,
  refuseStrangers,
  sendProblem,
  servedHosts,
  type BodyLimits,
  type Exposed,
  type ServerLimits,
} from '@morrow/adapter-http';
import type { FastifyHttpOptions, FastifyInstance } from 'fastify';
import type { Running } from './boot.ts';
import { healthController } from './health.ts';
import { listenForOwner, ownerSocketPath } from './owner-socket.ts';
import { pageOf } from './page.ts';
import { pages, sendRefusal } from './pages.ts';
import type { FileLimits } from './received-file.ts';
import { requestContexts } from './request-context.ts';
import { uploads } from './retail-upload.ts';
import { release, type Settings } from './settings.ts';

const bodyBytesMax = 1 << 20;

export interface Shell {
  readonly url: string;
  /** Takes no new request, and ends when those under way are answered. */
  close(): Promise<void>;
}
/** What tests make shorter. */
export interface ShellLimits {
  readonly server?: ServerLimits;
  readonly body?: Partial<BodyLimits>;
  readonly file?: FileLimits;
}

export async function openHttp(running: Running, limits: ShellLimits = {}): Promise<Shell> {
  const { settings } = running;
  const { adapter, owner, isOwner } = listeners(settings, limits.server);
  const { callerOf, callerProblem, contextOf } = requestContexts(running, isOwner);
  class ShellModule {}
  Module({ controllers: [healthController(running)] })(ShellModule);
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  fastify.addHook('onRequest', async (request, reply) => {
    const problem = callerProblem(request);
    return problem && sendRefusal(request, reply, problem);
  });
  refuseStrangers(fastify, sendRefusal);
  const app = await NestFactory.create<NestFastifyApplication>(ShellModule, adapter, {
    logger: ['error', 'fatal'],
    abortOnError: false,
  });
  if (settings.isGateway) {
    await fastify.register(pages(running, contextOf));
    await fastify.register(uploads(running, callerOf, limits.file));
    const frame = (body: string, head: string) =>
      pageOf({ title: 'API · Morrow', place: '/api', version: release, body, head });
    const isKeeping = ({ protocol }: Exposed) => protocol.spec.name.endsWith('-keeping');
    const exposed = running.handlers.toSorted(
      (a, b) => Number(isKeeping(a)) - Number(isKeeping(b)),
    );
    const options = { version: release, contextOf, frame, limits: limits.body };
    await fastify.register(httpBinding(exposed, options), { prefix: apiPrefix });
  }
  await app.listen(settings.port, settings.host);
  const socket = settings.isGateway && owner();
  if (socket) await listenForOwner(socket, ownerSocketPath(settings.dataDirectory));
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  return {
    url: `http://${host}:${portOf(fastify.server, settings)}`,
    async close() {
      const closed = socket && closing(socket);
      await app.close();
      await closed;
    },
  };
}

function portOf(server: { address(): unknown }, { port }: Settings): number {
  const address = server.address() as { readonly port?: number } | null;
  return address?.port ?? port;
}

const sweepMs = 50;
/** Ends when the requests under way are answered; a connection that is kept alive keeps nobody. */
const closing = (server: Server): Promise<void> =>
  new Promise((done) => {
    const sweep = setInterval(() => server.closeIdleConnections(), sweepMs);
    server.close(() => {
      clearInterval(sweep);
      done();
    });
  });

/** Two servers before one framework: `adapter` listens on the port; `owner`, once the framework is
 * made, gives the one that trusts whoever reaches it. */
function listeners(settings: Settings, limits: ServerLimits | undefined) {
  let owner: Server | undefined;
  let hosts: ReadonlySet<string> | undefined;
  const fromOwner = new WeakSet<object>();
  const options: FastifyHttpOptions<Server> = {
    forceCloseConnections: 'idle' as never,
    bodyLimit: bodyBytesMax,
    routerOptions: { ignoreTrailingSlash: true },
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (error, _request, reply) => sendProblem(reply, problemOfError(error)),
    serverFactory(handler) {
      owner = guardedServer(handler, { hosts: () => undefined, limits });
      owner.on('connection', (socket) => void fromOwner.add(socket));
      owner.on('clientError', answerUnreadable);
      const outside: Server = guardedServer(handler, {
        hosts: () =>
          (hosts ??= servedHosts(portOf(outside, settings), settings.host, settings.publicHosts)),
        limits,
      });
      return outside;
    },
  };
  return {
    adapter: new FastifyAdapter(options),
    owner: () => owner,
    isOwner: ({ raw }: { readonly raw: { readonly socket: object } }) => fromOwner.has(raw.socket),
  };
}
