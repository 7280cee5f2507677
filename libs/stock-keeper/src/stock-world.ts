/** The keeper's tables without a database, for its tests: what their port promises, on two maps. */
import type { BalanceRow, MovementRow, StockKey, StockTables, WaitingRow } from '@morrow/engines';

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
  const waiting = new Map<string, WaitingRow>();
  const rowName = (row: WaitingRow) => `${row.reservation} ${keyOf(row)}`;
  const isFree = (row: WaitingRow) => {
    const { onHand = 0n, reserved = 0n } = balances.get(keyOf(row)) ?? {};
    return row.quantity <= onHand - reserved;
  };
  const tables: StockTables = {
    async turn({ freed }) {
      const keys = new Set(freed.map(keyOf));
      return [...waiting.values()].some((row) => keys.has(keyOf(row)));
    },
    async await(rows) {
      for (const row of rows) waiting.set(rowName(row), row);
    },
    async forget(reservations) {
      for (const [name, { reservation }] of waiting)
        if (reservations.includes(reservation)) waiting.delete(name);
    },
    async servable(freed, limit) {
      const keys = new Set(freed.map(keyOf));
      return [...Map.groupBy(waiting.values(), ({ reservation }) => reservation)]
        .filter(([, rows]) => rows.some((row) => keys.has(keyOf(row))) && rows.every(isFree))
        .sort(([, [a]], [, [b]]) => ((a?.rank ?? '') < (b?.rank ?? '') ? -1 : 1))
        .slice(0, limit)
        .map(([reservation]) => reservation);
    },
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
