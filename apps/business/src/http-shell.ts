/** The HTTP shell: Nest on Fastify with health, our pages, uploads and the derived API. It holds no
 * rule. */
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  apiPrefix,
  httpBinding,
  refuseStrangers,
  sendProblem,
  transportProblem,
  type Exposed,
} from '@morrow/adapter-http';
import type { FastifyInstance } from 'fastify';
import type { Running } from './boot.ts';
import { healthController } from './health.ts';
import { pageOf } from './page.ts';
import { pages } from './pages.ts';
import { requestContexts } from './request-context.ts';
import { uploads } from './retail-upload.ts';
import { release } from './settings.ts';

const contentPolicy = [
  "default-src 'self'; img-src 'self' data:",
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
].join('; ');
const bodyBytesMax = 1 << 20;

export interface Shell {
  readonly url: string;
  /** Takes no new request, and ends when those under way are answered. */
  close(): Promise<void>;
}

export async function openHttp(running: Running): Promise<Shell> {
  const { settings } = running;
  const { callerOf, contextOf, isKnown } = requestContexts(running);
  class ShellModule {}
  Module({ controllers: [healthController(running)] })(ShellModule);
  const adapter = new FastifyAdapter({
    forceCloseConnections: 'idle' as never,
    bodyLimit: bodyBytesMax,
    routerOptions: { ignoreTrailingSlash: true },
  });
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  fastify.addHook('onRequest', async (request, reply) => {
    void reply.header('content-security-policy', contentPolicy);
    void reply.header('x-content-type-options', 'nosniff');
    void reply.header('referrer-policy', 'no-referrer');
    if (isKnown(request)) return;
    const detail = 'The key is not the one of this server.';
    return sendProblem(reply, transportProblem(401, 'unauthenticated', detail));
  });
  refuseStrangers(fastify);
  const app = await NestFactory.create<NestFastifyApplication>(ShellModule, adapter, {
    logger: ['error', 'fatal'],
    abortOnError: false,
  });
  if (settings.isGateway) {
    await fastify.register(pages(running, contextOf));
    await fastify.register(uploads(running, callerOf));
    const frame = (body: string, head: string) =>
      pageOf({ title: 'API · Morrow', place: '/api', version: release, body, head });
    const isKeeping = ({ protocol }: Exposed) => protocol.spec.name.endsWith('-keeping');
    const exposed = running.handlers.toSorted(
      (a, b) => Number(isKeeping(a)) - Number(isKeeping(b)),
    );
    const binding = httpBinding(exposed, { version: release, contextOf, frame });
    await fastify.register(binding, { prefix: apiPrefix });
  }
  await app.listen(settings.port, settings.host);
  const address = fastify.server.address();
  const port = typeof address === 'object' && address ? address.port : settings.port;
  return { url: `http://${settings.host}:${port}`, close: () => app.close() };
}
