// Reads postmaster.pid, PostgreSQL's own record of who serves a data directory.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface PostmasterFile {
  readonly pid: number;
  readonly port: number;
  readonly socketDirectory: string;
  /** `starting`, `ready`, `standby` or `stopping`; empty while the file is being written. */
  readonly status: string;
}

export function readPostmasterFile(directory: string): PostmasterFile | undefined {
  try {
    const lines = readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n');
    return {
      pid: Number(lines[0]),
      port: Number(lines[3]),
      socketDirectory: lines[4] ?? '',
      status: lines[7]?.trim() ?? '',
    };
  } catch {
    return undefined;
  }
}

/** Whether the process lives and is the postmaster of this directory, not a stranger. */
export function isPostmasterOf(pid: number, directory: string): boolean {
  if (!isAlive(pid)) return false;
  try {
    const [program = '', ...args] = commandOf(pid);
    return basename(program) === 'postgres' && args.join('\0').includes(directory);
  } catch {
    return false;
  }
}

function commandOf(pid: number): readonly string[] {
  if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  const line = execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  const end = line.indexOf(' -D ');
  return end < 0 ? [line.trim()] : [line.slice(0, end), line.slice(end)];
}

export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

// Above every limit for process numbers, so it is nobody's.
const nobodysPid = 2 ** 31 - 1;

/**
 * Makes the file that a killed postmaster left acceptable to PostgreSQL, which refuses to start on
 * an empty one and on the number of a process that lives, be it a stranger's. The rest stays: from
 * it PostgreSQL sees whether processes of the killed server still use the data.
 */
export function mendPostmasterFile(directory: string): void {
  const found = readPostmasterFile(directory);
  if (!found) return;
  const file = join(directory, 'postmaster.pid');
  const text = readFileSync(file, 'utf8');
  if (text.trim() === '') rmSync(file);
  if (!isAlive(found.pid) || isPostmasterOf(found.pid, directory)) return;
  const [, ...rest] = text.split('\n');
  writeFileSync(file, [nobodysPid, ...rest].join('\n'));
}
