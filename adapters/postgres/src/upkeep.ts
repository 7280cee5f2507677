/** Upkeep of a database: the laws checked on what is stored, and what goes after a while. */
import type { DocumentType, Kept } from '@morrow/contract';
import type { CommitPoint, Upkeep } from '@morrow/engines';
import type { JsonObject } from '@morrow/kernel';
import { digestPage } from './digest-page.ts';
import type { DocumentTable } from './document-table.ts';
import { lifecycleCounts } from './lifecycle-counts.ts';
import type { Run } from './run.ts';
import { rebuildLock } from './schema-sql.ts';

export interface UpkeepPlan {
  readonly tables: readonly DocumentTable[];
  readonly types: ReadonlyMap<string, DocumentType>;
  readonly keeps: readonly Kept[];
  readonly commitPoint: CommitPoint;
}

/** Each law: a statement that gives one sentence for each row that breaks it. */
const bookLaws = [
  `select format('The books of %s do not add up to zero but to %s',
     currency, sum(debit - credit)) as fault
   from account_balance group by currency having sum(debit - credit) <> 0`,
  `select format('The entry %s (%s) adds up to %s over %s lines',
     e.id, e.source, sum(l.amount), count(*)) as fault
   from entry e left join entry_line l on l.entry_id = e.id group by e.id
   having coalesce(sum(l.amount), 1) <> 0 or count(*) < 2`,
  `select format('The balance of %s in %s is stored as %s and recomputed as %s',
     account, period, s.net, r.net) as fault
   from (select account, currency, period, debit - credit as net from account_balance) s
   full join (
     select l.account, e.currency, to_char(l.date, 'YYYY-MM') as period, sum(l.amount) as net
     from entry_line l join entry e on e.id = l.entry_id group by 1, 2, 3
   ) r using (account, currency, period)
   where coalesce(s.net, 0) <> coalesce(r.net, 0)`,
];
const stockLaws = [
  `select format('%s in %s: %s on hand worth %s, but its movements add up to %s worth %s',
     item, warehouse, b.on_hand, b.value, m.quantity, m.value) as fault
   from stock_balance b
   full join (
     select warehouse, item, sum(quantity) as quantity, sum(value + correction) as value
     from stock_movement group by 1, 2
   ) m using (warehouse, item)
   where coalesce(b.on_hand, 0) <> coalesce(m.quantity, 0)
     or coalesce(b.value, 0) <> coalesce(m.value, 0)`,
  `select format('%s in %s: %s reserved, which is below zero', item, warehouse, reserved) as fault
   from stock_balance where reserved < 0`,
  `select format('Reservation %s waits for stock, but everything it wants is available',
     w.reservation) as fault
   from stock_waiting w left join stock_balance b using (warehouse, item)
   group by w.reservation
   having bool_and(w.quantity <= coalesce(b.on_hand - b.reserved, 0))`,
  `select format('%s in %s: the movement at %s stands at %s worth %s, '
       'its predecessors add up to %s worth %s',
     item, warehouse, place, on_hand_after, value_after, q, v) as fault
   from (
     select *, sum(quantity) over w as q, sum(value + correction) over w as v from stock_movement
     window w as (partition by warehouse, item order by place)
   ) x
   where on_hand_after <> q or value_after <> v`,
];
const eventLaws = [
  `select format('The number %s of a published event is followed by %s', last, next) as fault
   from (
     select first_number + n - 1 as last, lead(first_number) over (order by first_number) as next
     from publication
   ) x where next <> last + 1`,
  `select format('The timer %s %s has failed %s times and waits for a person: %s',
     name, id, attempts, sentence) as fault
   from timer where try_at is null`,
  `select format('The timer %s %s was due at %s, and nobody took it', name, id, due_at) as fault
   from timer where try_at < now() - interval '1 day'`,
];
const documentLaws = ({ name, documentType }: DocumentTable) => [
  `select format('%s %s has version %s, but %s events',
     '${documentType}', d.id, d.version, count(e.*)) as fault
   from "${name}" d left join event e on e.stream_id = d.id
   group by d.id having count(e.*) <> d.version`,
];

export const upkeepOf = (run: Run, plan: UpkeepPlan): Upkeep => ({
  digestLines: (from, bytesMax) => digestPage(run, plan, { from, bytesMax }),
  async faults() {
    const laws = [
      ...eventLaws,
      ...plan.tables.flatMap(documentLaws),
      ...(plan.keeps.includes('book') ? bookLaws : []),
      ...(plan.keeps.includes('stock') ? stockLaws : []),
    ];
    const faults: string[] = [];
    for (const law of laws)
      for (const { fault } of await run<{ fault: string }>(`${law} limit 50`)) faults.push(fault);
    return faults;
  },
  lifecycles: () => lifecycleCounts(run, plan.tables),
  async pruneReceipts(before, limit) {
    plan.commitPoint('receipts.prune', 'before');
    const [row] = await run<{ n: number }>(
      `with pruned as (delete from receipt where ctid = any(array(
         select ctid from receipt where at < $1 limit $2)) returning 1)
       select count(*)::int as n from pruned`,
      [before, limit],
    );
    plan.commitPoint('receipts.prune', 'after');
    return row?.n ?? 0;
  },
  async noteReplay(state) {
    await run(
      `insert into replay (state) values ($1)
       on conflict (one) do update set state = excluded.state, at = now()`,
      [JSON.stringify(state)],
    );
  },
  async lastReplay() {
    const [row] = await run<{ state: JsonObject; isUnderWay: boolean }>(
      `select state, exists (select from pg_locks where locktype = 'advisory'
         and classid = ${rebuildLock} and objsubid = 2
         and objid::bigint = hashtext(current_schema())::bigint & 4294967295 and database =
           (select oid from pg_database where datname = current_database())) as "isUnderWay"
       from replay`,
    );
    return row;
  },
});
