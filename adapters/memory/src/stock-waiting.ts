/** Who waits for stock, in the order of service. */
import { CommitRefused, type StockReads, type StockTables, type WaitingRow } from '@morrow/engines';
import { textOrder } from '@morrow/kernel';
import { frozenCopy, keyOf } from './table.ts';
import { balanceKey, type Tables } from './tables.ts';

const waitingOrder = (one: WaitingLine, other: WaitingLine): number =>
  textOrder(one.rank, other.rank) ||
  textOrder(one.reservation, other.reservation) ||
  textOrder(one.warehouse, other.warehouse) ||
  textOrder(one.item, other.item);
type WaitingLine = Omit<WaitingRow, 'quantity'>;

/** Whether what is free suffices for the line. */
export function isFree({ balances }: Tables, line: WaitingRow): boolean {
  const { onHand = 0n, reserved = 0n } = balances.get(balanceKey(line)) ?? {};
  return line.quantity <= onHand - reserved;
}

export const stockWaiting = (
  tables: Tables,
): Pick<StockTables, 'turn' | 'await' | 'forget' | 'servable'> => ({
  async turn({ freed }) {
    const keys = new Set(freed.map(balanceKey));
    return tables.waiting.rows().some((row) => keys.has(balanceKey(row)));
  },
  async await(rows) {
    for (const row of rows) {
      const { reservation, warehouse, item } = row;
      const key = keyOf(reservation, warehouse, item);
      if (tables.waiting.get(key))
        throw new CommitRefused('duplicate', [reservation, warehouse, item].join(', '));
      tables.waiting.set(key, frozenCopy(row));
    }
  },
  async forget(reservations) {
    for (const [key, { reservation }] of [...tables.waiting.entries()])
      if (reservations.includes(reservation)) tables.waiting.delete(key);
  },
  async servable(keys, limit) {
    const asked = new Set(keys.map(balanceKey));
    const lines = [...tables.waiting.rows()].sort(waitingOrder);
    const couldHave = lines.filter((row) => asked.has(balanceKey(row)) && isFree(tables, row));
    const concerned = new Set(couldHave.map(({ reservation }) => reservation));
    const short = new Set(
      lines.filter((row) => !isFree(tables, row)).map(({ reservation }) => reservation),
    );
    const served = new Set(lines.map(({ reservation }) => reservation));
    return [...served].filter((id) => concerned.has(id) && !short.has(id)).slice(0, limit);
  },
});

/** Lines that wait, in the order of service. */
export const waitingLines = (
  tables: Tables,
  { warehouse, item }: Parameters<StockReads['waiting']>[0],
  after: WaitingLine | undefined,
  limit: number,
): readonly WaitingRow[] =>
  tables.waiting
    .rows()
    .filter(
      (row) =>
        (warehouse === undefined || row.warehouse === warehouse) &&
        (item === undefined || row.item === item) &&
        (!after || waitingOrder(row, after) > 0),
    )
    .sort(waitingOrder)
    .slice(0, limit);
