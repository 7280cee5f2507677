/** A server that runs from a copy of the tree on a data folder, as one process or as a fleet, and
 * the command line of that copy. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { socketTransport } from '@morrow/adapter-http';
import { newTrace } from '@morrow/adapter-local';
import {
  connect,
  type CallContext,
  type PortOf,
  type Protocol,
  type ProtocolSpec,
} from '@morrow/contract';
import { phasesFolder } from './phases.ts';

/** How a copy is served: what `npm start` runs, or what `npm run enterprise` runs. */
export const modes = ['indie', 'enterprise'] as const;
export type Mode = (typeof modes)[number];
const programs: Readonly<Record<Mode, string>> = {
  indie: 'apps/business/src/main.ts',
  enterprise: 'apps/business/src/fleet.ts',
};

export interface Session {
  port<S extends ProtocolSpec>(protocol: Protocol<S>): PortOf<S>;
  context(): CallContext;
}
export interface RunningCopy extends Session {
  /** That it hosts, those of packs too. */
  readonly domains: readonly string[];
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

/** What a server tells beside its data. */
interface ServerFile {
  /** The Unix socket on which it hears its owner. */
  readonly socket: string;
  readonly domains: readonly string[];
}
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

/** The bus of a fleet, found or fetched as for `npm run enterprise`; throws where there is none. */
function natsServer(tree: string): string {
  const script = join(tree, 'tools/setup/nats-server.mjs');
  const { stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  if (!stdout) throw new Error(stderr.trim());
  return stdout;
}

/** Starts the server of a copy; resolves as soon as it serves, rejects where it does not. */
export async function startCopy(tree: string, data: string, mode: Mode): Promise<RunningCopy> {
  const packs = join(tree, phasesFolder);
  const ground = { ...bare, M_DATA: data, M_PACKS: packs, PORT: '0', LOG_LEVEL: 'error' };
  const env = mode === 'indie' ? ground : { ...ground, NATS_SERVER: natsServer(tree) };
  const { child, output } = started(tree, env, [programs[mode]]);
  const end = ended(child);
  await new Promise<void>((ready, failed) => {
    child.stdout?.on('data', () => {
      if (output().includes('  next ')) ready();
    });
    end.then(() => failed(new Error(`The server did not start:\n${output()}`)), failed);
  });
  const told = JSON.parse(readFileSync(join(data, 'server.json'), 'utf8')) as ServerFile;
  const { socket, domains } = told;
  const transport = socketTransport(socket);
  return {
    domains,
    port: (protocol) => connect(protocol, transport(protocol)),
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
