/** A server that runs from a copy of the tree, as an ordinary process on a data folder, and the
 * command line of that copy. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { httpTransport } from '@morrow/adapter-http';
import { newTrace } from '@morrow/adapter-local';
import {
  connect,
  type CallContext,
  type PortOf,
  type Protocol,
  type ProtocolSpec,
} from '@morrow/contract';
import { phasesFolder } from './phases.ts';

export interface Session {
  port<S extends ProtocolSpec>(protocol: Protocol<S>): PortOf<S>;
  context(): CallContext;
}
export interface RunningCopy extends Session {
  /** Runs `morrow` of the copy; gives what it printed, or throws that. */
  morrow(...args: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}
const callMs = 60_000;
const fromSource = '--conditions=@morrow/source';

/** Settings of whoever started this are not those of the shop. */
const bare = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|TEST$|NODE_ENV$|npm_|M_|DATABASE_URL|NATS_|PORT$|HOST$)/.test(name),
  ),
);

interface Started {
  readonly child: ChildProcess;
  /** All that it has printed so far. */
  output(): string;
}
function started(tree: string, env: NodeJS.ProcessEnv, args: readonly string[]): Started {
  const child = spawn(process.execPath, [fromSource, ...args], { cwd: tree, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { child, output: () => output };
}
const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', done);
  });

/** Starts the server of a copy; resolves as soon as it serves, rejects where it does not. */
export async function startCopy(tree: string, data: string): Promise<RunningCopy> {
  const packs = join(tree, phasesFolder);
  const env = { ...bare, M_DATA: data, M_PACKS: packs, PORT: '0', LOG_LEVEL: 'error' };
  const { child, output } = started(tree, env, ['apps/business/src/main.ts']);
  const end = ended(child);
  const url = await new Promise<string>((ready, failed) => {
    child.stdout?.on('data', () => {
      const address = /^ {2}address {3}(\S+)$/m.exec(output())?.[1];
      if (address && output().includes('  next ')) ready(address);
    });
    end.then(() => failed(new Error(`The server did not start:\n${output()}`)), failed);
  });
  const key = readFileSync(join(data, 'cli.key'), 'utf8').trim();
  const headers = { authorization: `Morrow-Key ${key}` };
  return {
    port: (protocol) =>
      connect(protocol, httpTransport(url, protocol as unknown as Protocol, { headers })),
    context: () => ({
      ...{ tenant: 'main', actor: 'cli:owner', trace: newTrace() },
      ...{ deadlineAt: Date.now() + callMs, key: crypto.randomUUID() },
    }),
    async morrow(...args) {
      const run = started(tree, env, ['apps/cli/src/main.ts', ...args]);
      const status = await ended(run.child);
      if (status !== 0) throw new Error(`morrow ${args.join(' ')} failed:\n${run.output()}`);
      return run.output();
    },
    async stop() {
      child.kill('SIGTERM');
      const status = await end;
      if (status !== 0) throw new Error(`The server ended with ${status}:\n${output()}`);
    },
  };
}
