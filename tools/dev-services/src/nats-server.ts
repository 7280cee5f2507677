// Runs a real nats-server for tests, on 127.0.0.1, for as long as this process lives.
import { spawnGuarded, exitOf } from '@morrow/adapter-embedded-postgres';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findNatsServer } from './nats.ts';

export interface NatsServerOptions {
  /** Folder for its log, its port and, with JetStream, its streams; created when absent. */
  readonly directory: string;
  readonly jetstream?: boolean;
  /** A free port unless told; name the former one to start a killed server again. */
  readonly port?: number;
  /** The `authorization` block of its configuration; without it anybody is admitted. */
  readonly authorization?: string;
}

export interface TestNatsServer {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
  /** As by kill -9: clients learn it from the broken connection. */
  kill(): Promise<void>;
}

const readyWithinMs = 20_000;
const pollMs = 20;

/** Resolves when the server listens. Rejects when there is no nats-server or it does not start. */
export async function startNats(options: NatsServerOptions): Promise<TestNatsServer> {
  const found = await findNatsServer();
  if ('missing' in found) throw new Error(found.missing);
  const { directory, jetstream = false, port = -1, authorization } = options;
  mkdirSync(directory, { recursive: true });
  for (const stale of portFiles(directory)) rmSync(join(directory, stale));
  const logFile = join(directory, 'nats-server.log');
  const log = openSync(logFile, 'a');
  const place = ['--addr', '127.0.0.1', '--port', String(port), '--ports_file_dir', directory];
  const config = join(directory, 'nats.conf');
  if (authorization) writeFileSync(config, authorization, { mode: 0o600 });
  const users = authorization ? ['--config', config] : [];
  const storage = jetstream ? ['--jetstream', '--store_dir', join(directory, 'streams')] : [];
  const child = spawnGuarded({
    command: [found.program, ...users, ...place, ...storage],
    output: log,
    env: { PATH: process.env['PATH'] ?? '' },
  });
  closeSync(log);
  let hasEnded = false;
  const ended = exitOf(child).then(() => void (hasEnded = true));
  for (const until = performance.now() + readyWithinMs; performance.now() < until;) {
    const listening = listeningServer(directory);
    if (listening) return { ...listening, ...endings(listening.pid, ended) };
    if (hasEnded) break;
    await pause(pollMs);
  }
  child.stdin?.end();
  throw new Error(`nats-server did not start:\n${readFileSync(logFile, 'utf8').slice(-500)}`);
}

const portFiles = (directory: string) =>
  readdirSync(directory).filter((name) => /^nats-server.*_\d+\.ports$/.test(name));

/** From the file that the server writes once it listens; undefined while it is incomplete. */
function listeningServer(directory: string): { url: string; pid: number } | undefined {
  const [name] = portFiles(directory);
  if (!name) return undefined;
  try {
    const { nats } = JSON.parse(readFileSync(join(directory, name), 'utf8'));
    return { url: nats[0], pid: Number(/_(\d+)\.ports$/.exec(name)?.[1]) };
  } catch {
    return undefined;
  }
}

function endings(pid: number, ended: Promise<void>) {
  const endBy = (signal: NodeJS.Signals) => async () => {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended by itself.
    }
    await ended;
  };
  return { stop: endBy('SIGINT'), kill: endBy('SIGKILL') };
}
