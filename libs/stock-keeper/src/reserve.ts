/** Reserves stock: all lines or none, decided on balances that are locked until the commit. */
import type { BalanceRow, StockKey } from '@morrow/engines';

export interface Wanted extends StockKey {
  /** Millionths, above zero. */
  readonly quantity: bigint;
}
export interface Short extends StockKey {
  readonly requested: bigint;
  readonly available: bigint;
}

/** Balances by key that a transaction holds, as they change within it. */
export class HeldBalances {
  readonly #rows = new Map<string, BalanceRow>();
  readonly #touched = new Set<string>();

  constructor(rows: readonly BalanceRow[]) {
    for (const row of rows) this.#rows.set(`${row.warehouse} ${row.item}`, row);
  }
  /** Sets the lines aside, or names the first that falls short and changes nothing. */
  reserve(lines: readonly Wanted[]): Short | undefined {
    const wanted = new Map<string, Wanted>();
    for (const line of lines) {
      const key = `${line.warehouse} ${line.item}`;
      const quantity = (wanted.get(key)?.quantity ?? 0n) + line.quantity;
      wanted.set(key, { ...line, quantity });
    }
    for (const [key, { item, warehouse, quantity }] of wanted) {
      const row = this.#rows.get(key);
      const free = row ? row.onHand - row.reserved : 0n;
      if (free < quantity)
        return { item, warehouse, requested: quantity, available: free < 0n ? 0n : free };
    }
    this.#add([...wanted.values()], 1n);
    return undefined;
  }
  /** Gives reserved lines back. */
  release(lines: readonly Wanted[]): void {
    this.#add(lines, -1n);
  }
  #add(lines: readonly Wanted[], sign: 1n | -1n): void {
    for (const { item, warehouse, quantity } of lines) {
      const key = `${warehouse} ${item}`;
      const row = this.#rows.get(key);
      if (!row) continue;
      this.#rows.set(key, { ...row, reserved: row.reserved + sign * quantity });
      this.#touched.add(key);
    }
  }
  /** The balances that changed. */
  changed(): readonly BalanceRow[] {
    return [...this.#touched].flatMap((key) => this.#rows.get(key) ?? []);
  }
}
