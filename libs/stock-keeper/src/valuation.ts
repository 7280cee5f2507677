/** Moving-average valuation (IAS 2 §25 and §27): the value of stock as a function of the ordered
 * set of its movements. */
import { divideRounded, powerOfTen } from '@morrow/kernel';

/** What lies there after a movement: quantity in millionths, value in minor units, and the unit
 * cost known last, in millionths of the major unit. */
export interface Standing {
  readonly onHand: bigint;
  readonly value: bigint;
  readonly cost: bigint;
}
export const emptyStanding: Standing = { onHand: 0n, value: 0n, cost: 0n };

/** Quantity above zero comes in, below zero goes out. A cost is given for what is bought; what
 * comes back without one is valued at the average. */
export interface Move {
  readonly quantity: bigint;
  readonly cost?: bigint | undefined;
}
export interface Valued {
  readonly value: bigint;
  /** Change of value because goods issued below zero have their cost now. */
  readonly correction: bigint;
  readonly after: Standing;
}

const millionths = 1_000_000n;

/** Quantity × cost in minor units of a currency with so many decimals, rounded half
 * away from zero. */
export const worth = (quantity: bigint, cost: bigint, minorUnits: number): bigint =>
  divideRounded(quantity * cost, powerOfTen(12 - minorUnits));

const averageOf = (onHand: bigint, value: bigint, minorUnits: number): bigint =>
  divideRounded(value * millionths * powerOfTen(6 - minorUnits), onHand);

/** Values one movement after a standing. Goods that leave take their share of the value; the last
 * one takes what is left. Below zero they leave at the last known cost, and the next receipt that
 * states a cost corrects them to its own. */
export function valueMove(before: Standing, move: Move, minorUnits: number): Valued {
  const { onHand, value, cost } = before;
  const left = onHand + move.quantity;
  if (move.quantity < 0n) return valueOut(before, move.quantity, minorUnits);
  if (move.cost === undefined) {
    const added =
      onHand > 0n
        ? divideRounded(value * move.quantity, onHand)
        : worth(move.quantity, cost, minorUnits);
    const settled = left === 0n ? -value : added;
    return {
      value: settled,
      correction: 0n,
      after: { onHand: left, value: value + settled, cost },
    };
  }
  const added = worth(move.quantity, move.cost, minorUnits);
  if (onHand >= 0n) {
    const total = value + added;
    const average = left > 0n ? averageOf(left, total, minorUnits) : move.cost;
    return { value: added, correction: 0n, after: { onHand: left, value: total, cost: average } };
  }
  const covered = move.quantity < -onHand ? move.quantity : -onHand;
  const assumed = left >= 0n ? -value : divideRounded(-value * covered, -onHand);
  const actual = worth(covered, move.cost, minorUnits);
  const correction = assumed - actual;
  const total = value + added + correction;
  return { value: added, correction, after: { onHand: left, value: total, cost: move.cost } };
}

function valueOut({ onHand, value, cost }: Standing, quantity: bigint, minorUnits: number): Valued {
  const out = -quantity;
  const covered = onHand <= 0n ? 0n : out < onHand ? out : onHand;
  const share =
    covered === 0n ? 0n : covered === onHand ? value : divideRounded(value * covered, onHand);
  const short = worth(out - covered, cost, minorUnits);
  const change = -(share + short);
  const after = { onHand: onHand + quantity, value: value + change, cost };
  return { value: change, correction: 0n, after };
}
