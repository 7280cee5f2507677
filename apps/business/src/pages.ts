/** Routes of our pages: the overview, the guide, and their style; and refusals as a page. */
import type { CallContext } from '@morrow/contract';
import {
  apiPrefix,
  problemOfError,
  sendProblem,
  transportProblem,
  type SendRefusal,
} from '@morrow/adapter-http';
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import type { Running } from './boot.ts';
import { guidePage } from './guide-page.ts';
import { homePage } from './home-page.ts';
import { pageOf, text } from './page.ts';
import { pageStyle } from './page-style.ts';
import { release } from './settings.ts';

const html = 'text/html; charset=utf-8';

/** A person with a browser gets a page, except from the API; every program gets a problem. */
export const sendRefusal: SendRefusal = (request, reply, problem) => {
  const isApi = request.url.startsWith(`${apiPrefix}/`);
  if (isApi || !/text\/html/.test(request.headers.accept ?? '')) return sendProblem(reply, problem);
  const title = problem.status === 404 ? 'Page not found' : `Not possible (${problem.status})`;
  const body = `<h1>${title}</h1>
<p class="lead">${text(problem.detail)}</p>
<p><a href="/">Overview</a> · <a href="/guide">Guide</a> · <a href="/api">API</a></p>`;
  const page = pageOf({ title: `${title} · Morrow`, place: '', version: release, body });
  return reply.code(problem.status).type(html).header('cache-control', 'no-store').send(page);
};

/** A plugin. `contextOf` gives the signed context of whoever asks. */
export const pages =
  (running: Running, contextOf: (request: FastifyRequest) => CallContext) =>
  async (fastify: FastifyInstance): Promise<void> => {
    fastify.setErrorHandler((error: FastifyError, request, reply) => {
      const problem = problemOfError(error);
      if (problem.status >= 500) running.logger.error('A page could not be made', error);
      return sendRefusal(request, reply, problem);
    });
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
      return sendRefusal(request, reply, transportProblem(404, 'not found', detail));
    });
  };
