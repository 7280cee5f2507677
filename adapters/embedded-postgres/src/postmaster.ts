// Starts the postmaster of a data directory or attaches to a live one, and stops it.
import { closeSync, fstatSync, openSync, readFileSync, renameSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { serverEnvironment } from './cluster.ts';
import type { DataHome } from './data-home.ts';
import { exitOf, spawnGuarded } from './guarded-child.ts';
import type { NativeBinaries } from './native-binaries.ts';
import { mendPostmasterFile, isPostmasterOf, readPostmasterFile } from './postmaster-file.ts';
import { diskFull, isDiskFull, PostgresProblem, sentenceFor } from './problems.ts';
import { socketDirectory } from './socket-directory.ts';

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly socketDirectory: string;
  /** Resolves when it is gone; `signal` ends the watch of one that we did not start. */
  gone(signal: AbortSignal): Promise<void>;
}

/** Names the socket file; nothing listens on TCP. */
const socketPort = 5432;
const pollMs = 20;
const watchMs = 200;
// Crash recovery of a large log takes minutes, and the process lives all the while.
const readyWithinMs = 30 * 60_000;
const leftoversWithinMs = 15_000;
const logBytesMax = 16 * 1024 * 1024;

/** Log of the server, beside the data directory. */
export const logFileOf = (directory: string): string => `${directory}.log`;

/** The live postmaster of this directory once it is ready; one that is stopping is waited for. */
export async function attachToPostmaster(directory: string): Promise<Postmaster | undefined> {
  for (const until = performance.now() + readyWithinMs; performance.now() < until;) {
    const file = readPostmasterFile(directory);
    if (!file || !isPostmasterOf(file.pid, directory)) return undefined;
    if (file.status === 'ready')
      return { ...placeOf(file), gone: (signal) => pollUntilGone(file.pid, directory, signal) };
    await pause(pollMs);
  }
  throw new PostgresProblem(`The PostgreSQL that runs on ${directory} does not get ready.`);
}

const placeOf = ({ pid, port, socketDirectory }: Omit<Postmaster, 'gone'>) => ({
  pid,
  port,
  socketDirectory,
});

async function pollUntilGone(pid: number, directory: string, signal: AbortSignal): Promise<void> {
  while (isPostmasterOf(pid, directory))
    try {
      await pause(watchMs, undefined, { ref: false, signal });
    } catch {
      return;
    }
}

/** Starts a postmaster that ends with this process; processes of a killed one get time to end. */
export async function launchPostmaster(
  home: DataHome,
  binaries: NativeBinaries,
  settings: Readonly<Record<string, string>>,
): Promise<Postmaster> {
  mendPostmasterFile(home.directory);
  for (const until = performance.now() + leftoversWithinMs; ; await pause(10 * pollMs)) {
    const outcome = await launchOnce(home, binaries, settings);
    if (typeof outcome !== 'string') return outcome;
    const isLeftover = /pre-existing shared memory block/i.test(outcome);
    if (!isLeftover || performance.now() > until) throw problemOf(home.directory, outcome);
  }
}

/** The postmaster once it is ready, or what it logged before it gave up. */
async function launchOnce(
  home: DataHome,
  binaries: NativeBinaries,
  settings: Readonly<Record<string, string>>,
): Promise<Postmaster | string> {
  const { directory, user } = home;
  const logFile = logFileOf(directory);
  const log = openLog(logFile);
  const logStart = fstatSync(log).size;
  const child = spawnGuarded({
    command: [binaries.postgres, ...serverArguments(home, settings)],
    output: log,
    env: serverEnvironment(),
    prefix: user.prefix,
    spawnAs: user.spawnAs,
  });
  closeSync(log);
  let hasEnded = false;
  const ended = exitOf(child).then(() => void (hasEnded = true));
  for (const until = performance.now() + readyWithinMs; performance.now() < until;) {
    const file = readPostmasterFile(directory);
    if (file?.status === 'ready' && isPostmasterOf(file.pid, directory)) {
      // The guard may be killed apart from its server, so its end alone says nothing.
      const gone = (signal: AbortSignal) =>
        ended.then(() => pollUntilGone(file.pid, directory, signal));
      return { ...placeOf(file), gone };
    }
    if (hasEnded) return readFileSync(logFile).subarray(logStart).toString();
    await pause(pollMs);
  }
  child.stdin?.end();
  return 'it was not ready in half an hour';
}

function openLog(file: string): number {
  const log = openSync(file, 'a', 0o600);
  if (fstatSync(log).size <= logBytesMax) return log;
  closeSync(log);
  renameSync(file, `${file}.old`);
  return openSync(file, 'a', 0o600);
}

function serverArguments(home: DataHome, settings: Readonly<Record<string, string>>): string[] {
  const all = {
    ...settings,
    listen_addresses: '',
    port: String(socketPort),
    unix_socket_directories: `"${socketDirectory(home, socketPort)}"`,
    unix_socket_permissions: '0700',
    logging_collector: 'off',
    log_destination: 'stderr',
    timezone: 'UTC',
  };
  const given = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', home.directory, ...given];
}

function problemOf(directory: string, log: string): PostgresProblem {
  const known = sentenceFor(log) ?? (isDiskFull(directory) ? diskFull : undefined);
  const lastLine = log.trim().split('\n').at(-1) ?? '';
  return new PostgresProblem(
    known ?? `PostgreSQL did not start (${lastLine || 'no word'}); see ${logFileOf(directory)}.`,
  );
}

const quitAfterMs = 10_000;
const giveUpAfterMs = 30_000;

/** Fast shutdown; an immediate one after ten seconds. Nothing that was acknowledged is lost. */
export async function stopPostmaster(pid: number, directory: string): Promise<void> {
  if (!isPostmasterOf(pid, directory)) return;
  const start = performance.now();
  let hasQuit = false;
  process.kill(pid, 'SIGINT');
  while (isPostmasterOf(pid, directory)) {
    const waitedMs = performance.now() - start;
    if (waitedMs > giveUpAfterMs)
      throw new PostgresProblem(`PostgreSQL (process ${pid}) does not stop.`);
    if (waitedMs > quitAfterMs && !hasQuit) {
      hasQuit = true;
      process.kill(pid, 'SIGQUIT');
    }
    await pause(pollMs);
  }
}
