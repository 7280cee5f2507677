/** Engines in processes of their own over one database, for tests: their calls are answered here,
 * each takes effect once under its key. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import type { FloorOrders, FromEngine, ToEngine } from './engine-process.ts';
import { floorWorld } from './floor-world.ts';

/** A call that a process has made and waits for. */
export interface Asked {
  /** `reserve 1`: what, for which order. */
  readonly of: string;
  /** The same without the id of the instance. */
  readonly key: string;
  /** By `Date.now`. */
  readonly at: number;
  answer(): void;
}
type Refused = Extract<FromEngine, { kind: 'refused' }>;

export async function engineProcessesWorld(steps: object, leaseMs: number) {
  const answering = () => Promise.reject(new Error('Nobody is called here.'));
  const world = await floorWorld({ steps, answering, leaseMs });
  const { server, database } = world;
  /** Keys of what took effect, by what it is. */
  const effects = new Map<string, string[]>();

  /** Starts a process; it works when it is told to. */
  const open = async () => {
    const orders: FloorOrders = { server, database, steps, leaseMs };
    const child = spawn(
      process.execPath,
      ['--conditions=@morrow/source', resolve(import.meta.dirname, 'engine-process.ts')],
      {
        env: { ...process.env, FLOOR: JSON.stringify(orders) },
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      },
    );
    const ended = new Promise((done) => child.once('exit', (_, signal) => done(signal)));
    const kill = async () => {
      child.kill('SIGKILL');
      return ended;
    };
    onTestFinished(async () => void (await kill()));
    const tell = (message: ToEngine) => child.send(message, () => undefined);
    const asked: Asked[] = [];
    const refused: Refused[] = [];
    let halts = 0;
    const askedOf = ({ call, key, of }: Extract<FromEngine, { kind: 'calls' }>): Asked => ({
      ...{ of, key: key.split('/').slice(1).join('/'), at: Date.now() },
      answer() {
        const keys = effects.get(of) ?? [];
        if (!keys.includes(key)) effects.set(of, [...keys, key]);
        tell({ kind: 'answer', call });
      },
    });
    await new Promise<void>((ready, gone) => {
      void ended.then(() => gone(new Error('The process ended before it was ready.')));
      child.on('message', (message: FromEngine) => {
        if (message.kind === 'calls') asked.push(askedOf(message));
        else if (message.kind === 'refused') refused.push(message);
        else if (message.kind === 'halts') halts++;
        else ready();
      });
    });
    return {
      ...{ asked, refused, kill },
      halts: () => halts,
      begin: () => tell({ kind: 'start' }),
      halt: () => tell({ kind: 'halt' }),
      freeze: () => child.kill('SIGSTOP'),
      wake: () => child.kill('SIGCONT'),
    };
  };
  return { ...world, effects, open };
}
