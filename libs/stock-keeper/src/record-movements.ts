/** Records movements: those that arrive in order extend the chain, one that arrives late re-values
 * only what follows it. */
import type { BalanceRow, MovementRow, StockKey, StockTables } from '@morrow/engines';
import { amountMax, isWithin, lineAmountMax, quantityMax, textOrder } from '@morrow/kernel';
import { valueMove, type Standing } from './valuation.ts';

/** A movement to record. `place` orders it: effective instant, document number, line. */
export interface NewMovement extends StockKey {
  readonly place: string;
  readonly documentId: string;
  readonly kind: MovementRow['kind'];
  readonly quantity: bigint;
  readonly cost?: bigint | undefined;
}
/** A change of the value of what was recorded before, by the day and kind of its movement. */
export interface Difference {
  readonly date: string;
  readonly kind: MovementRow['kind'];
  readonly value: bigint;
}
export interface Recorded {
  /** Change of value of each movement given, in their order. */
  readonly values: readonly bigint[];
  readonly differences: readonly Difference[];
  /** Balances of the items that moved, as they stand now. */
  readonly balances: readonly BalanceRow[];
}

/** A movement would bring a quantity or a value out of bounds; nothing was stored. */
export class OutOfBounds extends Error {
  override readonly name = 'OutOfBounds';
  readonly item: string;
  constructor(item: string) {
    super(`The quantity, cost or value of ${item} would be too large to record`);
    this.item = item;
  }
}
/** Stock of an item in a warehouse is worth `lineAmountMax` at most, so that what is posted for it
 * is an amount; quantities and unit costs have 18 digits at most. */
function refuseOutOfBounds({ item, onHandAfter, costAfter, ...row }: MovementRow): void {
  const values = [row.value, row.correction, row.valueAfter];
  const isInBounds =
    values.every((value) => isWithin(value, lineAmountMax)) &&
    isWithin(onHandAfter, quantityMax) &&
    isWithin(costAfter, amountMax);
  if (!isInBounds) throw new OutOfBounds(item);
}

/** The place of a line of a document: sorts by moment, then number by code point, then line. */
export const movementPlace = (effectiveAt: Date, number: string, line: number): string =>
  `${effectiveAt.toISOString()}|${number}|${String(line).padStart(5, '0')}`;
const dateOfPlace = (place: string): string => place.slice(0, 10);

const keyText = ({ item, warehouse }: StockKey): string => `${warehouse} ${item}`;

/** A chain of one item in one warehouse as it is valued anew. */
class Chain {
  readonly inserted: MovementRow[] = [];
  readonly revalued: MovementRow[] = [];
  readonly differences: Difference[] = [];
  #standing: Standing;
  readonly #minorUnits: number;

  constructor(standing: Standing, minorUnits: number) {
    this.#standing = standing;
    this.#minorUnits = minorUnits;
  }
  get standing(): Standing {
    return this.#standing;
  }

  #value(move: NewMovement): MovementRow {
    const { value, correction, after } = valueMove(this.#standing, move, this.#minorUnits);
    this.#standing = after;
    const { onHand: onHandAfter, value: valueAfter, cost: costAfter } = after;
    return { ...move, value, correction, onHandAfter, valueAfter, costAfter };
  }
  insert(move: NewMovement): void {
    const row = this.#value(move);
    this.inserted.push(row);
    this.#differ(row.place, 'issue', row.correction);
  }
  revalue(old: MovementRow): void {
    const row = this.#value(old);
    const same =
      row.value === old.value &&
      row.correction === old.correction &&
      row.onHandAfter === old.onHandAfter &&
      row.valueAfter === old.valueAfter &&
      row.costAfter === old.costAfter;
    if (same) return;
    this.revalued.push(row);
    this.#differ(row.place, row.kind, row.value - old.value);
    this.#differ(row.place, 'issue', row.correction - old.correction);
  }
  #differ(place: string, kind: MovementRow['kind'], value: bigint): void {
    if (value !== 0n) this.differences.push({ date: dateOfPlace(place), kind, value });
  }
}

/** Records movements of any items in one transaction. Locks their balances. */
export async function recordMovements(
  stock: StockTables,
  movements: readonly NewMovement[],
  minorUnits: number,
): Promise<Recorded> {
  const groups = new Map<string, NewMovement[]>();
  for (const movement of movements) {
    const key = keyText(movement);
    const group = groups.get(key);
    if (group) group.push(movement);
    else groups.set(key, [movement]);
  }
  const keys = [...groups.values()].flatMap(([first]) => (first ? [first] : []));
  const balances = await stock.lock(keys.map(({ item, warehouse }) => ({ item, warehouse })));
  const changed: BalanceRow[] = [];
  const chains: Chain[] = [];
  for (const balance of balances) {
    const moves = groups.get(keyText(balance)) ?? [];
    moves.sort((a, b) => textOrder(a.place, b.place));
    const chain = await extend(stock, balance, moves, minorUnits);
    chains.push(chain.chain);
    const { onHand, value, cost } = chain.chain.standing;
    changed.push({ ...balance, onHand, value, lastCost: cost, lastPlace: chain.lastPlace });
  }
  const inserted = chains.flatMap((chain) => chain.inserted);
  const revalued = chains.flatMap((chain) => chain.revalued);
  for (const row of [...inserted, ...revalued]) refuseOutOfBounds(row);
  await stock.save({ balances: changed, inserted, revalued });
  const values = new Map(inserted.map((row) => [`${keyText(row)} ${row.place}`, row.value]));
  return {
    values: movements.map((move) => values.get(`${keyText(move)} ${move.place}`) ?? 0n),
    differences: summed(chains.flatMap((chain) => chain.differences)),
    balances: changed,
  };
}

async function extend(
  stock: StockTables,
  balance: BalanceRow,
  moves: readonly NewMovement[],
  minorUnits: number,
): Promise<{ chain: Chain; lastPlace: string }> {
  const first = moves[0]?.place ?? '';
  if (textOrder(first, balance.lastPlace) > 0) {
    const { onHand, value, lastCost: cost } = balance;
    const chain = new Chain({ onHand, value, cost }, minorUnits);
    for (const move of moves) chain.insert(move);
    return { chain, lastPlace: moves.at(-1)?.place ?? balance.lastPlace };
  }
  const { before, after } = await stock.around(balance, first);
  const chain = new Chain(
    {
      onHand: before?.onHandAfter ?? 0n,
      value: before?.valueAfter ?? 0n,
      cost: before?.costAfter ?? 0n,
    },
    minorUnits,
  );
  const waiting = [...moves];
  for (const old of after) {
    while (waiting[0] && textOrder(waiting[0].place, old.place) < 0)
      chain.insert(waiting.shift() as NewMovement);
    chain.revalue(old);
  }
  for (const move of waiting) chain.insert(move);
  const lastPlace = [balance.lastPlace, moves.at(-1)?.place ?? ''].sort(textOrder).at(-1) ?? '';
  return { chain, lastPlace };
}

/** One difference for each day and kind, those of zero left out. */
function summed(differences: readonly Difference[]): readonly Difference[] {
  const sums = new Map<string, Difference>();
  for (const { date, kind, value } of differences) {
    const key = `${date} ${kind}`;
    sums.set(key, { date, kind, value: (sums.get(key)?.value ?? 0n) + value });
  }
  return [...sums.values()].filter(({ value }) => value !== 0n);
}
