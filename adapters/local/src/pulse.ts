/** Wakes loops in process by timers of Node. */
import type { NewPulse } from '@morrow/engines';

export const newPulse: NewPulse = () => {
  let poked = false;
  let wokeAt = -Infinity;
  let wake: (() => void) | undefined;
  return {
    poke() {
      poked = true;
      wake?.();
    },
    next(timeoutMs, gapMs = 0) {
      return new Promise<void>((resolve) => {
        let timer = setTimeout(() => done(), timeoutMs);
        timer.unref();
        const done = () => {
          clearTimeout(timer);
          wake = undefined;
          poked = false;
          wokeAt = performance.now();
          resolve();
        };
        wake = () => {
          wake = undefined;
          const restMs = wokeAt + gapMs - performance.now();
          if (restMs <= 0) return done();
          clearTimeout(timer);
          timer = setTimeout(done, restMs);
        };
        if (poked) wake();
      });
    },
  };
};
