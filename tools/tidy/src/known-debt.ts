// Breaches that stood when a rule came: counted by rule and file, they may shrink and never grow.
import type { Violation } from './tree.ts';

/** How many violations of a rule a file may still have. */
export type Debt = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Counts violations by rule and file, in order, so that the list changes only where they do. */
export function countDebt(violations: readonly Violation[]): Debt {
  const keys = [...new Set(violations.map(({ rule }) => rule))].sort();
  return Object.fromEntries(
    keys.map((rule) => {
      const paths = violations.filter((each) => each.rule === rule).map(({ path }) => path);
      const counts = [...new Set(paths)]
        .sort()
        .map((path) => [path, paths.filter((each) => each === path).length] as const);
      return [rule, Object.fromEntries(counts)];
    }),
  );
}

/** All violations of a rule in a file that has more of them than it owes. */
export function beyondDebt(violations: readonly Violation[], debt: Debt): readonly Violation[] {
  const counted = countDebt(violations);
  return violations.filter(
    ({ rule, path }) => (counted[rule]?.[path] ?? 0) > (debt[rule]?.[path] ?? 0),
  );
}

/** The debt after what was paid: never above what it was, nothing for files that are clean. */
export function payDebt(violations: readonly Violation[], debt: Debt): Debt {
  const counted = countDebt(violations);
  const rules = Object.entries(debt).map(([rule, owed]) => {
    const left = Object.entries(owed)
      .map(([path, count]) => [path, Math.min(count, counted[rule]?.[path] ?? 0)] as const)
      .filter(([, count]) => count > 0);
    return [rule, Object.fromEntries(left)] as const;
  });
  return Object.fromEntries(rules.filter(([, owed]) => Object.keys(owed).length > 0));
}

/** `path:line rule: sentence`, as editors link it. */
export const tellViolation = ({ rule, path, line, sentence }: Violation): string =>
  `${path}${line ? `:${line}` : ''} ${rule}: ${sentence}`;
