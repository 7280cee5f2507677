/** A process that runs the embedded engine over a database that is there, until it is killed. Its
 * parent answers the calls of its steps, and hears when what it would store is refused. */
import { hasMoved } from '@morrow/document-keeper';
import type { InstanceBook } from '@morrow/workflow-keeper';
import { openFloor, tenant, type Answering, type FloorGround } from './floor-ground.ts';

/** What its parent says in `FLOOR`, as JSON. */
export interface FloorOrders extends Pick<FloorGround, 'server' | 'database' | 'steps'> {
  readonly leaseMs: number;
}
/** What its parent says afterwards: begin to work, an answer to the call, or stop just before the
 * next answer that comes is stored. */
export type ToEngine =
  | { readonly kind: 'start' }
  | { readonly kind: 'answer'; readonly call: number }
  | { readonly kind: 'halt' };
/** `heard`: kinds of what has happened and was to be stored. */
export type FromEngine =
  | { readonly kind: 'ready' | 'halts' }
  | { readonly kind: 'calls'; readonly call: number; readonly key: string; readonly of: string }
  | { readonly kind: 'refused'; readonly id: string; readonly heard: readonly string[] };

const say = (message: FromEngine) =>
  new Promise((sent) => process.send?.(message, undefined, {}, sent));
const answers = new Map<number, () => void>();
let calls = 0;
let isHalting = false;

const answering: Answering = async (name, input, key) => {
  const call = ++calls;
  const answered = new Promise<void>((resolve) => void answers.set(call, resolve));
  await say({ kind: 'calls', call, key, of: `${name} ${input.order}` });
  await answered;
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
  else if (message.kind === 'answer') answers.get(message.call)?.();
  else isHalting = true;
});
await say({ kind: 'ready' });
