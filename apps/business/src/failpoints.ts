/** Failpoints: places around every commit and publish where a test can kill this process. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
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

/** A place as `M_FAILPOINT` names it, and how often it is still to be met. */
interface Death {
  readonly place: string;
  readonly label: string;
  readonly detail: string | undefined;
  readonly when: string;
  left: number;
}
function deathOf(place: string): Death {
  const [at = '', when = '', times = '1'] = place.split(':');
  const [label = '', detail] = at.split('/');
  return { place, label, detail, when, left: Number(times) };
}
const isAt = ({ detail }: Death, details: readonly string[]): boolean =>
  detail === undefined || (detail === '' ? !details.length : details.includes(detail));

/** The places at which processes have died, in this order, from the file of `M_FAILPOINT_DIED`. */
export const deathsIn = (file: string): readonly string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];

/** From `M_FAILPOINT=label:before:3` (die at the third time), or `label/detail:before:3` for
 * commits among whose units one stores just that (nothing after `/`: that store none); several,
 * with spaces between them: die at the first that is met. `M_FAILPOINT_DIED=file` lists places of
 * deaths; no process dies at one that it lists, so that lives with the same environment die once at
 * each. `M_FAILPOINT_LOG=file`: a line `label/detail,detail:before` for each place that is met. */
export function failpointsFrom(env: NodeJS.ProcessEnv): Failpoint | undefined {
  const { M_FAILPOINT: kill = '', M_FAILPOINT_LOG: log, M_FAILPOINT_DIED: died } = env;
  if (!kill && !log) return undefined;
  const deaths = kill.split(' ').filter(Boolean).map(deathOf);
  return (at, moment, units = []) => {
    const details = [...new Set(units.map(detailOf))].filter(Boolean);
    if (log)
      appendFileSync(log, `${[at, details.join(',')].filter(Boolean).join('/')}:${moment}\n`);
    for (const death of deaths) {
      if (death.label !== at || death.when !== moment || !isAt(death, details)) continue;
      if (--death.left !== 0) continue;
      // another process of the server may have died here since this one began
      if (died && deathsIn(died).includes(death.place)) continue;
      if (died) appendFileSync(died, `${death.place}\n`);
      process.kill(process.pid, 'SIGKILL');
    }
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
