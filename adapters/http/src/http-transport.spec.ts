/** Protocols over HTTP and back: whoever is outside holds the same ports. */
import { connect, serve } from '@morrow/contract';
import { bindingSuite, callOf, outcomeOf, Till } from '@morrow/contract/suite';
import Fastify from 'fastify';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { apiPrefix, httpBinding, httpTransport } from './index.ts';

bindingSuite('over HTTP', async (implementation, serving) => {
  const fastify = Fastify();
  const contextOf = ({ headers }: { headers: Record<string, unknown> }) => ({
    tenant: String(headers['x-tenant']),
    actor: String(headers['authorization']).replace('Key ', 'person:'),
    trace: 'none',
  });
  const handler = serve(Till, implementation, serving);
  const binding = httpBinding([{ protocol: Till, handler }], { contextOf, version: '1.0' });
  await fastify.register(binding, { prefix: apiPrefix });
  const url = await fastify.listen({ host: '127.0.0.1', port: 0 });
  const headers = { authorization: 'Key ada' };
  return {
    port: connect(Till, httpTransport(url, Till, { headers })),
    close: () => {
      fastify.server.closeAllConnections();
      return fastify.close();
    },
  };
});

/** Listens on a free port; `answer` gets each connection. */
async function listening(answer: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(answer as never);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((closed) => server.close(() => closed()));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const balanceAt = (url: string) =>
  outcomeOf(connect(Till, httpTransport(url, Till)).balance({ till: 'main' }, callOf()));

it('says that a server which does not listen surely ran nothing', async () => {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  expect(await balanceAt(`http://127.0.0.1:${port}`)).toEqual({
    protocol: 'till',
    code: 'unavailable',
    fault: 'unavailable',
    data: {},
    message: 'The server does not answer.',
  });
});

it('says of an answer that was lost on its way that the call may have run', async () => {
  const url = await listening((request) => request.socket.destroy());
  expect(await balanceAt(url)).toEqual({
    protocol: 'till',
    code: 'timeout',
    fault: 'timeout',
    data: {},
    message: 'The answer was lost; the call may have run.',
  });
});
