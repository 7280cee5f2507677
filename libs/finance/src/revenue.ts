/** Revenue: the entries that sales and returns ask for. */
import type { AskedEntry } from '@morrow/book-keeper';
import { currencyCode, dateOf, exactAmount, price, quantityOf, roundExact } from '@morrow/kernel';
import type { ItemCategory } from '@morrow/protocol-items';

export interface SoldLine {
  readonly quantity: bigint;
  readonly price: bigint;
  readonly category: ItemCategory;
}
/** A sale or return with its rounded total in minor units. */
export interface Sold {
  readonly source: string;
  readonly number: string;
  readonly at: Date;
  readonly currency: string;
  readonly total: bigint;
  readonly lines: readonly SoldLine[];
}

/** Role of the account that a category is booked to. */
const roleOf: Readonly<Record<ItemCategory, string>> = {
  goods: 'sales',
  carriage: 'carriage',
  manual: 'manual',
  discount: 'discount',
  samples: 'samples',
  bankCharges: 'bankCharges',
  marketplaceFee: 'marketplaceFee',
  commission: 'commission',
  voucher: 'voucher',
  packing: 'packing',
  badDebt: 'badDebts',
};

/** Receivable for the total against each category, rounded on its own; what the roundings leave
 * goes to the rounding account, so that the entry balances. Undefined where nothing is worth a
 * line. */
export function revenueEntry(sold: Sold, kind: 'sale' | 'return'): AskedEntry | undefined {
  const currency = currencyCode(sold.currency);
  const exact = new Map<string, bigint>();
  for (const { quantity, price: unit, category } of sold.lines) {
    const role = kind === 'return' && category === 'goods' ? 'salesReturns' : roleOf[category];
    const amount = exactAmount(quantityOf(quantity), price(unit, currency));
    exact.set(role, (exact.get(role) ?? 0n) + amount);
  }
  const sign = kind === 'sale' ? 1n : -1n;
  const lines = [{ account: '@receivable', amount: sign * sold.total }];
  let left = sold.total;
  for (const [role, amount] of exact) {
    const { minor } = roundExact(amount, currency);
    left -= minor;
    lines.push({ account: `@${role}`, amount: -sign * minor });
  }
  lines.push({ account: '@rounding', amount: -sign * left });
  const worth = lines.filter(({ amount }) => amount !== 0n);
  if (worth.length < 2) return undefined;
  const memo = kind === 'sale' ? `Sale ${sold.number}` : `Return ${sold.number}`;
  return { source: sold.source, date: dateOf(sold.at), currency, memo, lines: worth };
}
