/** The graph of steps: what comes before what, its circles, and names that lead nowhere. */
import type { Finding } from '@morrow/expression';
import type { WorkflowDefinition } from './workflow.schemas.ts';

type Steps = WorkflowDefinition['steps'];

/** Steps named in `after` that are there, each once. */
export const afterOf = (steps: Steps, name: string): readonly string[] => [
  ...new Set((steps[name]?.after ?? []).filter((before) => Object.hasOwn(steps, before))),
];

/** All steps that have ended before the step runs, near and far. */
export function ancestorsOf(steps: Steps, name: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...afterOf(steps, name)];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...afterOf(steps, next));
  }
  return found;
}

/** Steps so that each comes after those it waits for; those of a circle are left out. */
export function orderOf(steps: Steps): readonly string[] {
  const order: string[] = [];
  const done = new Set<string>();
  const waiting = new Set(Object.keys(steps));
  for (let isGoing = true; isGoing;) {
    const ready = [...waiting].filter((name) => afterOf(steps, name).every((one) => done.has(one)));
    for (const name of ready) {
      done.add(name);
      waiting.delete(name);
    }
    order.push(...ready);
    isGoing = ready.length > 0;
  }
  return order;
}

/** Unknown and repeated names in `after`, and each circle once. */
export function graphFindings(steps: Steps): Finding[] {
  const names = Object.entries(steps).flatMap(([name, { after = [] }]) =>
    after.flatMap((before, at): Finding[] => {
      const path = ['steps', name, 'after', at];
      if (!Object.hasOwn(steps, before)) return [{ path, sentence: `There is no step ${before}.` }];
      const isRepeated = after.indexOf(before) < at;
      return isRepeated ? [{ path, sentence: `${before} stands in this list already.` }] : [];
    }),
  );
  return [...names, ...circleFindings(steps)];
}

function circleFindings(steps: Steps): Finding[] {
  const ordered = new Set(orderOf(steps));
  const seen = new Set<string>();
  return Object.keys(steps).flatMap((start): Finding[] => {
    if (ordered.has(start) || seen.has(start)) return [];
    const circle = circleFrom(steps, start, ordered);
    if (circle.some((name) => seen.has(name))) return [];
    for (const name of circle) seen.add(name);
    const told = [...circle, circle[0]].join(', which waits for ');
    return [{ path: ['steps', circle[0] ?? start, 'after'], sentence: `A circle: ${told}.` }];
  });
}

/** Follows what cannot be ordered until a name comes again. */
function circleFrom(steps: Steps, start: string, ordered: ReadonlySet<string>): readonly string[] {
  const trail = [start];
  for (;;) {
    const next = afterOf(steps, trail.at(-1) ?? start).find((name) => !ordered.has(name));
    if (next === undefined) return trail;
    if (trail.includes(next)) return trail.slice(trail.indexOf(next));
    trail.push(next);
  }
}
