/** A process that runs the embedded engine over a database that is there, until it is killed. Its
 * parent answers the calls of its steps, and hears when what it would store is refused. */
import { setTimeout as pause } from 'node:timers/promises';
import { hasMoved } from '@morrow/document-keeper';
import type { InstanceBook } from '@morrow/workflow-keeper';
import { openFloor, tenant, type Answering, type FloorGround } from '../worlds/floor-ground.ts';

/** What its parent says in `FLOOR`, as JSON. */
export interface FloorOrders extends Pick<FloorGround, 'server' | 'database' | 'steps'> {
  readonly leaseMs: number;
}
/** What its parent says afterwards: begin to work, answer all calls of `reserve 1` so long after
 * they were made, or stop just before the next answer is stored. */
export type ToEngine =
  | { readonly kind: 'start' }
  | { readonly kind: 'answer'; readonly of: string; readonly afterMs: number }
  | { readonly kind: 'halt' };
/** `heard`: kinds of what has happened and was to be stored. */
export type FromEngine =
  | { readonly kind: 'ready' | 'halts' }
  | { readonly kind: 'calls'; readonly key: string; readonly of: string }
  | { readonly kind: 'refused'; readonly id: string; readonly heard: readonly string[] };

const say = (message: FromEngine) =>
  new Promise((sent) => process.send?.(message, undefined, {}, sent));
/** When calls are answered, and those that are not yet. */
const afterMs = new Map<string, number>();
const waiting = new Map<string, (() => void)[]>();
let isHalting = false;

const answering: Answering = async (name, input, key) => {
  const of = `${name} ${input.order}`;
  const said = new Promise<void>((resolve) => {
    waiting.set(of, [...(waiting.get(of) ?? []), resolve]);
  });
  await say({ kind: 'calls', key, of });
  if (!afterMs.has(of)) await said;
  await pause(afterMs.get(of));
  return input;
};
const floor = await openFloor({
  ...(JSON.parse(process.env['FLOOR'] ?? '') as FloorOrders),
  answering,
});

const save: InstanceBook['save'] = async (of, held, ...more) => {
  const heard = held.happenings.map(({ kind }) => kind);
  if (isHalting && heard.includes('answered')) {
    isHalting = false;
    await say({ kind: 'halts' });
    process.kill(process.pid, 'SIGSTOP');
  }
  try {
    await floor.book.save(of, held, ...more);
  } catch (error) {
    if (hasMoved(error)) await say({ kind: 'refused', id: held.id, heard });
    throw error;
  }
};
const engine = floor.newEngine({ ...floor.book, save });

process.on('message', (message: ToEngine) => {
  if (message.kind === 'start') engine.start(tenant);
  else if (message.kind === 'answer') {
    afterMs.set(message.of, message.afterMs);
    for (const resolve of waiting.get(message.of) ?? []) resolve();
  } else isHalting = true;
});
await say({ kind: 'ready' });
