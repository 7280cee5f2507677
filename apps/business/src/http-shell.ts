/** The HTTP shell: Nest on Fastify with health, the first page, uploads and the derived API. It
 * holds no rule. */
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { apiPrefix, httpBinding } from '@morrow/adapter-http';
import type { CallContext } from '@morrow/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Running } from './boot.ts';
import { sentenceOf } from './boot-faults.ts';
import { homePage, homeStyle } from './home-page.ts';
import { requestContexts, type Caller } from './request-context.ts';
import { importUpload } from './retail-upload.ts';
import { checkout, release } from './settings.ts';

const uploadTypes = [
  'text/csv',
  'application/gzip',
  'application/x-gzip',
  'application/octet-stream',
];
const contentPolicy = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'";

/** Version of the product, as its package says. */
export const version = release;

/** Nest's health controller; written without decorators, since sources run without a compiler. */
function healthController(running: Running) {
  class HealthController {
    live() {
      return { status: 'live', version };
    }
    async ready() {
      if (await running.isReady()) return { status: 'ready', modules: running.settings.modules };
      const { ServiceUnavailableException } = await import('@nestjs/common');
      throw new ServiceUnavailableException({ status: 'not ready' });
    }
  }
  for (const name of ['live', 'ready'] as const) {
    const { prototype } = HealthController;
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
    if (descriptor) Get(name)(prototype, name, descriptor);
  }
  Controller('health')(HealthController);
  return HealthController;
}

export interface Shell {
  readonly url: string;
  close(): Promise<void>;
}

export async function openHttp(running: Running): Promise<Shell> {
  const { settings } = running;
  const { callerOf, contextOf, isKnown } = requestContexts(running);
  class ShellModule {}
  Module({ controllers: [healthController(running)] })(ShellModule);
  const adapter = new FastifyAdapter({
    forceCloseConnections: 'idle' as never,
    bodyLimit: 1 << 20,
  });
  const app = await NestFactory.create<NestFastifyApplication>(ShellModule, adapter, {
    logger: ['error', 'fatal'],
    abortOnError: false,
  });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', async (request, reply) => {
    void reply.header('content-security-policy', contentPolicy);
    void reply.header('x-content-type-options', 'nosniff');
    if (!isKnown(request))
      return reply.code(401).send({
        status: 401,
        title: 'unauthenticated',
        detail: 'The key is not the one of this server.',
      });
  });
  if (settings.isGateway) {
    pages(fastify as never, running, contextOf);
    await fastify.register(async (scope) => uploads(scope as never, running, callerOf));
    await fastify.register(httpBinding(running.handlers, { version, contextOf }), {
      prefix: apiPrefix,
    });
  }
  await app.listen(settings.port, settings.host);
  const address = fastify.server.address();
  const port = typeof address === 'object' && address ? address.port : settings.port;
  return { url: `http://${settings.host}:${port}`, close: () => app.close() };
}

interface Routes {
  get(path: string, handler: (request: FastifyRequest, reply: FastifyReply) => unknown): unknown;
  post(path: string, handler: (request: FastifyRequest, reply: FastifyReply) => unknown): unknown;
  addContentTypeParser(
    types: string[],
    parser: (
      request: unknown,
      payload: Readable,
      done: (error: null, body: Readable) => void,
    ) => void,
  ): void;
}

function pages(
  fastify: Routes,
  running: Running,
  contextOf: (request: FastifyRequest) => CallContext,
): void {
  fastify.get('/', async (request, reply) => {
    const page = await homePage(running, version, contextOf(request));
    return reply.type('text/html; charset=utf-8').send(page);
  });
  fastify.get('/home.css', (_request, reply) => reply.type('text/css').send(homeStyle));
  fastify.get('/guide', (_request, reply) => {
    const guide = readFileSync(resolve(checkout, 'README.md'), 'utf8');
    return reply.type('text/plain; charset=utf-8').send(guide);
  });
}

function uploads(
  scope: Routes,
  running: Running,
  callerOf: (request: FastifyRequest) => Caller,
): void {
  scope.addContentTypeParser(uploadTypes, (_request, payload, done) => done(null, payload));
  scope.post('/api/imports/retail', async (request, reply) => {
    const name = String((request.query as { file?: string }).file ?? 'upload');
    try {
      return await importUpload(running, request.body as Readable, name, callerOf(request));
    } catch (error) {
      const detail = sentenceOf(error);
      return reply
        .code(400)
        .type('application/problem+json')
        .send({ type: 'about:blank', title: 'The file was not imported', status: 400, detail });
    }
  });
}
