/** The tables that a rebuild fills: those of the domain in a schema beside it, and what waits to be
 * settled. */
import type { Kept } from '@morrow/contract';
import type { Derived, MovementFact, MovementRow, ValueMovements } from '@morrow/engines';
import { typedColumns } from './commit-function.ts';
import { documentStatements } from './document-schema.ts';
import { foreignColumns, makeForeign } from './foreign-columns.ts';
import { recordOf, type DocumentTable } from './document-table.ts';
import type { Run } from './run.ts';
import { bookTables, stockTables } from './schema-sql.ts';
import { movementRecord } from './stock-tables.ts';
import { waitingRecord } from './stock-waiting.ts';

export interface RebuildPlan {
  readonly domain: string;
  readonly role: string;
  readonly tables: readonly DocumentTable[];
  readonly keeps: readonly Kept[];
}
const waiting = `
create table movement_fact (warehouse text, item text, place text, fact jsonb not null,
  primary key (warehouse, item, place));
create table reserved_fact (stream_id uuid, warehouse text, item text, quantity bigint not null);
create index on reserved_fact (stream_id);`;
const factsPerPage = 5000;

/** Tables that a replay derives, with the columns that tell their rows apart. */
export const derivedTables = ({ tables, keeps }: RebuildPlan) => [
  ...tables.map((table) => ({
    name: table.name,
    key: ['id'],
    columns: typedColumns(table).map(([column]) => column),
  })),
  ...(keeps.includes('book') ? bookTableShapes : []),
  ...(keeps.includes('stock') ? stockTableShapes : []),
];
const bookTableShapes = [
  { name: 'entry', key: ['id'], columns: ['source', 'date', 'currency', 'memo'] },
  { name: 'entry_line', key: ['entry_id', 'line'], columns: ['account', 'amount', 'date'] },
  { name: 'account_balance', key: ['account', 'currency', 'period'], columns: ['debit', 'credit'] },
];
const stockTableShapes = [
  {
    name: 'stock_balance',
    key: ['warehouse', 'item'],
    columns: ['on_hand', 'reserved', 'value', 'last_cost', 'last_place'],
    // a row that was locked and never changed says nothing
    where: `on_hand <> 0 or reserved <> 0 or value <> 0 or last_place <> ''`,
  },
  {
    name: 'stock_movement',
    key: ['warehouse', 'item', 'place'],
    columns: [
      ...['document_id', 'kind', 'quantity', 'cost', 'value', 'correction'],
      ...['on_hand_after', 'value_after', 'cost_after'],
    ],
  },
  {
    name: 'stock_waiting',
    key: ['reservation', 'warehouse', 'item'],
    columns: ['rank', 'quantity'],
  },
];

/** Makes the empty tables; the connection's search path names their schema. */
export async function makeTables(run: Run, { domain, tables, keeps }: RebuildPlan): Promise<void> {
  if (keeps.includes('book')) await run(bookTables);
  if (keeps.includes('stock')) await run(`${stockTables}; ${waiting}`);
  for (const table of tables)
    for (const statement of documentStatements(table, new Map())) await run(statement);
  await makeForeign(run, domain, await foreignColumns(run, domain, tables));
  // those in use may allow choices that are not declared any more
  const checks = await run<Record<'table' | 'name' | 'definition', string>>(
    `select relname as table, conname as name, pg_get_constraintdef(c.oid) as definition
     from pg_constraint c join pg_class t on t.oid = conrelid
     where connamespace = $1::regnamespace and contype = 'c' and relname = any($2::text[])`,
    [domain, tables.map(({ name }) => name)],
  );
  for (const { table, name, definition } of checks)
    await run(`alter table "${table}" drop constraint if exists "${name}",
      add constraint "${name}" ${definition}`);
}

/** Writes rows of streams; those of a stream that was written before are replaced. */
export async function writeDerived(
  run: Run,
  plan: RebuildPlan,
  derived: readonly Derived[],
): Promise<void> {
  for (const table of plan.tables) await writeDocuments(run, table, derived);
  if (plan.keeps.includes('book')) await writeEntries(run, derived);
  if (plan.keeps.includes('stock')) await writeFacts(run, derived);
}

async function writeDocuments(run: Run, table: DocumentTable, derived: readonly Derived[]) {
  const records = derived.flatMap(({ document }) => {
    if (document?.documentType !== table.documentType) return [];
    const { row, createdAt, updatedAt } = document;
    return [{ ...recordOf(table, row, 0, 0), created_at: createdAt, updated_at: updatedAt }];
  });
  if (!records.length) return;
  const times = ['created_at', 'updated_at'].map((column) => [column, 'timestamptz'] as const);
  const typed = [...typedColumns(table), ...times];
  const names = typed.map(([column]) => `"${column}"`).join(', ');
  const record = typed.map(([column, type]) => `"${column}" ${type}`).join(', ');
  const sets = typed.map(([column]) => `"${column}" = excluded."${column}"`).join(', ');
  await run(
    `insert into "${table.name}" (${names}) select ${names}
     from json_to_recordset($1) as r(${record})
     on conflict (id) do update set ${sets}`,
    [JSON.stringify(records)],
  );
}

async function writeEntries(run: Run, derived: readonly Derived[]) {
  const entries = derived.flatMap((one) => one.entries);
  if (!entries.length) return;
  await run(
    `insert into entry (id, source, date, currency, memo) select id, source, date, currency, memo
     from json_to_recordset($1) as r(id uuid, source text, date date, currency text, memo text)
     on conflict do nothing`,
    [JSON.stringify(entries)],
  );
  const lines = entries.flatMap(({ id, date, lines: own }) =>
    own.map(({ account, amount }, line) => ({ entry_id: id, line, account, amount, date })),
  );
  await run(
    `insert into entry_line (entry_id, line, account, amount, date)
     select entry_id, line, account, amount, date from json_to_recordset($1)
       as r(entry_id uuid, line smallint, account text, amount bigint, date date)
     on conflict do nothing`,
    [JSON.stringify(lines)],
  );
}

async function writeFacts(run: Run, derived: readonly Derived[]) {
  const facts = derived.flatMap(({ facts: own, streamId }) =>
    own.map((fact) => ({ streamId, fact })),
  );
  const moved = facts.flatMap(({ fact }) => (fact.fact === 'movement' ? [storedFact(fact)] : []));
  const held = facts.flatMap(({ streamId, fact }) => {
    const { warehouse, item, quantity } = fact;
    return fact.fact === 'reserved'
      ? [{ stream_id: streamId, warehouse, item, quantity: String(quantity) }]
      : [];
  });
  if (moved.length)
    await run(
      `insert into movement_fact select warehouse, item, place, fact
       from json_to_recordset($1) as r(warehouse text, item text, place text, fact jsonb)
       on conflict do nothing`,
      [JSON.stringify(moved)],
    );
  await run('delete from reserved_fact where stream_id = any($1::uuid[])', [
    derived.map(({ streamId }) => streamId),
  ]);
  const queued = facts.flatMap(({ streamId: reservation, fact }) =>
    fact.fact === 'waiting' ? [waitingRecord({ ...fact, reservation })] : [],
  );
  await run('delete from stock_waiting where reservation = any($1::uuid[])', [
    derived.map(({ streamId }) => streamId),
  ]);
  if (queued.length)
    await run(
      `insert into stock_waiting
       select * from json_populate_recordset(null::stock_waiting, $1::json)`,
      [JSON.stringify(queued)],
    );
  if (held.length)
    await run(
      `insert into reserved_fact
       select * from json_populate_recordset(null::reserved_fact, $1::json)`,
      [JSON.stringify(held)],
    );
}
const storedFact = ({ warehouse, item, place, quantity, cost, ...rest }: MovementFact) => ({
  warehouse,
  item,
  place,
  fact: { ...rest, quantity: String(quantity), ...(cost === undefined ? {} : { cost: `${cost}` }) },
});
interface FactRecord {
  readonly warehouse: string;
  readonly item: string;
  readonly place: string;
  readonly fact: Omit<MovementFact, 'quantity' | 'cost'> & { quantity: string; cost?: string };
}
const factOf = ({ warehouse, item, place, fact }: FactRecord): MovementFact => ({
  ...fact,
  warehouse,
  item,
  place,
  quantity: BigInt(fact.quantity),
  cost: fact.cost === undefined ? undefined : BigInt(fact.cost),
});

/** Balances of accounts and of stock, from all that was written. */
export async function settleTables(
  run: Run,
  { keeps }: RebuildPlan,
  value: ValueMovements,
): Promise<void> {
  if (keeps.includes('book'))
    await run(`truncate account_balance;
      insert into account_balance (account, currency, period, debit, credit)
      select l.account, e.currency, to_char(l.date, 'YYYY-MM'), sum(greatest(l.amount, 0)),
        sum(greatest(-l.amount, 0))
      from entry_line l join entry e on e.id = l.entry_id group by 1, 2, 3`);
  if (!keeps.includes('stock')) return;
  await run('truncate stock_movement, stock_balance');
  let last: Pick<FactRecord, 'warehouse' | 'item' | 'place'> = {
    warehouse: '',
    item: '',
    place: '',
  };
  for (;;) {
    const page = await run<FactRecord>(
      `select * from movement_fact where (warehouse, item, place) > ($1, $2, $3)
       order by warehouse, item, place limit ${factsPerPage}`,
      [last.warehouse, last.item, last.place],
    );
    last = page.at(-1) ?? last;
    if (page.length) await writeMovements(run, value(page.map(factOf)));
    if (page.length < factsPerPage) break;
  }
  await run(`insert into stock_balance
      (warehouse, item, on_hand, reserved, value, last_cost, last_place)
    select warehouse, item, coalesce(m.on_hand_after, 0), coalesce(r.quantity, 0),
      coalesce(m.value_after, 0), coalesce(m.cost_after, 0), coalesce(m.place, '')
    from (select distinct on (warehouse, item) * from stock_movement
      order by warehouse, item, place desc) m
    full join (select warehouse, item, sum(quantity) as quantity from reserved_fact group by 1, 2) r
      using (warehouse, item)`);
}
const writeMovements = (run: Run, rows: readonly MovementRow[]) =>
  run(
    `insert into stock_movement
     select * from json_populate_recordset(null::stock_movement, $1::json)`,
    [JSON.stringify(rows.map(movementRecord))],
  );
