/** A connection that breaks: what is told of a commit under way, and what is tried again. */
import { closes, noteRow, opens, told, unit } from '@morrow/engines/suite';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { testPostgres } from '@morrow/dev-services';
import { world } from './store-world.ts';

interface Proxy {
  readonly port: number;
  arm(): void;
  /** Refuses connections, and ends those that there are. */
  close(): void;
  reopen(): void;
}
/** Passes on what is sent, and cuts the line at the next answer once it is armed. */
async function cuttingProxy(): Promise<Proxy> {
  const { host, port } = await testPostgres();
  const open = new Set<Socket>();
  let isArmed = false;
  const server = createServer((client) => {
    const behind = connect(`${host}/.s.PGSQL.${port}`);
    for (const socket of [client, behind]) {
      open.add(socket);
      socket.on('error', () => undefined);
    }
    client.on('data', (bytes) => behind.write(bytes));
    behind.on('data', (bytes) => {
      if (isArmed) {
        isArmed = false;
        client.destroy();
      } else client.write(bytes);
    });
    client.on('close', () => behind.end());
    behind.on('close', () => client.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const { port: own } = server.address() as AddressInfo;
  return {
    port: own,
    arm: () => void (isArmed = true),
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
    reopen: () => void server.listen(own, '127.0.0.1'),
  };
}

it('calls the outcome of a commit unknown when its answer is lost, and tries it once', async () => {
  const { user } = await testPostgres();
  const proxy = await cuttingProxy();
  const { store } = await world({ server: { host: '127.0.0.1', port: proxy.port, user } });
  const rows = ['a', 'b', 'c', 'd'].map((number) => noteRow(number));
  await store.commit(unit(rows.map(opens)));
  proxy.arm();
  const calls = rows.map((row) => store.commit(unit([closes(row)])));
  const outcomes = await Promise.allSettled(calls);
  expect(outcomes.map((one) => one.status === 'rejected' && one.reason.fault)).toEqual(
    Array(4).fill('timeout'),
  );
  expect(await store.count('note', { state: 'closed' })).toBe(4);
  expect(await told([store.commit(unit([opens(noteRow('e'))]))])).toEqual(['stored']);
});

it('keeps a commit waiting while the server starts again', async () => {
  const { user } = await testPostgres();
  const proxy = await cuttingProxy();
  let hear = (): void => undefined;
  const heard = new Promise<void>((resolve) => (hear = resolve));
  let tries = 0;
  const { store } = await world({
    server: { host: '127.0.0.1', port: proxy.port, user },
    onProblem: () => hear(),
    commitPoint: (_label, when) => {
      if (when === 'before' && ++tries === 7) proxy.reopen();
    },
  });
  await store.commit(unit([opens(noteRow('a'))]));
  proxy.close();
  await heard;
  tries = 0;
  const waiting = told([store.commit(unit([opens(noteRow('b'))]))]);
  expect(await waiting).toEqual(['stored']);
});
