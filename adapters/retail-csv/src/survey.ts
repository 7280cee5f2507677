/** The first pass: what the file holds, so that items, customers and opening stock exist before the
 * first sale. */
import { divideRounded } from '@morrow/kernel';
import type { Extent } from '@morrow/protocol-imports';
import { bookingOf, categoryOf } from './classify.ts';
import { amountOf, type BadLine, type RetailLine } from './retail-lines.ts';

interface ItemSurvey {
  description: string;
  readonly prices: Map<bigint, number>;
  running: bigint;
  least: bigint;
}
export interface Opening {
  readonly code: string;
  /** Whole units, above zero. */
  readonly quantity: bigint;
}

export class Survey {
  readonly items = new Map<string, ItemSurvey>();
  /** Country by customer. */
  readonly customers = new Map<string, string>();
  /** Months in which lines are booked, `2010-12`. */
  readonly months = new Set<string>();
  lines = 0;
  /** Millionths of a pound. */
  amount = 0n;
  firstAt: Date | undefined;
  lastAt: Date | undefined;
  firstBad: BadLine | undefined;

  add(line: RetailLine | BadLine): void {
    this.lines++;
    if ('reason' in line) {
      this.amount += line.amount;
      this.firstBad ??= line;
      return;
    }
    this.amount += amountOf(line);
    if (!this.firstAt || line.at < this.firstAt) this.firstAt = line.at;
    if (!this.lastAt || line.at > this.lastAt) this.lastAt = line.at;
    const booking = bookingOf(line);
    if ('refused' in booking) return;
    const { code, description, price, quantity, customer, country } = line;
    this.months.add(line.at.toISOString().slice(0, 7));
    let item = this.items.get(code);
    if (!item)
      this.items.set(code, (item = { description: '', prices: new Map(), running: 0n, least: 0n }));
    if (description && price > 0n) item.description = description;
    else item.description ||= description;
    if (customer) this.customers.set(customer, country);
    if (booking.kind === 'badDebt') return;
    if (booking.kind === 'sale' && price > 0n)
      item.prices.set(price, (item.prices.get(price) ?? 0) + 1);
    if (categoryOf(code) !== 'goods') return;
    // sold and given back go against the sign of the line, written off goes with it
    item.running += booking.kind === 'writeOff' ? quantity : -quantity;
    if (item.running < item.least) item.least = item.running;
  }

  /** How many lines there are and between which moments; undefined where none can be read. */
  extent(): Extent | undefined {
    const { lines, firstAt, lastAt } = this;
    return firstAt && lastAt && { lines, firstAt, lastAt };
  }

  /** The least stock at the beginning with which on hand never goes below zero. */
  openings(): readonly Opening[] {
    return [...this.items].flatMap(([code, { least }]) =>
      least < 0n ? [{ code, quantity: -least }] : [],
    );
  }
}

/** Median of priced lines in millionths of a pound, the lower of two middles; 0 without any. */
export function medianPrice(prices: ReadonlyMap<bigint, number>): bigint {
  const sorted = [...prices].sort(([a], [b]) => (a < b ? -1 : 1));
  const count = sorted.reduce((sum, [, times]) => sum + times, 0);
  let seen = 0;
  for (const [price, times] of sorted) {
    seen += times;
    if (seen * 2 >= count) return price;
  }
  return 0n;
}

/** Unit cost in millionths of a pound: a share of the median price, the share in millionths. */
export const unitCost = (prices: ReadonlyMap<bigint, number>, share: bigint): bigint =>
  divideRounded(medianPrice(prices) * share, 1_000_000n);
