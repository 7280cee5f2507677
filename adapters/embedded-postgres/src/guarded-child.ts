// Starts a program that ends when this process ends, however it ends.
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { Socket } from 'node:net';

// Standard input of the shell is a pipe from us. When we die, the kernel closes it, `read` returns
// and the program gets SIGINT: a fast shutdown for PostgreSQL, a clean stop for most others.
const guard = [
  'trap "" INT TERM HUP; exec 3<&0',
  '"$@" </dev/null 3<&- & program=$!',
  '(read -r _ <&3; kill -INT $program) 2>/dev/null & reader=$!; exec 3<&-',
  'wait $program; code=$?; kill $reader 2>/dev/null; exit $code',
].join('\n');

export interface GuardedChildOptions {
  readonly command: readonly string[];
  /** Standard output and error: a file descriptor, or 'pipe'. */
  readonly output: number | 'pipe';
  readonly env: Readonly<Record<string, string>>;
  /** Put before the guard, for a user namespace. */
  readonly prefix?: readonly string[];
  readonly spawnAs?: { readonly uid: number; readonly gid: number } | undefined;
}

/**
 * Starts the command in a process group of its own, so that Ctrl+C reaches us first. The returned
 * process is the guard: its pid is not the program's, its exit code is. It does not keep our event
 * loop alive.
 */
export function spawnGuarded(options: GuardedChildOptions): ChildProcess {
  const shell = ['/bin/sh', '-c', guard, 'guard', ...options.command];
  const [program = '/bin/sh', ...args] = [...(options.prefix ?? []), ...shell];
  const stdio: StdioOptions = ['pipe', options.output, options.output];
  const child = spawn(program, args, {
    ...options.spawnAs,
    cwd: '/',
    env: { ...options.env },
    detached: true,
    stdio,
  });
  child.unref();
  // The other end may be gone before we close ours.
  child.stdin?.on('error', () => undefined);
  if (child.stdin instanceof Socket) child.stdin.unref();
  return child;
}

/** Resolves with the exit code, or with -1 when the program could not be started. */
export const exitOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode ?? -1);
    child.once('error', () => resolve(-1));
    child.once('exit', (code) => resolve(code ?? -1));
  });
