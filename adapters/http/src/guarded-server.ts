/** An HTTP server that refuses by itself what must not reach the framework, and what the parser of
 * HTTP cannot read: every refusal is a problem with the headers of every answer. */
import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { problemType, transportProblem, type ProblemDetails } from './fault-status.ts';
import { securityHeaders, siteProblem, textProblem } from './site-guard.ts';

export interface ServerLimits {
  /** Within which the headers of a request must have come. */
  readonly headersMs: number;
  /** Within which the whole of a request must have come, an upload too. */
  readonly requestMs: number;
  readonly connectionsMax: number;
}
export const serverLimits: ServerLimits = {
  headersMs: 15_000,
  requestMs: 600_000,
  connectionsMax: 1_000,
};

export interface GuardedServerOptions {
  /** Hosts that name this server; undefined where the address itself is proof, as a Unix socket
   * that only the owner can open. */
  hosts(): ReadonlySet<string> | undefined;
  readonly limits?: ServerLimits | undefined;
}
/** How long a connection stays open without a request. */
const idleMs = 72_000;
type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export function guardedServer(handler: Handler, options: GuardedServerOptions): Server {
  const { headersMs, requestMs, connectionsMax } = options.limits ?? serverLimits;
  const guarded: Handler = (request, response) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    const hosts = options.hosts();
    const problem = (hosts && siteProblem(request, hosts)) ?? textProblem(request);
    if (problem) sendRaw(response, problem);
    else handler(request, response);
  };
  const server = createServer(
    {
      keepAliveTimeout: idleMs,
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: Math.min(1_000, headersMs),
      requireHostHeader: false,
    },
    guarded,
  );
  server.maxConnections = connectionsMax;
  server.on('checkExpectation', (_request, response: ServerResponse) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    const detail = 'Only Expect: 100-continue is understood.';
    sendRaw(response, transportProblem(417, 'expectation failed', detail));
  });
  return server;
}

function sendRaw(response: ServerResponse, problem: ProblemDetails): void {
  response.writeHead(problem.status, { 'content-type': `${problemType}; charset=utf-8` });
  response.end(JSON.stringify(problem));
}

function problemOfParser({ code }: NodeJS.ErrnoException): ProblemDetails {
  if (code === 'HPE_HEADER_OVERFLOW')
    return transportProblem(431, 'headers too large', 'The headers are larger than 16 KiB.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return transportProblem(408, 'request timeout', 'The request did not arrive in time.');
  return transportProblem(400, 'malformed', 'This is not a well-formed HTTP request.');
}

/** Answers what the parser of HTTP could not read, and ends the connection. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  const { _httpMessage: underWay } = socket as Socket & { _httpMessage?: ServerResponse };
  if (error.code === 'ECONNRESET' || !socket.writable || underWay?.headersSent) {
    socket.destroy();
    return;
  }
  const problem = problemOfParser(error);
  const body = JSON.stringify(problem);
  const headers = {
    ...securityHeaders,
    'content-type': `${problemType}; charset=utf-8`,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const status = `${problem.status} ${STATUS_CODES[problem.status] ?? ''}`;
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`);
}
