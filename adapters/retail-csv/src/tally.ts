/** The tally of an import: every line of the file is posted or refused, and what was posted falls
 * into parts. */
import { divideRounded, formatDecimal } from '@morrow/kernel';
import type { Cell } from './retail-lines.ts';

/** Millionths of a pound in a penny. */
export const microPerMinor = 10_000n;
const scale = 6;
/** Rounds millionths of a pound to pence, half away from zero; in millionths again. */
export const rounded = (micro: bigint): bigint =>
  divideRounded(micro, microPerMinor) * microPerMinor;

interface Side {
  lines: number;
  amount: bigint;
}
export interface Refusal {
  readonly line: number;
  readonly reason: string;
  readonly amount: string;
  /** The cell that is to blame, where it is one. */
  readonly column?: string | undefined;
  readonly value?: string | undefined;
}
/** Amounts as exact decimal text of quantity × price. */
export interface Reconciled {
  readonly lines: number;
  readonly amount: string;
  readonly posted: { readonly lines: number; readonly amount: string };
  readonly refused: {
    readonly lines: number;
    readonly amount: string;
    readonly reasons: readonly Refusal[];
  };
  readonly parts: readonly {
    readonly name: string;
    readonly lines: number;
    readonly amount: string;
  }[];
}

export class Tally {
  readonly #posted: Side = { lines: 0, amount: 0n };
  readonly #refused: Side = { lines: 0, amount: 0n };
  readonly #parts = new Map<string, Side>();
  readonly #reasons: Refusal[] = [];
  #booked = 0n;
  #opening = 0n;

  get lines(): number {
    return this.#posted.lines + this.#refused.lines;
  }
  refuse(line: number, reason: string, amount: bigint, cell?: Cell): void {
    this.#refused.lines++;
    this.#refused.amount += amount;
    this.#reasons.push({ line, reason, amount: formatDecimal(amount, scale), ...cell });
  }
  /** What is booked so far: lines and their exact sum, and opening stock in minor units. */
  booked(): { readonly lines: number; readonly amount: string; readonly opening?: string } {
    const { lines, amount } = this.#posted;
    const opening = this.#opening && {
      opening: formatDecimal(this.#opening * microPerMinor, scale),
    };
    return { lines, amount: formatDecimal(amount, scale), ...(opening || {}) };
  }
  /** Stock to sell from was booked, worth so many minor units. */
  open(value: bigint): void {
    this.#opening += value;
  }
  /** Lines of one document and part, their exact sum, and what of it was booked. */
  post(part: string, lines: number, amount: bigint, booked: bigint): void {
    this.#posted.lines += lines;
    this.#posted.amount += amount;
    this.#booked += booked;
    const side = this.#parts.get(part) ?? { lines: 0, amount: 0n };
    this.#parts.set(part, { lines: side.lines + lines, amount: side.amount + booked });
  }
  result(): Reconciled {
    const text = (amount: bigint) => formatDecimal(amount, scale);
    const shown = ({ lines, amount }: Side) => ({ lines, amount: text(amount) });
    const parts = [...this.#parts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, side]) => ({ name, ...shown(side) }));
    const rounding = this.#posted.amount - this.#booked;
    // batches are answered in any order
    const reasons = this.#reasons.toSorted((a, b) => a.line - b.line);
    return {
      lines: this.lines,
      amount: text(this.#posted.amount + this.#refused.amount),
      posted: shown(this.#posted),
      refused: { ...shown(this.#refused), reasons },
      parts: [...parts, { name: 'rounding', lines: 0, amount: text(rounding) }],
    };
  }
}
