/** Routes of our pages: the overview, the guide, and their style. */
import type { CallContext } from '@morrow/contract';
import { sendProblem, transportProblem } from '@morrow/adapter-http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Running } from './boot.ts';
import { guidePage } from './guide-page.ts';
import { homePage } from './home-page.ts';
import { pageStyle } from './page-style.ts';
import { release } from './settings.ts';

const html = 'text/html; charset=utf-8';

/** A plugin. `contextOf` gives the signed context of whoever asks. */
export const pages =
  (running: Running, contextOf: (request: FastifyRequest) => CallContext) =>
  async (fastify: FastifyInstance): Promise<void> => {
    fastify.get('/', async (request, reply) => {
      const page = await homePage(running, release, contextOf(request));
      return reply.type(html).header('cache-control', 'no-store').send(page);
    });
    fastify.get('/style.css', (_request, reply) =>
      reply.type('text/css; charset=utf-8').header('cache-control', 'no-cache').send(pageStyle),
    );
    const guide = (path: string) => guidePage(path.replace(/\/$/, ''), release);
    fastify.get('/guide', (_request, reply) => reply.type(html).send(guide('')));
    fastify.get('/guide/*', (request, reply) => {
      const { '*': path } = request.params as { readonly '*': string };
      const page = guide(path);
      if (page !== undefined) return reply.type(html).send(page);
      const detail = `There is no page ${path} in the guide.`;
      return sendProblem(reply, transportProblem(404, 'not found', detail));
    });
  };
