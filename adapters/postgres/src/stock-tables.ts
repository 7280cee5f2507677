/** The stock-keeper's tables: balances locked in one order, movements written as sets. */
import type { BalanceRow, MovementRow, StockReads, StockTables } from '@morrow/engines';
import { textOrder } from '@morrow/kernel';
import type { DataSource } from 'typeorm';
import { rowsOf, type Run } from './run.ts';
import { knownCursor } from './known-cursor.ts';
import { keysOf, stockWaiting, waitingLines } from './stock-waiting.ts';

interface BalanceRecord {
  readonly item: string;
  readonly warehouse: string;
  readonly on_hand: bigint;
  readonly reserved: bigint;
  readonly value: bigint;
  readonly last_cost: bigint;
  readonly last_place: string;
}
const balanceOf = ({ on_hand, last_cost, last_place, ...rest }: BalanceRecord): BalanceRow => ({
  ...rest,
  onHand: on_hand,
  lastCost: last_cost,
  lastPlace: last_place,
});
interface MovementRecord {
  readonly item: string;
  readonly warehouse: string;
  readonly place: string;
  readonly document_id: string;
  readonly kind: MovementRow['kind'];
  readonly quantity: bigint;
  readonly cost: bigint | null;
  readonly value: bigint;
  readonly correction: bigint;
  readonly on_hand_after: bigint;
  readonly value_after: bigint;
  readonly cost_after: bigint;
}
const movementOf = (record: MovementRecord): MovementRow => {
  const { document_id, cost, on_hand_after, value_after, cost_after, ...rest } = record;
  return {
    ...rest,
    documentId: document_id,
    cost: cost ?? undefined,
    onHandAfter: on_hand_after,
    valueAfter: value_after,
    costAfter: cost_after,
  };
};
/** Amounts go as text: JSON has no bigint. */
const balanceRecord = (row: BalanceRow) => ({
  item: row.item,
  warehouse: row.warehouse,
  on_hand: String(row.onHand),
  reserved: String(row.reserved),
  value: String(row.value),
  last_cost: String(row.lastCost),
  last_place: row.lastPlace,
});
export const movementRecord = (row: MovementRow) => ({
  item: row.item,
  warehouse: row.warehouse,
  place: row.place,
  document_id: row.documentId,
  kind: row.kind,
  quantity: String(row.quantity),
  cost: row.cost === undefined ? null : String(row.cost),
  value: String(row.value),
  correction: String(row.correction),
  on_hand_after: String(row.onHandAfter),
  value_after: String(row.valueAfter),
  cost_after: String(row.costAfter),
});

export const stockTables = (run: Run): StockTables => ({
  ...stockWaiting(run),
  async lock(keys) {
    const sorted = keysOf(
      [...keys].sort((a, b) => (`${a.warehouse} ${a.item}` < `${b.warehouse} ${b.item}` ? -1 : 1)),
    );
    const text = `select b.* from stock_balance b
      join unnest($1::text[], $2::text[]) k(warehouse, item) using (warehouse, item)
      order by b.warehouse, b.item for update of b`;
    const rows = await run<BalanceRecord>(text, sorted);
    if (rows.length === keys.length) return rows.map(balanceOf);
    await run(
      `insert into stock_balance (warehouse, item) select k.warehouse, k.item
       from unnest($1::text[], $2::text[]) k(warehouse, item) order by 1, 2 on conflict do nothing`,
      sorted,
    );
    return (await run<BalanceRecord>(text, sorted)).map(balanceOf);
  },
  async around({ item, warehouse }, place) {
    const rows = await run<MovementRecord>(
      `(select * from stock_movement where warehouse = $1 and item = $2 and place < $3
        order by place desc limit 1)
       union all
       (select * from stock_movement where warehouse = $1 and item = $2 and place > $3
        order by place)`,
      [warehouse, item, place],
    );
    const movements = rows.map(movementOf);
    return {
      before: movements.find((movement) => textOrder(movement.place, place) < 0),
      after: movements.filter((movement) => textOrder(movement.place, place) > 0),
    };
  },
  async save({ balances, inserted, revalued }) {
    if (inserted.length)
      await run(
        `insert into stock_movement
         select * from json_populate_recordset(null::stock_movement, $1::json)`,
        [JSON.stringify(inserted.map(movementRecord))],
      );
    if (revalued.length)
      await run(
        `update stock_movement m set value = r.value, correction = r.correction,
           on_hand_after = r.on_hand_after, value_after = r.value_after, cost_after = r.cost_after
         from json_populate_recordset(null::stock_movement, $1::json) r
         where m.warehouse = r.warehouse and m.item = r.item and m.place = r.place`,
        [JSON.stringify(revalued.map(movementRecord))],
      );
    if (balances.length)
      await run(
        `update stock_balance b set on_hand = r.on_hand, reserved = r.reserved, value = r.value,
           last_cost = r.last_cost, last_place = r.last_place
         from json_populate_recordset(null::stock_balance, $1::json) r
         where b.warehouse = r.warehouse and b.item = r.item`,
        [JSON.stringify(balances.map(balanceRecord))],
      );
  },
});

export const stockReads = (run: Run, source: DataSource): StockReads => ({
  waiting: (where, after, limit) => waitingLines(run, where, after, limit),
  async balances(keys) {
    const rows = await run<BalanceRecord>(
      `select b.* from stock_balance b join unnest($1::text[], $2::text[]) k(warehouse, item)
       using (warehouse, item)`,
      keysOf(keys),
    );
    return rows.map(balanceOf);
  },
  async available(items, limit) {
    const rows = await run<BalanceRecord>(
      `select * from stock_balance where item = any($1::text[]) and on_hand > reserved
       order by item, on_hand - reserved desc, warehouse limit $2`,
      [items, limit],
    );
    return rows.map(balanceOf);
  },
  async listBalances(after, limit, isNegative = false) {
    const { warehouse, item } = after ?? { warehouse: '', item: '' };
    const known = 'select 1 from stock_balance where warehouse = $1 and item = $2';
    await knownCursor(run, after, known, () => [warehouse, item]);
    const balances = source
      .createQueryBuilder()
      .select('*')
      .from('stock_balance', 'b')
      .where('(warehouse, item) > (:warehouse, :item)', { warehouse, item })
      .orderBy('warehouse')
      .addOrderBy('item')
      .limit(limit);
    if (isNegative) balances.andWhere('(on_hand < 0 or on_hand < reserved)');
    return (await rowsOf<BalanceRecord>(run, balances)).map(balanceOf);
  },
  async movements({ item, warehouse }, after, limit) {
    const known = `select 1 from stock_movement
      where warehouse = $1 and item = $2 and place = $3`;
    await knownCursor(run, after || undefined, known, () => [warehouse, item, after]);
    const movements = source
      .createQueryBuilder()
      .select('*')
      .from('stock_movement', 'm')
      .where('warehouse = :warehouse and item = :item and place > :after')
      .setParameters({ warehouse, item, after })
      .orderBy('place')
      .limit(limit);
    return (await rowsOf<MovementRecord>(run, movements)).map(movementOf);
  },
  async totals() {
    const [row] = await run<{ on_hand: string; value: string; movements: bigint }>(
      `select coalesce(sum(on_hand), 0)::text as on_hand, coalesce(sum(value), 0)::text as value,
         (select count(*) from stock_movement) as movements from stock_balance`,
    );
    const { on_hand = '0', value = '0', movements = 0n } = row ?? {};
    return { onHand: BigInt(on_hand), value: BigInt(value), movements: Number(movements) };
  },
});
