/** Balances and movements of stock. A transaction has the database to itself, so that no balance
 * needs a lock. */
import { unknownCursor } from '@morrow/contract';
import {
  CommitRefused,
  type BalanceRow,
  type MovementRow,
  type StockKey,
  type StockReads,
  type StockTables,
} from '@morrow/engines';
import { textOrder } from '@morrow/kernel';
import { stockWaiting, waitingLines } from './stock-waiting.ts';
import { frozenCopy } from './table.ts';
import { balanceKey, balanceOrder, type Tables } from './tables.ts';

const placeOrder = (one: MovementRow, other: MovementRow) => textOrder(one.place, other.place);

export const newBalance = ({ item, warehouse }: StockKey): BalanceRow => ({
  ...{ item, warehouse, onHand: 0n, reserved: 0n, value: 0n, lastCost: 0n, lastPlace: '' },
});

/** Keeps movements where their places are free. */
export function insertMovements({ movements }: Tables, inserted: readonly MovementRow[]): void {
  for (const row of inserted) {
    const { item, warehouse, place } = row;
    const before = movements.get(balanceKey(row)) ?? [];
    if (before.some((other) => other.place === place))
      throw new CommitRefused('duplicate', [warehouse, item, place].join(', '));
    movements.set(balanceKey(row), [...before, frozenCopy(row)].sort(placeOrder));
  }
}

export const stockInside = (tables: Tables): StockTables => ({
  ...stockWaiting(tables),
  async lock(keys) {
    const locked = new Map(keys.map((key) => [balanceKey(key), key]));
    for (const [key, balance] of locked)
      if (!tables.balances.get(key)) tables.balances.set(key, Object.freeze(newBalance(balance)));
    return [...locked.keys()].flatMap((key) => tables.balances.get(key) ?? []).sort(balanceOrder);
  },
  async around(key, place) {
    const all = tables.movements.get(balanceKey(key)) ?? [];
    return {
      before: all.findLast((movement) => textOrder(movement.place, place) < 0),
      after: all.filter((movement) => textOrder(movement.place, place) > 0),
    };
  },
  async save({ balances, inserted, revalued }) {
    insertMovements(tables, inserted);
    for (const [key, rows] of Map.groupBy(revalued, balanceKey)) {
      const byPlace = new Map(rows.map((row) => [row.place, frozenCopy(row)]));
      const all = tables.movements.get(key) ?? [];
      tables.movements.set(
        key,
        all.map((row) => byPlace.get(row.place) ?? row),
      );
    }
    for (const row of balances)
      if (tables.balances.get(balanceKey(row)))
        tables.balances.set(balanceKey(row), frozenCopy(row));
  },
});

export const memoryStock = (tables: Tables): StockReads => ({
  waiting: async (where, after, limit) => waitingLines(tables, where, after, limit),
  balances: async (keys) => keys.flatMap((key) => tables.balances.get(balanceKey(key)) ?? []),
  async available(items, limit) {
    const free = ({ onHand, reserved }: BalanceRow) => onHand - reserved;
    const rows = tables.balances.rows().filter((row) => items.includes(row.item) && free(row) > 0n);
    const order = (one: BalanceRow, other: BalanceRow) =>
      textOrder(one.item, other.item) ||
      Number(free(other) - free(one)) ||
      textOrder(one.warehouse, other.warehouse);
    return rows.sort(order).slice(0, limit);
  },
  async listBalances(after, limit, isNegative = false) {
    if (after && !tables.balances.get(balanceKey(after))) throw unknownCursor();
    const rows = tables.balances.rows().filter((row) => !after || balanceOrder(row, after) > 0);
    const asked = rows.filter(
      ({ onHand, reserved }) => !isNegative || onHand < 0n || onHand < reserved,
    );
    return asked.sort(balanceOrder).slice(0, limit);
  },
  async movements(key, after, limit) {
    const all = tables.movements.get(balanceKey(key)) ?? [];
    const last = all.findIndex(({ place }) => place === after);
    if (after && last < 0) throw unknownCursor();
    return all.slice(last + 1, last + 1 + limit);
  },
  async totals() {
    const rows = tables.balances.rows();
    return {
      onHand: rows.reduce((sum, row) => sum + row.onHand, 0n),
      value: rows.reduce((sum, row) => sum + row.value, 0n),
      movements: tables.movements.rows().flat().length,
    };
  },
});
