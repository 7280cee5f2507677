/** Who waits for stock: the order of service, and the turns that transactions take, so that
 * balances are locked in one order or by one transaction alone. */
import type { StockKey, StockReads, StockTables, WaitingCursor, WaitingRow } from '@morrow/engines';
import type { Run } from './run.ts';
import { byIndex } from './schema-sql.ts';

interface WaitingRecord {
  readonly reservation: string;
  readonly warehouse: string;
  readonly item: string;
  readonly rank: string;
  readonly quantity: string;
}
export const waitingRecord = (row: WaitingRow): WaitingRecord => ({
  reservation: row.reservation,
  warehouse: row.warehouse,
  item: row.item,
  rank: row.rank,
  quantity: String(row.quantity),
});
/** Warehouses and items of keys, as two parameters. */
export const keysOf = (keys: readonly StockKey[]): string[][] => [
  keys.map(({ warehouse }) => warehouse),
  keys.map(({ item }) => item),
];

/** Takes a turn in one call. Two advisory locks of the schema: who may join those that wait, then
 * who may lock balances. The look between them has a snapshot of its own, after nobody can join. */
export const turnFunction = `
create or replace function stock_turn(p_warehouses text[], p_items text[], p_queueing bool)
returns bool language plpgsql ${byIndex} as $$
declare waited bool := false; own int := hashtext(current_schema());
begin
  if p_queueing then perform pg_advisory_xact_lock(471103, own);
  elsif cardinality(p_items) > 0 then perform pg_advisory_xact_lock_shared(471103, own);
  end if;
  if cardinality(p_items) > 0 then
    select exists (select from stock_waiting join unnest(p_warehouses, p_items) k(warehouse, item)
      using (warehouse, item)) into waited;
  end if;
  if p_queueing or waited then perform pg_advisory_xact_lock(471104, own);
  else perform pg_advisory_xact_lock_shared(471104, own);
  end if;
  return waited;
end $$;`;

type Waiting = Pick<StockTables, 'turn' | 'await' | 'forget' | 'servable'>;

export const stockWaiting = (run: Run): Waiting => ({
  async turn({ freed, isQueueing }) {
    const [found] = await run<{ is_waited: boolean }>(
      'select stock_turn($1::text[], $2::text[], $3) as is_waited',
      [...keysOf(freed), isQueueing],
    );
    return found?.is_waited ?? false;
  },
  async await(rows) {
    if (!rows.length) return;
    await run(
      `insert into stock_waiting
       select * from json_populate_recordset(null::stock_waiting, $1::json)`,
      [JSON.stringify(rows.map(waitingRecord))],
    );
  },
  async forget(reservations) {
    if (!reservations.length) return;
    await run('delete from stock_waiting where reservation = any($1::uuid[])', [reservations]);
  },
  async servable(keys, limit) {
    // of those that wait for a key and could have it, those that could have all of their lines
    const rows = await run<{ reservation: string }>(
      `with concerned as (
         select distinct w.reservation from stock_waiting w
         join unnest($1::text[], $2::text[]) k(warehouse, item) using (warehouse, item)
         join stock_balance b using (warehouse, item)
         where w.quantity <= b.on_hand - b.reserved)
       select w.reservation from concerned join stock_waiting w using (reservation)
       left join stock_balance b using (warehouse, item)
       group by w.reservation
       having bool_and(w.quantity <= coalesce(b.on_hand - b.reserved, 0))
       order by min(w.rank), w.reservation limit $3`,
      [...keysOf(keys), limit],
    );
    return rows.map(({ reservation }) => reservation);
  },
});

/** Lines that wait, in the order of service. */
export async function waitingLines(
  run: Run,
  { warehouse, item }: Parameters<StockReads['waiting']>[0],
  after: WaitingCursor | undefined,
  limit: number,
): ReturnType<StockReads['waiting']> {
  const rows = await run<WaitingRecord & Record<string, string>>(
    `select reservation, warehouse, item, rank, quantity::text from stock_waiting
     where ($1::text is null or warehouse = $1) and ($2::text is null or item = $2)
       and ($3::text is null or (rank, reservation, warehouse, item) > ($3, $4::uuid, $5, $6))
     order by rank, reservation, warehouse, item limit $7`,
    [
      ...[warehouse ?? null, item ?? null],
      ...[after?.rank ?? null, after?.reservation ?? null],
      ...[after?.warehouse ?? null, after?.item ?? null, limit],
    ],
  );
  return rows.map((row) => ({ ...row, quantity: BigInt(row.quantity) }));
}
