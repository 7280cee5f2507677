/** Versions of one lifecycle side by side: which one a new document begins on, and mapped ways from
 * one to another. */
import { invariant } from './invariant.ts';
import type { Lifecycle } from './lifecycle.ts';

/** Documents that begin on a version; what is absent fits all of them. */
export interface LifecycleRule {
  readonly version: number;
  /** First day, YYYY-MM-DD. */
  readonly since?: string;
  /** Segment of the customer. */
  readonly segment?: string;
  readonly tenant?: string;
}
/** What is known of a document that begins. */
export interface Beginning {
  /** Day on which it begins, YYYY-MM-DD. */
  readonly day: string;
  readonly tenant: string;
  readonly segment?: string | undefined;
}

/** The version that a new document begins on: that of the last rule which fits; the newest where no
 * rule is. */
export function versionFor(
  versions: readonly Lifecycle[],
  rules: readonly LifecycleRule[],
  beginning: Beginning | undefined,
): Lifecycle {
  if (!rules.length) {
    const newest = versions.at(-1);
    invariant(newest, 'A document type has a lifecycle');
    return newest;
  }
  invariant(beginning, 'Rules pick a lifecycle by what is known of the document that begins');
  const { day, tenant, segment } = beginning;
  const fits = (rule: LifecycleRule) =>
    (rule.since === undefined || rule.since <= day) &&
    (rule.segment === undefined || rule.segment === segment) &&
    (rule.tenant === undefined || rule.tenant === tenant);
  const rule = rules.findLast(fits);
  const found = versions.find(({ version }) => version === rule?.version);
  invariant(found, `No rule picks a lifecycle for a document that begins on ${day}`);
  return found;
}

/** A mapped way from one version to another: states of the old one and where they lead. */
export interface LifecycleMove {
  readonly from: number;
  readonly to: number;
  /** A state that is not named stays: its documents end on the old version. */
  readonly states: Readonly<Record<string, string>>;
}

/** Sentences about versions, rules and moves that do not fit together. */
export function versionFaults(
  versions: readonly Lifecycle[],
  rules: readonly LifecycleRule[],
  moves: readonly LifecycleMove[],
): readonly string[] {
  const byVersion = new Map(versions.map((lifecycle) => [lifecycle.version, lifecycle]));
  const ids = new Set(versions.map(({ id }) => id));
  const faults = ids.size > 1 ? [`its lifecycles have the ids ${[...ids].join(', ')}`] : [];
  if (byVersion.size < versions.length) faults.push('two of its lifecycles have one version');
  for (const { version } of rules)
    if (!byVersion.has(version)) faults.push(`a rule picks version ${version}, which is not there`);
  const [first] = rules;
  if (first && (first.since ?? first.segment ?? first.tenant) !== undefined)
    faults.push('its first rule must fit every document');
  for (const { from, to, states } of moves) {
    const [old, next] = [byVersion.get(from), byVersion.get(to)];
    if (!old || !next) faults.push(`a move leads from ${from} to ${to}, which are not both there`);
    for (const [state, target] of Object.entries(states)) {
      if (old && !old.states.includes(state)) faults.push(`version ${from} has no state ${state}`);
      if (next && !next.states.includes(target))
        faults.push(`version ${to} has no state ${target}`);
    }
  }
  return faults;
}
