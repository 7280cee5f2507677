/** Says what a line of the retail file is in business terms, and what its code is. */
import { isWithin, lineAmountMax } from '@morrow/kernel';
import type { ItemCategory } from '@morrow/protocol-items';
import { cellOf, type Cell, type RetailLine } from './retail-lines.ts';
import { microPerMinor } from './tally.ts';

const categories: Readonly<Record<string, ItemCategory>> = {
  POST: 'carriage',
  DOT: 'carriage',
  C2: 'carriage',
  M: 'manual',
  D: 'discount',
  S: 'samples',
  'BANK CHARGES': 'bankCharges',
  AMAZONFEE: 'marketplaceFee',
  CRUK: 'commission',
  PADS: 'packing',
  B: 'badDebt',
};

/** Whether a code is goods, or which charge it stands for. */
export function categoryOf(code: string): ItemCategory {
  const upper = code.toUpperCase();
  if (upper.startsWith('GIFT_')) return 'voucher';
  return Object.hasOwn(categories, upper) ? (categories[upper] ?? 'goods') : 'goods';
}

/** What becomes of a line. */
export type Booking =
  | { readonly kind: 'sale' | 'return' | 'writeOff' | 'badDebt' }
  | { readonly refused: string; readonly cell: Cell };

/** A line is refused only when nobody could book it. */
export function bookingOf(line: RetailLine): Booking {
  const { invoice, code, quantity, price } = line;
  const isGoods = categoryOf(code) === 'goods';
  if (/^a/i.test(invoice)) return { kind: 'badDebt' };
  if (quantity === 0n)
    return { refused: 'A quantity of zero moves nothing', cell: cellOf(line, 'Quantity') };
  if (isGoods && price < 0n)
    return { refused: 'Goods have no price below zero', cell: cellOf(line, 'UnitPrice') };
  if (!isWithin(quantity * price, lineAmountMax * microPerMinor))
    return { refused: 'The amount is too large to book', cell: cellOf(line, 'UnitPrice') };
  if (quantity > 0n) {
    if (/^c/i.test(invoice))
      return {
        refused: 'A cancellation takes back, it does not sell',
        cell: cellOf(line, 'Quantity'),
      };
    return { kind: 'sale' };
  }
  if (isGoods && price === 0n && !/^c/i.test(invoice)) return { kind: 'writeOff' };
  return { kind: 'return' };
}
