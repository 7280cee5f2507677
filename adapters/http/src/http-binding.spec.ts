/** Every refusal over HTTP, whole; and what the edge reads from a request. */
import {
  serve,
  storageFull,
  type CallContext,
  type Fault,
  type WireHandler,
} from '@morrow/contract';
import { Till, tillPort, trace } from '@morrow/contract/suite';
import Fastify, { type InjectOptions } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { apiPrefix, httpBinding, statusOf } from './index.ts';

const bodyLimit = 1_000;
async function opened(handler: WireHandler = serve(Till, tillPort())) {
  const fastify = Fastify({ bodyLimit });
  const contextOf = () => ({ tenant: 'main', actor: 'person:ada', trace });
  const binding = httpBinding([{ protocol: Till, handler }], { contextOf, version: '1.0' });
  await fastify.register(binding, { prefix: apiPrefix });
  onTestFinished(() => fastify.close());
  return fastify;
}
/** Status, type, and body of an answer. */
async function ask(options: InjectOptions, handler?: WireHandler) {
  const answer = await (await opened(handler)).inject(options);
  const { statusCode: status, headers } = answer;
  const allow = headers['allow'];
  const body: unknown = answer.body && JSON.parse(answer.body);
  return { status, type: headers['content-type'], body, ...(allow !== undefined && { allow }) };
}
const problem = (status: number, body: object, allow?: string) => ({
  status,
  type: 'application/problem+json; charset=utf-8',
  body: { status, ...body },
  ...(allow !== undefined && { allow }),
});
const transport = (status: number, title: string, detail: string, allow?: string) =>
  problem(status, { type: 'about:blank', title, detail }, allow);
const post = (operation: string, payload: object | string, headers = {}): InjectOptions => ({
  method: 'POST',
  url: `/api/till/${operation}`,
  payload,
  headers: { 'content-type': 'application/json', ...headers },
});
const jsonType = 'application/json; charset=utf-8';
const balance = { minor: '1250', countedAt: '2026-11-21T08:30:00.000Z' };

describe('an operation over HTTP', () => {
  it('answers a POST with the output as JSON', async () => {
    const answer = await ask(post('balance', { till: 'main' }));
    expect(answer).toEqual({ status: 200, type: jsonType, body: balance });
  });

  it('answers a GET where a query takes nothing but scalars, numbers among them', async () => {
    const answer = await ask({ url: '/api/till/balance?till=main&floor=2' });
    expect(answer).toEqual({ status: 200, type: jsonType, body: balance });
  });

  it('refuses a number in the query string that is none, naming the field', async () => {
    const { status, body } = await ask({ url: '/api/till/balance?till=main&floor=two' });
    expect({ status, body }).toEqual({
      status: 400,
      body: expect.objectContaining({
        code: 'till.invalid',
        data: { issues: [{ path: ['floor'], message: expect.any(String) }] },
      }),
    });
  });

  it('refuses a field that is given twice', async () => {
    const { body } = await ask({ url: '/api/till/balance?till=main&till=other' });
    expect(body).toMatchObject({ code: 'till.invalid', data: { issues: [{ path: ['till'] }] } });
  });
});

describe('a refusal over HTTP', () => {
  it('of a protocol is a problem with its code, fault, data and trace', async () => {
    expect(await ask(post('deposit', { till: 'closed', amount: { minor: '5' } }))).toEqual(
      problem(409, {
        type: '/api#till.tillClosed',
        title: 'till closed',
        detail: 'The till closed is closed.',
        code: 'till.tillClosed',
        fault: 'conflict',
        data: { till: 'closed', since: '2026-11-21T08:30:00.000Z' },
        trace,
      }),
    );
  });

  it('of an input names the fields', async () => {
    const message = 'Too big: expected number to be <=9';
    expect(await ask(post('balance', { till: 'main', floor: 12 }))).toEqual(
      problem(400, {
        type: '/api#till.invalid',
        title: 'invalid',
        detail: `The input is not valid: floor: ${message}`,
        code: 'till.invalid',
        fault: 'invalid',
        data: { issues: [{ path: ['floor'], message }] },
        trace,
      }),
    );
  });

  it('that is a defect tells nothing but its trace', async () => {
    expect(await ask(post('balance', { till: 'broken' }))).toEqual(
      problem(500, {
        type: '/api#till.defect',
        title: 'defect',
        detail: `An internal error occurred. Its trace is ${trace}.`,
        code: 'till.defect',
        fault: 'defect',
        data: { trace },
        trace,
      }),
    );
  });

  const statuses: Record<Fault, number> = {
    invalid: 400,
    unauthenticated: 401,
    forbidden: 403,
    missing: 404,
    conflict: 409,
    inFlight: 409,
    precondition: 412,
    reused: 422,
    exhausted: 429,
    defect: 500,
    unavailable: 503,
    timeout: 504,
  };
  it.each(Object.entries(statuses) as [Fault, number][])(
    'of the fault %s has the status %i',
    async (fault, status) => {
      const error = { code: fault, fault, data: { why: 'so' }, sentence: 'It is so.' };
      const title = fault === 'inFlight' ? 'in flight' : fault;
      const code = `till.${fault}`;
      expect(await ask(post('balance', {}), async () => ({ error }))).toEqual(
        problem(status, {
          type: `/api#${code}`,
          title,
          detail: 'It is so.',
          code,
          fault,
          data: { why: 'so' },
          trace,
        }),
      );
    },
  );
  it('has a status of its own where the disk is full, for its client too', async () => {
    const disk = storageFull('till');
    const { fault, data, message: sentence } = disk;
    const answer = async () => ({ error: { code: fault, fault, data: data as never, sentence } });
    expect(await ask(post('balance', {}), answer)).toMatchObject({
      status: 507,
      body: { status: 507, fault: 'unavailable', detail: full, data: { reason: 'storageFull' } },
    });
  });
  it('has a status for every fault, in one table', () => {
    expect(statusOf).toEqual(statuses);
  });
});

const full =
  'The disk that holds the data directory is full: free some space and start again; ' +
  'nothing that was acknowledged is lost.';

describe('a refusal of the transport itself', () => {
  it('404: there is no such route', async () => {
    const nothing = transport(404, 'not found', 'There is nothing at /api/till/burn.');
    expect(await ask(post('burn', {}))).toEqual(nothing);
    expect(await ask({ url: '/api/till/burn?x=1' })).toEqual(nothing);
  });

  it('405: the route is for other methods, which it names', async () => {
    expect(await ask({ method: 'GET', url: '/api/till/deposit' })).toEqual(
      transport(405, 'method not allowed', 'GET is not for /api/till/deposit: use POST.', 'POST'),
    );
    expect(await ask({ method: 'DELETE', url: '/api/till/balance' })).toEqual(
      transport(
        405,
        'method not allowed',
        'DELETE is not for /api/till/balance: use GET, HEAD, POST.',
        'GET, HEAD, POST',
      ),
    );
  });

  it('HEAD answers as GET does, without a body', async () => {
    const answer = await (
      await opened()
    ).inject({ method: 'HEAD', url: '/api/till/balance?till=main' });
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
    expect(Number(answer.headers['content-length'])).toBe(JSON.stringify(balance).length);
  });

  it('413: the body is too large', async () => {
    expect(await ask(post('balance', { till: 'x'.repeat(bodyLimit) }))).toEqual(
      transport(413, 'too large', 'The body is larger than this server accepts.'),
    );
  });

  it('415: the body is of another type', async () => {
    expect(await ask(post('balance', '<till/>', { 'content-type': 'application/xml' }))).toEqual(
      transport(415, 'unsupported media type', 'Send application/json.'),
    );
  });

  it.each(['{"till":', '', '{"__proto__":{"till":"main"}}'])(
    '400: malformed JSON %j',
    async (it) => {
      expect(await ask(post('balance', it))).toEqual(
        transport(400, 'malformed', 'The body is not well-formed JSON.'),
      );
    },
  );

  it('500: a failure below it tells nothing', async () => {
    const fail = () => Promise.reject(new Error('password=hunter2'));
    expect(await ask(post('balance', {}), fail)).toEqual(
      transport(500, 'failed', 'Something went wrong here.'),
    );
  });

  it('507: the disk is full', async () => {
    const fail = () => Promise.reject(Object.assign(new Error('write'), { code: 'ENOSPC' }));
    expect(await ask(post('balance', {}), fail)).toEqual(transport(507, 'storage full', full));
  });
});

describe('the edge', () => {
  const contextFrom = async (headers: Record<string, string>) => {
    const seen: CallContext[] = [];
    const handler: WireHandler = async (_operation, _input, context) => {
      seen.push(context);
      return { ok: null };
    };
    const before = Date.now();
    await ask(post('balance', {}, headers), handler);
    const [context] = seen as [CallContext];
    const { deadlineAt, signal, ...rest } = context;
    expect(signal).toBeInstanceOf(AbortSignal);
    return { ...rest, seconds: Math.round((deadlineAt - before) / 1_000) };
  };
  const plain = { tenant: 'main', actor: 'person:ada', trace, seconds: 30 };

  it('takes the key, the deadline and the trace that a request states', async () => {
    const other = `00-${'c3'.repeat(16)}-${'d4'.repeat(8)}-01`;
    const headers = { 'idempotency-key': 'k-7', 'x-deadline-ms': '7000', traceparent: other };
    expect(await contextFrom(headers)).toEqual({ ...plain, key: 'k-7', seconds: 7, trace: other });
  });

  it('makes a key of its own for each request that has none', async () => {
    const [one, other] = [await contextFrom({}), await contextFrom({})];
    expect(one).toEqual({ ...plain, key: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(other.key).not.toBe(one.key);
  });

  it.each([
    ['3600000', 120],
    ['Infinity', 120],
    ['0', 30],
    ['-5', 30],
    ['soon', 30],
  ])('bounds a deadline of %s ms to %i s', async (asked, seconds) => {
    expect(await contextFrom({ 'x-deadline-ms': asked })).toMatchObject({ seconds });
  });

  it('begins a trace of its own where the stated one is none', async () => {
    expect(await contextFrom({ traceparent: 'canary' })).toMatchObject({ trace });
  });
});
