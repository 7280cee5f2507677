/** Wakes loops in process by timers of Node. */
import type { NewPulse } from '@morrow/engines';

export const newPulse: NewPulse = () => {
  let poked = false;
  let wake: (() => void) | undefined;
  return {
    poke() {
      poked = true;
      wake?.();
    },
    next(timeoutMs) {
      return new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          wake = undefined;
          poked = false;
          resolve();
        };
        const timer = setTimeout(done, timeoutMs);
        timer.unref();
        wake = done;
        if (poked) done();
      });
    },
  };
};
