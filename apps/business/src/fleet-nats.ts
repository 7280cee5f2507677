/** The fleet's own NATS server: on a free port, ended with the fleet, started again
 * when it dies. */
import { openSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { exitOf, spawnGuarded } from '@morrow/adapter-embedded-postgres';

export interface OwnServer {
  readonly url: string;
  stop(): Promise<void>;
}
const startAgainMs = 200;

/** A free port of the loopback address. */
const freePort = (): Promise<number> =>
  new Promise((found, failed) => {
    const probe = createServer().once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => found(port));
    });
  });

/** Starts `nats-server` with this `authorization`, so that it admits nobody else; its log and its
 * configuration lie in the data directory. Members reconnect after a restart. */
export async function startNats(
  program: string,
  dataDirectory: string,
  authorization: string,
  say: (line: string) => void,
): Promise<OwnServer> {
  const port = await freePort();
  const config = join(dataDirectory, 'nats', 'nats.conf');
  writeFileSync(config, `listen: "127.0.0.1:${port}"\n${authorization}`, { mode: 0o600 });
  const command = [program, '-c', config];
  const output = openSync(join(dataDirectory, 'nats.log'), 'a');
  const run = () => spawnGuarded({ command, output, env: {} });
  let child = run();
  let isStopping = false;
  const keepAlive = async () => {
    while (!isStopping) {
      await exitOf(child);
      await pause(startAgainMs);
      if (isStopping) return;
      say('nats ended: starting it again');
      child = run();
    }
  };
  void keepAlive();
  return {
    url: `nats://127.0.0.1:${port}`,
    async stop() {
      isStopping = true;
      child.stdin?.end();
      await exitOf(child);
    },
  };
}
