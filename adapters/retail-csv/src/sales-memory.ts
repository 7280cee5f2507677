/** Remembers what each customer bought at which price, so that a cancellation finds the sale that
 * it takes back. */

interface OpenSale {
  readonly order: string;
  left: bigint;
}
export interface Match {
  /** The sale, absent for what was sold before the file begins. */
  readonly order: string | undefined;
  readonly quantity: bigint;
}
export interface MatchCounts {
  matched: number;
  partMatched: number;
  unmatched: number;
}

export class SalesMemory {
  readonly #open = new Map<string, OpenSale[]>();
  readonly counts: MatchCounts = { matched: 0, partMatched: 0, unmatched: 0 };

  sold(customer: string, code: string, price: bigint, quantity: bigint, order: string): void {
    if (!customer) return;
    const key = `${customer}|${code}|${price}`;
    const sales = this.#open.get(key);
    if (sales) sales.push({ order, left: quantity });
    else this.#open.set(key, [{ order, left: quantity }]);
  }

  /** Takes a quantity back from the latest earlier sales of same customer, code and price. */
  takeBack(customer: string, code: string, price: bigint, quantity: bigint): readonly Match[] {
    const sales = (customer && this.#open.get(`${customer}|${code}|${price}`)) || [];
    const matches: Match[] = [];
    let left = quantity;
    for (let sale = sales.at(-1); sale && left > 0n; sale = sales.at(-1)) {
      const taken = sale.left < left ? sale.left : left;
      matches.push({ order: sale.order, quantity: taken });
      left -= taken;
      sale.left -= taken;
      if (sale.left === 0n) sales.pop();
    }
    if (!matches.length) this.counts.unmatched++;
    else if (left > 0n) this.counts.partMatched++;
    else this.counts.matched++;
    if (left > 0n) matches.push({ order: undefined, quantity: left });
    return matches;
  }
}
