/** Quantities of things, exact to a millionth of the unit. */
import { formatDecimal, parseDecimal } from './decimal.ts';

/** Millionths of the item's unit: 1 piece is 1_000_000n. */
export type Quantity = bigint & { readonly __quantity: true };

/** Decimals that a quantity holds. */
export const quantityScale = 6;
const one = 1_000_000n;
/** Largest quantity that is stored or crosses a call, in millionths: 18 digits. */
export const quantityMax = 10n ** 18n - 1n;

/** The quantity of so many millionths. */
export const quantityOf = (millionths: bigint): Quantity => millionths as Quantity;
/** So many whole units. */
export const units = (count: number | bigint): Quantity => quantityOf(BigInt(count) * one);
/** Reads `2.5`; a RangeError on another shape or more than six decimals. */
export const parseQuantity = (text: string): Quantity =>
  quantityOf(parseDecimal(text, quantityScale));
export const formatQuantity = (quantity: Quantity): string =>
  formatDecimal(quantity, quantityScale);

export const noQuantity = quantityOf(0n);
export const addQuantity = (a: Quantity, b: Quantity): Quantity => quantityOf(a + b);
export const subtractQuantity = (a: Quantity, b: Quantity): Quantity => quantityOf(a - b);
export const negateQuantity = (a: Quantity): Quantity => quantityOf(-a);
export const leastQuantity = (a: Quantity, b: Quantity): Quantity => (a < b ? a : b);
