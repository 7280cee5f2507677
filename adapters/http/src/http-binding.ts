/** Protocols over HTTP: one Fastify plugin derives every route, and every refusal is a problem. */
import { randomUUID } from 'node:crypto';
import { deadlineOf, isTrace, keyProblem, type CallContext } from '@morrow/contract';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemOf, transportProblem, type ProblemDetails } from './fault-status.ts';
import { apiPages } from './api-pages.ts';
import { bodyLimits, jsonBody, type BodyLimits } from './json-body.ts';
import { problemOfError, refuseStrangers, sendProblem } from './refusing-routes.ts';
import { headerText } from './site-guard.ts';
import { inputOfQuery, scalarFields } from './scalar-input.ts';
import { refusalOf, strictInput } from './strict-input.ts';
import { apiPrefix, pathOf, type Exposed, type HttpOptions } from './exposed.ts';

const deadlineMs = 30_000;

function contextFor(request: FastifyRequest, options: HttpOptions): CallContext {
  const { headers } = request;
  const asked = Number(headers['x-deadline-ms'] ?? deadlineMs);
  const key = headers['idempotency-key'];
  const trace = headers['traceparent'];
  return {
    ...options.contextOf(request),
    ...(isTrace(trace) && { trace }),
    deadlineAt: deadlineOf(asked > 0 ? asked : deadlineMs, Date.now()),
    key: typeof key === 'string' && key ? headerText(key) : randomUUID(),
  };
}

/** Aborted when the client goes away before it has its answer. */
function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => raw.writableFinished || gone.abort());
  return gone.signal;
}

/** A key that was cut short would be another request's key. */
function unfitHeader({ headers }: FastifyRequest): ProblemDetails | undefined {
  const accepted = headers.accept ?? '*/*';
  if (!/\*\/\*|application\/(\*|json|problem\+json)/i.test(accepted))
    return transportProblem(406, 'not acceptable', 'Only application/json is served here.');
  const key = headers['idempotency-key'];
  const detail = key ? keyProblem(headerText(String(key))) : undefined;
  return detail === undefined ? undefined : transportProblem(400, 'malformed', detail);
}

/** JSON is what the instance takes, and nothing else. */
function takeJson(fastify: FastifyInstance, limits: Partial<BodyLimits> = {}): void {
  const { bodyLimit: bytesMax = bodyLimits.bytesMax } = fastify.initialConfig;
  const parser = fastify.getDefaultJsonParser('error', 'error');
  const parse = (request: FastifyRequest, text: string) =>
    new Promise((done, failed) => {
      void parser(request, text, (error, value: unknown) => (error ? failed(error) : done(value)));
    });
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    jsonBody(parse, { ...bodyLimits, bytesMax, ...limits }),
  );
}

/** The plugin, to be registered below `apiPrefix`. Each operation is a POST with the input as JSON;
 * a query of flat input also a GET. */
export const httpBinding =
  (exposed: readonly Exposed[], options: HttpOptions) =>
  async (fastify: FastifyInstance): Promise<void> => {
    refuseStrangers(fastify);
    // a not-found handler of its own, so that the hook above hears of paths below the prefix
    fastify.setNotFoundHandler(() => undefined);
    takeJson(fastify, options.limits);
    fastify.setErrorHandler((error: FastifyError, _request, reply) =>
      sendProblem(reply, problemOfError(error)),
    );
    type Run = (request: FastifyRequest, reply: FastifyReply) => unknown;
    const route = (method: 'GET' | 'POST', url: string, handler: Run) =>
      fastify.route({ method, url: url.slice(apiPrefix.length), handler });
    for (const { protocol, handler } of exposed)
      for (const [name, operation] of Object.entries(protocol.spec.operations)) {
        const answer = async (request: FastifyRequest, reply: FastifyReply, raw: unknown) => {
          const unfit = unfitHeader(request);
          if (unfit) return sendProblem(reply, unfit);
          const signal = goneSignal(reply);
          const context = { ...contextFor(request, options), signal };
          const { name: domain } = protocol.spec;
          const { input, issues } = strictInput(operation.input, raw, `${domain}.${name}`);
          if (issues.length)
            return sendProblem(reply, problemOf(domain, refusalOf(issues), context.trace));
          const wire = await handler(name, input, context);
          if ('ok' in wire) return reply.type('application/json').send(JSON.stringify(wire.ok));
          return sendProblem(reply, problemOf(domain, wire.error, context.trace));
        };
        const url = pathOf(protocol, name);
        route('POST', url, (request, reply) => answer(request, reply, request.body ?? {}));
        const fields = operation.kind === 'query' ? scalarFields(operation.input) : undefined;
        if (fields)
          route('GET', url, (request, reply) =>
            answer(request, reply, inputOfQuery(request.query as Record<string, unknown>, fields)),
          );
      }
    await apiPages(fastify, exposed, options);
  };
