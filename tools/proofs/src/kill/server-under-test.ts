/** A server of real processes that a test may kill: whatever dies is started again, as a supervisor
 * does. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { httpTransport } from '@morrow/adapter-http';
import { checkout, readPlacement } from '@morrow/business/parts/settings';
import { connect } from '@morrow/contract';
import { backendProgram, fromSource } from '../worlds/programs.ts';
import { World } from '../worlds/world.ts';

export interface GroundFacts {
  readonly postgres: { readonly host: string; readonly port: number; readonly user: string };
  /** Given: enterprise mode, a process for each domain. */
  readonly natsUrl?: string | undefined;
  /** Settings of all lives. */
  readonly settings?: NodeJS.ProcessEnv;
}
export interface ServerUnderTest {
  readonly world: World;
  readonly tenant: string;
  /** Times that a process was found dead and started again. */
  restarts(): number;
  /** Kills all of them now. */
  kill(): void;
  close(): Promise<void>;
}
/** Compiled code, kept by each life that lasts for some seconds. */
const code = join(checkout, 'node_modules/.cache/lives');
const keepCode =
  "data:text/javascript,import{flushCompileCache}from'node:module';" +
  'setTimeout(flushCompileCache,4000).unref()';
/** A call that a killed process took with it is given up after this, and sent again. */
const callMs = 4_000;
let grounds = 0;

const freePort = (): Promise<number> =>
  new Promise((found) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** Starts the processes; `failpoints` is the environment of their first life only, `later` that of
 * the lives after it, one after the other. */
export async function startServer(
  { postgres, natsUrl, settings }: GroundFacts,
  failpoints: NodeJS.ProcessEnv,
  later: NodeJS.ProcessEnv[] = [],
): Promise<ServerUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-kill-'));
  const tenant = `k${process.pid}x${grounds++}`;
  writeFileSync(join(folder, 'tenants.json'), JSON.stringify([tenant]));
  const host = encodeURIComponent(postgres.host);
  const mode = natsUrl ? 'enterprise' : 'indie';
  const shared = {
    ...process.env,
    M_DATA: folder,
    M_FLEET: '1',
    LOG_LEVEL: 'error',
    NODE_COMPILE_CACHE: code,
    DATABASE_URL: `postgres://${postgres.user}@localhost:${postgres.port}/?host=${host}`,
    M_MODE: mode,
    ...(natsUrl && { NATS_URL: natsUrl, M_NATS_TRUSTED: 'yes' }),
    ...settings,
  };
  const children = new Set<ChildProcess>();
  let isClosing = false;
  let restarts = 0;
  const launch = (modules: string, port: number, own: NodeJS.ProcessEnv): Promise<string> =>
    new Promise((ready) => {
      const env = { ...shared, M_MODULES: modules, ...own, PORT: String(port) };
      const child = spawn(process.execPath, fromSource(backendProgram, '--import', keepCode), {
        env,
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      children.add(child);
      child.on('message', (message: { readonly ready: string }) => ready(message.ready));
      child.on('exit', () => {
        children.delete(child);
        if (isClosing) return;
        restarts++;
        void launch(modules, port, later.shift() ?? {}).then(ready);
      });
    });
  const parts = readPlacement(mode).processes.map(({ modules }) => modules.join(','));
  const ports = await Promise.all(parts.map(freePort));
  const [url = ''] = await Promise.all(
    parts.map((part, at) => launch(part, ports[at] ?? 0, failpoints)),
  );
  const world = new World(
    (protocol) => connect(protocol, httpTransport(url, protocol)),
    tenant,
    callMs,
  );
  return {
    world,
    tenant,
    restarts: () => restarts,
    kill() {
      for (const child of children) child.kill('SIGKILL');
    },
    async close() {
      isClosing = true;
      await Promise.all(
        [...children].map((child) => {
          const ended = new Promise((done) => child.once('exit', done));
          child.kill('SIGKILL');
          return ended;
        }),
      );
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
