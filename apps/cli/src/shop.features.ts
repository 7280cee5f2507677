/** A shop for tests of the command line: a real server of its own data and tenant, and the commands
 * run against it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Answer {
  readonly code: number | null;
  readonly out: string;
  readonly problem: string;
}
export interface Shop {
  readonly folder: string;
  /** Runs `morrow` for a tenant of the shop. */
  morrow(tenant: string, ...args: readonly string[]): Promise<Answer>;
  /** Starts `morrow` and kills it with -9 when the promise says so. */
  killed(
    tenant: string,
    when: (child: ChildProcess) => Promise<void>,
    ...args: readonly string[]
  ): Promise<void>;
  stopServer(): Promise<void>;
  close(): Promise<void>;
}
interface PostgresFacts {
  readonly host: string;
  readonly port: number;
  readonly user: string;
}
const program = resolve(import.meta.dirname, 'main.ts');
const serverOf = (isFleet: boolean) =>
  resolve(import.meta.dirname, `../../business/src/${isFleet ? 'fleet' : 'main'}.ts`);
const node = (file: string, args: readonly string[]) => [
  '--conditions=@morrow/source',
  file,
  ...args,
];
const ended = (child: ChildProcess) =>
  new Promise<number | null>((done) => child.once('exit', (code) => done(code)));

/** What a shop is opened with besides. */
export interface ShopOptions {
  /** Settings that the server knows and the command line does not. */
  readonly settings?: NodeJS.ProcessEnv;
  /** A process for each domain; the settings name a NATS server. */
  readonly isFleet?: boolean;
  /** The data folder; one of its own unless told. */
  readonly folder?: string;
}

/** Opens a shop with these tenants, whose names nobody else may have. */
export async function openShop(
  { host, port, user }: PostgresFacts,
  tenants: readonly string[],
  {
    settings = {},
    isFleet = false,
    folder = mkdtempSync(join(tmpdir(), 'morrow-shop-')),
  }: ShopOptions = {},
): Promise<Shop> {
  writeFileSync(join(folder, 'tenants.json'), JSON.stringify(tenants));
  const env = {
    ...process.env,
    M_DATA: folder,
    PORT: '0',
    LOG_LEVEL: 'error',
    DATABASE_URL: `postgres://${user}@localhost:${port}/?host=${encodeURIComponent(host)}`,
  };
  const serving = spawn(process.execPath, node(serverOf(isFleet), []), {
    env: { ...env, ...settings },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await new Promise<void>((ready, failed) => {
    serving.once('message', () => ready());
    serving.once('exit', () => failed(new Error('The server did not start')));
  });
  const start = (tenant: string, args: readonly string[]) =>
    spawn(process.execPath, node(program, ['--quiet', '--tenant', tenant, ...args]), { env });
  const stopServer = async () => {
    if (serving.exitCode !== null || serving.signalCode !== null) return;
    const stopped = ended(serving);
    serving.kill('SIGTERM');
    await stopped;
  };
  return {
    folder,
    stopServer,
    async morrow(tenant, ...args) {
      const child = start(tenant, args);
      let out = '';
      let problem = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (problem += text));
      const code = await new Promise<number | null>((done, failed) => {
        child.once('close', done);
        child.once('error', failed);
      });
      return { code, out, problem: problem.trim() };
    },
    async killed(tenant, when, ...args) {
      const child = start(tenant, args);
      const gone = ended(child);
      await when(child);
      child.kill('SIGKILL');
      await gone;
    },
    async close() {
      await stopServer();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
