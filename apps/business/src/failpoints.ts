/** Failpoints: places around every commit and publish where a test can kill this process. */
import { appendFileSync } from 'node:fs';

export type Failpoint = (label: string, when: 'before' | 'after') => void;

/** From `M_FAILPOINT=label:before:3` (die at the third time) and `M_FAILPOINT_LOG=file` (a line
 * for each place that is met); neither set: nothing at all. */
export function failpointsFrom(env: NodeJS.ProcessEnv): Failpoint | undefined {
  const { M_FAILPOINT: kill, M_FAILPOINT_LOG: log } = env;
  if (!kill && !log) return undefined;
  const [label = '', when = '', times = '1'] = kill?.split(':') ?? [];
  let left = Number(times);
  return (at, moment) => {
    if (log) appendFileSync(log, `${at}:${moment}\n`);
    if (kill && at === label && moment === when && --left === 0)
      process.kill(process.pid, 'SIGKILL');
  };
}
