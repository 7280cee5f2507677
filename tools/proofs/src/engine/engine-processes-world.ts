/** Engines in processes of their own over one database, for tests: their calls are answered here,
 * each takes effect once under its key. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { floorWorld } from '../worlds/floor-world.ts';
import { fromSource } from '../worlds/programs.ts';
import type { FloorOrders, FromEngine, ToEngine } from './engine-process.ts';

type Call = Extract<FromEngine, { kind: 'calls' }>;
/** A call that a process has made; `at` by `Date.now`. */
export type MadeCall = Call & { readonly at: number };
type Refused = Extract<FromEngine, { kind: 'refused' }>;

export async function engineProcessesWorld(steps: object, leaseMs: number) {
  const answering = () => Promise.reject(new Error('Nobody is called here.'));
  const world = await floorWorld({ steps, answering, leaseMs });
  const { server, database } = world;
  /** Keys under which things took effect, such as `reserve 1`. */
  const effects = new Map<string, Set<string>>();

  /** Starts a process; it works when it is told to. */
  const open = async () => {
    const orders: FloorOrders = { server, database, steps, leaseMs };
    const child = spawn(
      process.execPath,
      fromSource(resolve(import.meta.dirname, 'engine-process.ts')),
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
    const asked: MadeCall[] = [];
    const refused: Refused[] = [];
    let halts = 0;
    const answered = new Set<string>();
    const takesEffect = ({ of, key }: Call) =>
      effects.set(of, (effects.get(of) ?? new Set()).add(key));
    await new Promise<void>((ready, gone) => {
      void ended.then(() => gone(new Error('The process ended before it was ready.')));
      child.on('message', (message: FromEngine) => {
        if (message.kind === 'calls') {
          asked.push({ ...message, at: Date.now() });
          if (answered.has(message.of)) takesEffect(message);
        }
        if (message.kind === 'refused') refused.push(message);
        if (message.kind === 'halts') halts++;
        if (message.kind === 'ready') ready();
      });
    });
    return {
      ...{ asked, refused, kill },
      halts: () => halts,
      begin: () => tell({ kind: 'start' }),
      /** Answers calls such as `reserve 1`, those that have been made and those that come. */
      answer(of: string, afterMs = 0) {
        answered.add(of);
        for (const call of asked) if (call.of === of) takesEffect(call);
        tell({ kind: 'answer', of, afterMs });
      },
      halt: () => tell({ kind: 'halt' }),
      freeze: () => child.kill('SIGSTOP'),
      wake: () => child.kill('SIGCONT'),
    };
  };
  return { ...world, effects, open };
}
