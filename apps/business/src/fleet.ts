/** The fleet on one machine: PostgreSQL, NATS and one process for each part of the enterprise
 * placement, kept alive. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  askInstance,
  exitOf,
  holdInstance,
  spawnGuarded,
  startPostgres,
} from '@morrow/adapter-embedded-postgres';
import { sentenceOf } from './boot-faults.ts';
import { readPlacement } from './settings.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const backoffMs = [200, 500, 1000, 2000, 5000];

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

interface Member {
  readonly name: string;
  readonly modules: readonly string[];
  child?: ChildProcess;
  url?: string;
  restarts: number;
}

/** Starts a member and starts it again whenever it dies, with a back-off. Resolves when it is
 * ready. */
class Fleet {
  readonly #environment: NodeJS.ProcessEnv;
  readonly members: Member[] = [];
  #isStopping = false;

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment;
  }

  launch(name: string, modules: readonly string[], port: number): Promise<void> {
    const member: Member = { name, modules, restarts: 0 };
    this.members.push(member);
    return new Promise((ready, failed) => {
      const run = () => {
        const env = {
          ...this.#environment,
          M_FLEET: '1',
          M_MODE: 'enterprise',
          M_MODULES: modules.join(','),
          PORT: String(member.url ? new URL(member.url).port : port),
        };
        const main = resolve(import.meta.dirname, `main${import.meta.filename.slice(-3)}`);
        const child = spawn(process.execPath, [...process.execArgv, main], {
          env,
          stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        });
        member.child = child;
        child.on('message', (message: { readonly ready?: string }) => {
          if (message.ready) member.url = message.ready;
          ready();
        });
        child.on('exit', (code) => {
          if (this.#isStopping) return;
          if (!member.url) return failed(new Error(`${name} did not start.`));
          const waitMs = backoffMs[Math.min(member.restarts++, backoffMs.length - 1)] ?? 5000;
          say(`${name} ended (${code ?? 'killed'}): starting it again`);
          void pause(waitMs).then(() => (this.#isStopping ? undefined : run()));
        });
      };
      run();
    });
  }

  /** Ends the members in the order in which they depend on each other: the gateway first. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const { child } of this.members) {
      if (!child || child.exitCode !== null || child.signalCode !== null) continue;
      const ended = exitOf(child);
      child.kill('SIGTERM');
      await ended;
    }
  }
}

/** Launches the processes of the placement at once: each waits for those that it calls. */
async function launchAll(fleet: Fleet): Promise<void> {
  const { processes } = readPlacement('enterprise');
  const ordered = processes.toSorted((a, b) => Number(!!b.isGateway) - Number(!!a.isGateway));
  const launches = ordered.map(({ name, modules, isGateway }) =>
    fleet.launch(name, modules, isGateway ? Number(process.env['PORT'] || 3000) : 0),
  );
  await Promise.all(launches);
}

function printTable(fleet: Fleet, natsUrl: string): void {
  say('Morrow runs as a fleet');
  say(`  ${'process'.padEnd(10)} ${'hosts'.padEnd(24)} ${'pid'.padEnd(8)} address`);
  for (const { name, modules, child, url } of fleet.members)
    say(
      `  ${name.padEnd(10)} ${modules.join(', ').padEnd(24)} ${String(child?.pid).padEnd(8)} ${url}`,
    );
  say(`  ${'nats'.padEnd(10)} ${'the bus'.padEnd(24)} ${''.padEnd(8)} ${natsUrl}`);
  say(`  next      npx --no morrow import retail sample`);
}

async function start(): Promise<void> {
  const natsServer = process.env['NATS_SERVER'];
  const dataDirectory = resolve(process.env['M_DATA'] || '.data');
  mkdirSync(dataDirectory, { recursive: true });
  let gatewayUrl: string | undefined;
  const describe = () => ({ pid: process.pid, url: gatewayUrl });
  const held = await holdInstance(dataDirectory, describe);
  if (!held) {
    const other = await askInstance(dataDirectory);
    say(other ? `Already running (process ${other.pid}): open ${other.url}` : 'Try again.');
    process.exit(other ? 0 : 1);
  }
  let natsUrl = process.env['NATS_URL'];
  const closers: (() => Promise<unknown>)[] = [];
  if (!natsUrl) {
    if (!natsServer)
      throw new Error('There is no nats-server: install it (apt-get install nats-server) or set NATS_URL.'); // prettier-ignore
    const port = await freePort();
    natsUrl = `nats://127.0.0.1:${port}`;
    const log = openSync(join(dataDirectory, 'nats.log'), 'a');
    const command = [natsServer, '-a', '127.0.0.1', '-p', String(port)];
    const child = spawnGuarded({ command, output: log, env: {} });
    closers.push(async () => {
      child.stdin?.end();
      await exitOf(child);
    });
  }
  const postgres = await startPostgres({ directory: join(dataDirectory, 'postgres') });
  closers.push(() => postgres.stop());
  const host = encodeURIComponent(postgres.socketDirectory);
  const fleet = new Fleet({
    ...process.env,
    M_DATA: dataDirectory,
    NATS_URL: natsUrl,
    DATABASE_URL: `postgres://${postgres.user}@localhost:${postgres.port}/?host=${host}`,
  });
  let isStopping = false;
  const stop = async (exitCode: number) => {
    if (isStopping) return;
    isStopping = true;
    await fleet.stop();
    for (const close of closers.reverse()) await close();
    process.exit(exitCode);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));
  try {
    await launchAll(fleet);
  } catch (error) {
    await fleet.stop();
    for (const close of closers.reverse()) await close();
    throw error;
  }
  gatewayUrl = fleet.members[0]?.url;
  writeFileSync(join(dataDirectory, 'server.json'), `${JSON.stringify({ url: gatewayUrl, pid: process.pid })}\n`); // prettier-ignore
  printTable(fleet, natsUrl);
}

start().catch((error: unknown) => {
  process.stderr.write(`\n  ${sentenceOf(error)}\n\n`);
  process.exit(1);
});
