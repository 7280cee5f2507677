/** Failpoints: places around every commit and publish where a test can kill this process. */
import { appendFileSync } from 'node:fs';

export type Failpoint = (label: string, when: 'before' | 'after') => void;

/** From `M_FAILPOINT=label:before:3` (die at the third time) and `M_FAILPOINT_LOG=file` (list the
 * places that are met); neither set: nothing at all. */
export function failpointsFrom(env: NodeJS.ProcessEnv): Failpoint | undefined {
  const { M_FAILPOINT: kill, M_FAILPOINT_LOG: log } = env;
  if (!kill && !log) return undefined;
  const [label = '', when = '', times = '1'] = kill?.split(':') ?? [];
  const seen = new Set<string>();
  let left = Number(times);
  return (at, moment) => {
    const place = `${at}:${moment}`;
    if (log && !seen.has(place)) {
      seen.add(place);
      appendFileSync(log, `${place}\n`);
    }
    if (kill && at === label && moment === when && --left === 0)
      process.kill(process.pid, 'SIGKILL');
  };
}
