/** What nobody must meet over HTTP: a key cut short, a guessed number, a wrong fault. */
import { serve } from '@morrow/contract';
import { callOf, Till, tillPort, trace } from '@morrow/contract/suite';
import Fastify from 'fastify';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { apiPrefix, httpBinding, httpTransport } from './index.ts';

async function opened(seen: (call: unknown) => void = () => undefined) {
  const fastify = Fastify({ bodyLimit: 1_000 });
  const contextOf = () => ({ tenant: 'main', actor: 'person:ada', trace });
  const handler = serve(Till, tillPort(seen));
  const binding = httpBinding([{ protocol: Till, handler }], { contextOf, version: '1.0' });
  await fastify.register(binding, { prefix: apiPrefix });
  onTestFinished(() => {
    fastify.server.closeAllConnections();
    return fastify.close();
  });
  return fastify;
}
const problem = (status: number, title: string, detail: string) => ({
  type: 'about:blank',
  title,
  status,
  detail,
});

describe('the edge', () => {
  it('refuses a key that is too long and never cuts it: two would become one', async () => {
    const seen: unknown[] = [];
    const fastify = await opened((call) => seen.push(call));
    const deposit = (length: number) =>
      fastify.inject({
        method: 'POST',
        url: '/api/till/deposit',
        payload: { till: 'main', amount: { minor: '5' } },
        headers: { 'idempotency-key': 'k'.repeat(length) },
      });
    expect((await deposit(200)).statusCode).toBe(200);
    expect((await deposit(201)).json()).toEqual(
      problem(400, 'malformed', 'The Idempotency-Key is longer than 200 characters.'),
    );
    expect(seen).toHaveLength(1);
  });

  it.each(['text/html', 'image/*'])('406: cannot serve %s', async (accept) => {
    const answer = await (
      await opened()
    ).inject({
      url: '/api/till/balance?till=main',
      headers: { accept },
    });
    expect(answer.json()).toEqual(
      problem(406, 'not acceptable', 'Only application/json is served here.'),
    );
  });

  it.each(['application/json', '*/*', 'text/html, */*;q=0.1', 'application/*'])(
    'serves %s',
    async (accept) => {
      const url = '/api/till/balance?till=main';
      const answer = await (await opened()).inject({ url, headers: { accept } });
      expect(answer.statusCode).toBe(200);
    },
  );

  it.each(['%20', '0x2', '1e0'])('reads no number into %s', async (floor) => {
    const url = `/api/till/balance?till=main&floor=${floor}`;
    expect((await (await opened()).inject(url)).statusCode).toBe(400);
  });
});

describe('a client over HTTP', () => {
  it('reads what the transport refused as the fault that it is', async () => {
    const url = await (await opened()).listen({ host: '127.0.0.1', port: 0 });
    const call = httpTransport(url, Till);
    const refusals = [
      await call('burn', {}, callOf()),
      await call('balance', { till: 'x'.repeat(1_000) }, callOf()),
    ];
    expect(refusals).toEqual([
      { error: { code: 'missing', fault: 'missing', data: {}, sentence: 'There is nothing at /api/till/burn.' } },
      { error: { code: 'invalid', fault: 'invalid', data: {}, sentence: 'The body is larger than this server accepts.' } },
    ]); // prettier-ignore
  });

  it('reads a shell that asks for a sign-in as unauthenticated', async () => {
    const body = JSON.stringify(problem(401, 'unauthenticated', 'The key is another.'));
    const server = createServer((_request, answer) => answer.writeHead(401).end(body));
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const call = httpTransport(`http://127.0.0.1:${port}`, Till);
    expect(await call('balance', {}, callOf())).toEqual({
      error: {
        code: 'unauthenticated',
        fault: 'unauthenticated',
        data: {},
        sentence: 'The key is another.',
      },
    });
  });
});
