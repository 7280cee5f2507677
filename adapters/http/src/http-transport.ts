/** The client side of the HTTP binding: the same ports for whoever is not in the process. */
import { Agent, request } from 'node:http';
import type { Fault, Protocol, Transport, Wire } from '@morrow/contract';
import { statusOf, type ProblemDetails } from './fault-status.ts';
import { pathOf } from './exposed.ts';

export interface HttpTransportOptions {
  readonly headers?: Readonly<Record<string, string>>;
}
/** A request that is sent, and its answer read whole. */
interface Sent {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}
type Send = (sent: Sent) => Promise<{ readonly status: number; readonly text: string }>;

/** Calls a server at an address such as `http://127.0.0.1:3000`. */
export const httpTransport = (
  baseUrl: string,
  protocol: Protocol,
  { headers = {} }: HttpTransportOptions = {},
): Transport =>
  callsBy(protocol, headers, async ({ path, ...rest }) => {
    const response = await fetch(new URL(path, baseUrl), { method: 'POST', ...rest });
    return { status: response.status, text: await response.text() };
  });

/** Calls a server by its Unix socket; connections are shared by the protocols. */
export function socketTransport(socketPath: string): (protocol: Protocol) => Transport {
  const agent = new Agent({ keepAlive: true, maxSockets: connectionsMax });
  return (protocol) => callsBy(protocol, {}, (sent) => sentTo(socketPath, agent, sent));
}
const connectionsMax = 64;

const sentTo = (socketPath: string, agent: Agent, sent: Sent): ReturnType<Send> =>
  new Promise((done, failed) => {
    const { path, headers, body, signal } = sent;
    const asked = request({ socketPath, agent, path, method: 'POST', headers, signal });
    asked.once('error', failed);
    asked.once('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('error', failed);
      response.once('end', () =>
        done({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
      );
    });
    asked.end(body);
  });

const callsBy =
  (protocol: Protocol, headers: Readonly<Record<string, string>>, send: Send): Transport =>
  async (operation, input, { tenant, trace, deadlineAt, key }): Promise<Wire> => {
    const left = Math.max(1, deadlineAt - Date.now());
    const body = JSON.stringify(input ?? {});
    try {
      const { status, text } = await send({
        path: pathOf(protocol, operation),
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(body)),
          'x-tenant': tenant,
          'x-deadline-ms': String(left),
          traceparent: trace,
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        body,
        signal: AbortSignal.timeout(left + 1000),
      });
      if (status >= 200 && status < 300) return { ok: JSON.parse(text) };
      return refusalOf(protocol, JSON.parse(text) as ProblemDetails);
    } catch (error) {
      return lost(error);
    }
  };

/** What the transport's own refusals mean, which name no fault: the call did not run. */
function faultOf(status: number): Fault {
  const exact = Object.entries(statusOf).find(([, known]) => known === status);
  if (exact) return exact[0] as Fault;
  return status < 500 ? 'invalid' : status === 507 ? 'unavailable' : 'defect';
}

function refusalOf({ spec }: Protocol, problem: ProblemDetails): Wire {
  const { code, fault = faultOf(problem.status), data = {}, detail } = problem;
  const short = code?.startsWith(`${spec.name}.`) ? code.slice(spec.name.length + 1) : fault;
  return { error: { code: short, fault, data: data as never, sentence: detail } };
}

/** A request that never reached the server surely did not run; of any other nobody knows. */
function lost(error: unknown): Wire {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  const reason = cause?.code ?? code;
  const fault = reason === 'ECONNREFUSED' || reason === 'ENOENT' ? 'unavailable' : 'timeout';
  const sentence =
    fault === 'unavailable'
      ? 'The server does not answer.'
      : 'The answer was lost; the call may have run.';
  return { error: { code: fault, fault, data: {}, sentence } };
}
