/** The keeper's tables without a database, for its tests: what their port promises, on two maps. */
import type { BalanceRow, MovementRow, StockKey, StockTables } from '@morrow/engines';

const keyOf = ({ item, warehouse }: StockKey) => `${warehouse} ${item}`;
const byKey =
  <Row extends StockKey>(nameOf: (row: Row) => string) =>
  (a: Row, b: Row) =>
    nameOf(a) < nameOf(b) ? -1 : 1;
const nameOf = (row: MovementRow) => `${keyOf(row)} ${row.place}`;

/** Tables, and all that stands in them, sorted. */
export function tablesInMemory() {
  const balances = new Map<string, BalanceRow>();
  const movements = new Map<string, MovementRow>();
  const all = () => [...movements.values()].sort(byKey(nameOf));
  const tables: StockTables = {
    async lock(keys) {
      return keys.map((key) => {
        const zero = { onHand: 0n, reserved: 0n, value: 0n, lastCost: 0n, lastPlace: '' };
        return balances.get(keyOf(key)) ?? { ...key, ...zero };
      });
    },
    async around(key, place) {
      const own = all().filter((row) => keyOf(row) === keyOf(key));
      return {
        before: own.findLast((row) => row.place < place),
        after: own.filter((row) => row.place > place),
      };
    },
    async save({ balances: changed, inserted, revalued }) {
      for (const row of changed) balances.set(keyOf(row), row);
      for (const row of [...inserted, ...revalued]) movements.set(nameOf(row), row);
    },
  };
  const figures = () => ({
    balances: [...balances.values()].sort(byKey(keyOf)),
    movements: all(),
  });
  return { tables, figures };
}
