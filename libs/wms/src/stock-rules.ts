/** What a stock command must keep to: one place for each rule. What events of other domains report
 * has happened already, so that none of this is asked of it. */
import { hasOuterSpace, isInFuture, quantityOf, type Instant } from '@morrow/kernel';
import type { ItemCategory } from '@morrow/protocol-items';
import { Stock } from '@morrow/protocol-stock';
import type { BalanceRow } from '@morrow/stock-keeper';
import type { KnownCompany } from './known-facts.ts';
import type { Refusal } from './move-stock.ts';

interface Line {
  readonly item: string;
  readonly quantity: bigint;
  readonly cost?: bigint;
}
interface Document {
  readonly number: string;
  readonly currency: string;
  readonly effectiveAt: Instant;
}

export function requirePositive(lines: readonly Line[]): void {
  const bad = lines.find(({ quantity }) => quantity <= 0n);
  if (bad) throw Stock.fail('notPositive', { item: bad.item });
}
export function requireMovement(lines: readonly Line[]): void {
  const bad = lines.find(({ quantity }) => quantity === 0n);
  if (bad) throw Stock.fail('zeroQuantity', { item: bad.item });
}
export function requireCosts(lines: readonly Line[]): void {
  const bad = lines.find(({ cost = 0n }) => cost < 0n);
  if (bad) throw Stock.fail('negativeCost', { item: bad.item });
}

/** Numbers of reservations that the platform makes for orders begin so. */
const ofOrders = 'order:';
export function requireFreeNumber(number: string): void {
  requireNumber(number);
  if (number.startsWith(ofOrders)) throw Stock.fail('numberOfOrder', { number });
}

function requireNumber(number: string): void {
  if (hasOuterSpace(number)) throw Stock.fail('outerSpace', { number });
}

/** No blanks around the number; the currency of the books; and the goods have moved already. */
export function requireHeader(
  { number, currency, effectiveAt }: Document,
  company: KnownCompany | undefined,
  now: Instant,
): void {
  requireNumber(number);
  if (!company) throw Stock.fail('noCompany', {});
  if (currency !== company.currency)
    throw Stock.fail('wrongCurrency', { currency, expected: company.currency });
  if (isInFuture(effectiveAt, now)) throw Stock.fail('inFuture', { effectiveAt });
}

/** Every item exists and is goods. */
export function requireGoods(
  lines: readonly Line[],
  categories: ReadonlyMap<string, ItemCategory>,
): void {
  for (const { item } of lines) {
    const category = categories.get(item);
    if (!category) throw Stock.fail('unknownItem', { code: item });
    if (category !== 'goods') throw Stock.fail('notGoods', { code: item, category });
  }
}

/** Refuses what takes more of an item than is there and not reserved for somebody: the balance
 * after the document counts, not one in between that a late date leads to, which is a fact of the
 * past. */
export const refuseShortage: Refusal = (moves, balances) => {
  for (const balance of balances) {
    const taken = takenFrom(moves, balance);
    const free = balance.onHand - balance.reserved;
    if (taken <= 0n || free >= 0n) continue;
    const { item, warehouse, onHand } = balance;
    const before = free + taken;
    throw Stock.fail('insufficientStock', {
      item,
      warehouse,
      requested: quantityOf(taken),
      available: quantityOf(before > 0n ? before : 0n),
      onHand: quantityOf(onHand + taken),
    });
  }
};
function takenFrom(moves: Parameters<Refusal>[0], { item, warehouse }: BalanceRow): bigint {
  const lines = moves.filter((move) => move.warehouse === warehouse).flatMap((move) => move.lines);
  return lines.reduce((sum, line) => (line.item === item ? sum - line.quantity : sum), 0n);
}
