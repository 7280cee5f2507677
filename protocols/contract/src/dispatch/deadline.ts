/** Ends calls at their deadline: one sweeping timer for all, since a timer for each would cost more
 * than the call. */
import { platformError } from '../protocol-error.ts';

class Waiting {
  before: Waiting = this;
  after: Waiting = this;
  readonly at: number;
  readonly fail: () => void;
  constructor(at: number, fail: () => void) {
    this.at = at;
    this.fail = fail;
  }
}
const ring = new Waiting(Infinity, () => undefined);
let sweeper: ReturnType<typeof setInterval> | undefined;
const sweepMs = 10;

function leave(call: Waiting): void {
  call.before.after = call.after;
  call.after.before = call.before;
  call.before = call.after = call;
}
function enter(call: Waiting): void {
  call.before = ring.before;
  call.after = ring;
  ring.before.after = call;
  ring.before = call;
  if (sweeper) return;
  sweeper = setInterval(sweep, sweepMs);
  (sweeper as { unref?: () => void }).unref?.();
}
function sweep(): void {
  const now = Date.now();
  for (let call = ring.after; call !== ring;) {
    const next = call.after;
    if (call.at <= now) {
      leave(call);
      call.fail();
    }
    call = next;
  }
  if (ring.after !== ring) return;
  clearInterval(sweeper);
  sweeper = undefined;
}

const late = (protocol: string) =>
  platformError(protocol, 'timeout', 'The deadline has passed; the call may have run.');

/** Runs until the deadline; `land` and `crash` turn what came into what the caller sees. A deadline
 * that has passed already refuses without a start. */
export function within<T, R>(
  protocol: string,
  deadlineAt: number,
  start: () => Promise<T>,
  land: (value: T) => R,
  crash: (error: unknown) => unknown,
): Promise<R> {
  return new Promise<R>((resolve, reject) => {
    if (!(deadlineAt > Date.now())) return reject(late(protocol));
    const call = new Waiting(deadlineAt, () => reject(late(protocol)));
    const fail = (error: unknown) => {
      leave(call);
      reject(crash(error) as Error);
    };
    enter(call);
    try {
      start().then((value) => {
        let landed: R;
        try {
          landed = land(value);
        } catch (error) {
          return fail(error);
        }
        leave(call);
        resolve(landed);
      }, fail);
    } catch (error) {
      fail(error);
    }
  });
}
