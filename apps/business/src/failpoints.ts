/** Failpoints: places around every commit and publish where a test can kill this process. */
import { appendFileSync } from 'node:fs';
import type { Unit } from '@morrow/engines';

/** `units`: what a commit stores, as far as it stores units. */
export type Failpoint = (label: string, when: 'before' | 'after', units?: readonly Unit[]) => void;

/** What a unit stores: types of its events, or of its documents where it has no event, such as
 * `workflows.stepEnded+workflows.stepsBegan`; empty where it holds neither. */
export function detailOf({ transitions, entries = [] }: Unit): string {
  const events = [
    ...transitions.flatMap((transition) => transition.events),
    ...entries.flatMap(({ event }) => event ?? []),
  ];
  const names = events.length
    ? events.map(({ protocol, type }) => `${protocol}.${type}`)
    : transitions.map(({ documentType }) => documentType);
  return [...new Set(names)].sort().join('+');
}

/** From `M_FAILPOINT=label:before:3` (die at the third time), or `label/detail:before:3` for
 * commits among whose units one stores just that (nothing after `/`: that store none), and
 * `M_FAILPOINT_LOG=file` (a line `label/detail,detail:before` for each place that is met); neither
 * set: nothing at all. */
export function failpointsFrom(env: NodeJS.ProcessEnv): Failpoint | undefined {
  const { M_FAILPOINT: kill, M_FAILPOINT_LOG: log } = env;
  if (!kill && !log) return undefined;
  const [place = '', when = '', times = '1'] = kill?.split(':') ?? [];
  const [label = '', detail] = place.split('/');
  let left = Number(times);
  return (at, moment, units = []) => {
    const details = [...new Set(units.map(detailOf))].filter(Boolean);
    if (log)
      appendFileSync(log, `${[at, details.join(',')].filter(Boolean).join('/')}:${moment}\n`);
    if (kill === undefined || at !== label || moment !== when) return;
    const isIt = detail === '' ? !details.length : details.includes(detail ?? '');
    if (detail !== undefined && !isIt) return;
    if (--left === 0) process.kill(process.pid, 'SIGKILL');
  };
}

/** The label of a place and what each unit stored there, from a line of the log. */
export function placeOf(line: string): {
  readonly label: string;
  readonly details: readonly string[];
  readonly when: string;
} {
  const [place = '', when = ''] = line.split(':');
  const [label = '', details = ''] = place.split('/');
  return { label, details: details.split(',').filter(Boolean), when };
}
