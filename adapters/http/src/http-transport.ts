/** The client side of the HTTP binding: the same ports for whoever is not in the process. */
import type { Fault, Protocol, Transport, Wire } from '@morrow/contract';
import { statusOf, type Problem } from './fault-status.ts';
import { pathOf } from './http-binding.ts';

export interface HttpTransportOptions {
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls a server at an address such as `http://127.0.0.1:3000`. */
export function httpTransport(
  baseUrl: string,
  protocol: Protocol,
  { headers = {} }: HttpTransportOptions = {},
): Transport {
  return async (operation, input, { tenant, trace, deadlineAt, key }): Promise<Wire> => {
    const left = Math.max(1, deadlineAt - Date.now());
    let response: Response;
    try {
      response = await fetch(new URL(pathOf(protocol, operation), baseUrl), {
        method: 'POST',
        headers: {
          ...headers,
          'content-type': 'application/json',
          'x-tenant': tenant,
          'x-deadline-ms': String(left),
          traceparent: trace,
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        body: JSON.stringify(input ?? {}),
        signal: AbortSignal.timeout(left + 1000),
      });
      const text = await response.text();
      if (response.ok) return { ok: JSON.parse(text) };
      return refusalOf(protocol, JSON.parse(text) as Problem);
    } catch (error) {
      return lost(error);
    }
  };
}

/** What the transport's own refusals mean, which name no fault: the call did not run. */
function faultOf(status: number): Fault {
  const exact = Object.entries(statusOf).find(([, known]) => known === status);
  if (exact) return exact[0] as Fault;
  return status < 500 ? 'invalid' : status === 507 ? 'unavailable' : 'defect';
}

function refusalOf({ spec }: Protocol, problem: Problem): Wire {
  const { code, fault = faultOf(problem.status), data = {}, detail } = problem;
  const short = code?.startsWith(`${spec.name}.`) ? code.slice(spec.name.length + 1) : fault;
  return { error: { code: short, fault, data: data as never, sentence: detail } };
}

/** A request that never reached the server surely did not run; of any other nobody knows. */
function lost(error: unknown): Wire {
  const cause = (error as { cause?: { code?: string } }).cause?.code;
  const fault = cause === 'ECONNREFUSED' || cause === 'ENOENT' ? 'unavailable' : 'timeout';
  const sentence =
    fault === 'unavailable'
      ? 'The server does not answer.'
      : 'The answer was lost; the call may have run.';
  return { error: { code: fault, fault, data: {}, sentence } };
}
