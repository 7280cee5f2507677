/** Figures of a bench run: what was measured, the bar that an issue names, and
 * whether it is met. */

export interface Load {
  /** Short cells, to see that a section runs; its figures say little. */
  readonly isQuick: boolean;
}

export interface Bar {
  readonly atLeast?: number;
  readonly atMost?: number;
}
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** `µs`, `1/s`, `MB`, or `×` for a ratio of two cells of one run. */
  readonly unit: string;
  readonly bar?: Bar | undefined;
  /** What a ratio is of: `8,210 1/s over 5,900 1/s`. */
  readonly detail?: string | undefined;
  /** What the profile names as the limit: `the wait for the disk`. */
  readonly boundBy?: string | undefined;
}
export interface SectionResult {
  readonly name: string;
  readonly title: string;
  readonly figures: readonly Figure[];
  /** Why figures are missing. */
  readonly problem?: string | undefined;
}

export function isMet({ value, bar }: Figure): boolean | undefined {
  if (!bar) return undefined;
  const { atLeast = -Infinity, atMost = Infinity } = bar;
  return value >= atLeast && value <= atMost;
}

/** Three digits that count, thousands apart. */
export const shown = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));

const barOf = ({ bar, unit }: Figure): string => {
  if (!bar) return '';
  return bar.atLeast === undefined ? `≤ ${bar.atMost} ${unit}` : `≥ ${bar.atLeast} ${unit}`;
};
const verdictOf = (figure: Figure): string => {
  const met = isMet(figure);
  return met === undefined ? '' : met ? 'met' : 'MISSED';
};

/** The results as text: one line for each figure. */
export function tableOf(results: readonly SectionResult[]): string {
  const lines: string[] = [];
  for (const { title, figures, problem } of results) {
    lines.push('', title);
    for (const figure of figures) {
      const value = `${shown(figure.value)} ${figure.unit}`;
      const [name, bar] = [figure.name.padEnd(58), barOf(figure).padEnd(12)];
      const line = `  ${name}  ${value.padStart(14)}  ${bar}  ${verdictOf(figure).padEnd(6)}`;
      lines.push(`${line}  ${figure.detail ?? ''}`.trimEnd());
      if (isMet(figure) === false && figure.boundBy) lines.push(`    bound by ${figure.boundBy}`);
    }
    if (problem) lines.push(`  not run: ${problem}`);
  }
  return lines.join('\n').trimStart();
}

export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  /** Version of Node. */
  readonly node: string;
}
/** The results as one JSON document; `isMet` stands where a figure has a bar. */
export function documentOf(machine: Machine, results: readonly SectionResult[]): string {
  const judged = (figure: Figure) =>
    figure.bar ? { ...figure, isMet: isMet(figure) === true } : figure;
  const sections = results.map(({ figures, ...rest }) => ({
    ...rest,
    figures: figures.map(judged),
  }));
  return JSON.stringify({ machine, sections }, null, 2);
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
};
/** The value that a share of them does not exceed. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};
