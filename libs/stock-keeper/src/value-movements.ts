/** Values movements from the first on, for a replay: what recording them in any order gave. */
import { invariant, textOrder } from '@morrow/kernel';
import type { MovementRow, ValueMovements } from '@morrow/engines';
import { emptyStanding, valueMove } from './valuation.ts';

/** Takes movements page by page, each key's in their order; a page may end within a key. */
export function newValuer(): ValueMovements {
  let key = '';
  let place = '';
  let standing = emptyStanding;
  return (facts) =>
    facts.map(({ fact: _, minorUnits, ...move }): MovementRow => {
      const own = `${move.warehouse} ${move.item}`;
      if (own !== key) standing = emptyStanding;
      key = own;
      invariant(
        standing === emptyStanding || textOrder(move.place, place) > 0,
        `${own}: ${move.place} is late`,
      );
      place = move.place;
      const { value, correction, after } = valueMove(standing, move, minorUnits);
      standing = after;
      const { onHand: onHandAfter, value: valueAfter, cost: costAfter } = after;
      return { ...move, value, correction, onHandAfter, valueAfter, costAfter };
    });
}
