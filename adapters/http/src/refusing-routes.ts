/** What HTTP itself refuses, in the one form of every refusal: no such route, another method, a
 * body that cannot be read. */
import { storageFull } from '@morrow/contract';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemType, transportProblem, type ProblemDetails } from './fault-status.ts';
import type { RefusedBody } from './json-body.ts';

export const sendProblem = (reply: FastifyReply, problem: ProblemDetails) =>
  reply.code(problem.status).type(problemType).send(problem);

/** Sends a refusal; another form of it where whoever asks is a person with a browser. */
export type SendRefusal = (
  request: FastifyRequest,
  reply: FastifyReply,
  problem: ProblemDetails,
) => FastifyReply;

/** Answers 404 and, with the methods that there are, 405: for every route that is added to the
 * instance after this. */
export function refuseStrangers(
  fastify: FastifyInstance,
  send: SendRefusal = (_request, reply, problem) => sendProblem(reply, problem),
): void {
  const methods = new Map<string, Set<string>>();
  fastify.addHook('onRoute', ({ url, method }) => {
    const known = methods.get(url) ?? new Set();
    for (const one of [method].flat()) known.add(one);
    methods.set(url, known);
  });
  const refuse = (request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?')[0] ?? '';
    const allowed = methods.get(path) ?? methods.get(path.replace(/(?<=.)\/$/, ''));
    if (!allowed)
      return send(
        request,
        reply,
        transportProblem(404, 'not found', `There is nothing at ${path}.`),
      );
    const list = [...allowed].sort().join(', ');
    const detail = `${request.method} is not for ${path}: use ${list}.`;
    const problem = transportProblem(405, 'method not allowed', detail);
    return send(request, reply.header('allow', list), problem);
  };
  fastify.addHook('onRequest', async (request, reply) => {
    if (request.is404) return refuse(request, reply);
  });
}

/** What Fastify refuses before a route is reached, and what fails below one. `types` are those that
 * the routes take. */
export function problemOfError(
  error: FastifyError | RefusedBody,
  types = 'application/json',
): ProblemDetails {
  if ('problem' in error) return error.problem;
  const { statusCode = 500, code } = error;
  if (statusCode === 413)
    return transportProblem(413, 'too large', 'The body is larger than this server accepts.');
  if (
    statusCode === 414 ||
    code?.startsWith('FST_ERR_BAD_URL') ||
    code === 'FST_ERR_MAX_PARAM_LENGTH'
  )
    return transportProblem(statusCode, 'malformed', 'The address cannot be read.');
  if (statusCode === 415) return transportProblem(415, 'unsupported media type', `Send ${types}.`);
  const isMalformed = statusCode < 500 || error instanceof SyntaxError;
  if (isMalformed) return transportProblem(400, 'malformed', 'The body is not well-formed JSON.');
  return code === 'ENOSPC' || code === '53100'
    ? transportProblem(507, 'storage full', storageFull('http').message)
    : transportProblem(500, 'failed', 'Something went wrong here.');
}
