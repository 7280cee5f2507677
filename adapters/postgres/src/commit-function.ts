/** Writes the PL/pgSQL function that commits a group of units of a domain: set-based, one call, one
 * commit. */
import { createHash } from 'node:crypto';
import type { DocumentTable } from './document-table.ts';
import { byIndex } from './schema-sql.ts';

const own: readonly (readonly [string, string])[] = [
  ['id', 'uuid'],
  ['version', 'int'],
  ['state', 'text'],
  ['lifecycle_id', 'text'],
  ['lifecycle_version', 'int'],
  ['lifecycle_hash', 'text'],
];

/** Columns of a document's row with their types, those of every document first. */
export const typedColumns = ({
  columns,
}: DocumentTable): readonly (readonly [string, string])[] => [
  ...own,
  ...columns.map(({ name, type }) => [name, type] as const),
];

function documentSection(table: DocumentTable): string {
  const { documentType, name } = table;
  const typed = typedColumns(table);
  const record = typed.map(([column, type]) => `"${column}" ${type}`).join(', ');
  const names = typed.map(([column]) => `"${column}"`).join(', ');
  const values = typed.map(([column]) => `r."${column}"`).join(', ');
  const changed = typed.filter(([column]) => column !== 'id');
  const sets = changed.map(([column]) => `"${column}" = r."${column}"`).join(', ');
  const rowsOf = (section: string) => `jsonb_to_recordset(${section}->'${documentType}')
      as r(_unit int, _events int, _at timestamptz, ${record})`;
  return `
  if p_documents->'${documentType}' is not null then
    with r as materialized (select * from ${rowsOf('p_documents')}),
    x as (update "${name}" d set ${sets}, updated_at = r._at from r
      where d.id = r.id and d.version = r.version - r._events returning d.id)
    select stale || coalesce(array_agg(r._unit), '{}') into stale
      from r left join x on x.id = r.id where x.id is null;
    if stale && p_joint then raise exception 'stale %', stale[1] using errcode = 'MW001'; end if;
  end if;
  if p_begins->'${documentType}' is not null then
    insert into "${name}" (${names}, created_at, updated_at)
      select ${values}, r._at, r._at from ${rowsOf('p_begins')};
  end if;`;
}

/** Entries and balances, decided on facts that may not move before the commit: postings share an
 * advisory lock, and whoever changes a fact takes it alone; who does both takes it alone at once,
 * since two who share it would wait for each other. */
const bookSection = `
  if p_bumps then perform pg_advisory_xact_lock(hashtext(current_schema() || '.facts'));
  elsif p_entries is not null then
    perform pg_advisory_xact_lock_shared(hashtext(current_schema() || '.facts'));
  end if;
  if p_entries is not null then
    select version into v from ledger_facts;
    select coalesce(array_agg(distinct e.u), '{}') into old
      from jsonb_to_recordset(p_entries) as e(u int, facts bigint)
      where e.facts is distinct from v and e.facts is not null;
    if old && p_joint then raise exception 'facts %', old[1] using errcode = 'MW002'; end if;
    insert into entry (id, source, date, currency, memo)
      select e.id, e.source, e.date, e.currency, e.memo
      from jsonb_to_recordset(p_entries)
        as e(u int, id uuid, source text, date date, currency text, memo text)
      where not (e.u = any(old));
    insert into entry_line (entry_id, line, account, amount, date)
      select l.id, l.line, l.account, l.amount, l.date
      from jsonb_to_recordset(p_lines)
        as l(u int, id uuid, line smallint, account text, amount bigint, date date)
      where not (l.u = any(old));
    insert into account_balance as b (account, currency, period, debit, credit)
      select l.account, l.currency, to_char(l.date, 'YYYY-MM'),
        sum(greatest(l.amount, 0)), sum(greatest(-l.amount, 0))
      from jsonb_to_recordset(p_lines)
        as l(u int, account text, amount bigint, currency text, date date)
      where not (l.u = any(old)) group by 1, 2, 3 order by 1, 2, 3
      on conflict (account, currency, period) do update
        set debit = b.debit + excluded.debit, credit = b.credit + excluded.credit;
  end if;
  if p_bumps then update ledger_facts set version = version + 1; end if;`;

/** Timers are dropped, set, or set anew. */
const timerSection = `
  if p_dropped is not null then
    delete from timer t using jsonb_to_recordset(p_dropped) as r(u int, id uuid)
      where t.id = r.id and not (r.u = any(gone));
  end if;
  if p_timers is not null then
    insert into timer (id, due_at, try_at, stream_id, name, data, meta)
      select r.id, r.due, r.due, r.s, r.name, r.data, r.meta
      from jsonb_to_recordset(p_timers)
        as r(u int, id uuid, due timestamptz, s uuid, name text, data jsonb, meta jsonb)
      where not (r.u = any(gone)) order by r.id
      on conflict (id) do update set due_at = excluded.due_at, try_at = excluded.try_at,
        stream_id = excluded.stream_id, name = excluded.name, data = excluded.data,
        meta = excluded.meta, attempts = 0, sentence = null;
  end if;`;

/** The function by which a process commits, and its name in the schema of the domain. */
export interface CommitFunction {
  readonly name: string;
  readonly text: string;
}

/** The function gives the positions of units that were not stored: `stale` first, then those of old
 * facts. It sets exactly the columns that this process knows, so each set of columns has a function
 * of its own, named after its text: processes of different releases, or with different packs,
 * share a database without replacing each other's function or clearing each other's columns.
 * Sections are `jsonb`, parsed once however often they are read; answers stay the text that they
 * are. */
export function commitFunction(
  tables: readonly DocumentTable[],
  keepsBook: boolean,
): CommitFunction {
  const rest = definition(tables, keepsBook);
  const hash = createHash('sha256').update(rest).digest('hex').slice(0, 12);
  const name = `commit_units_${hash}`;
  return { name, text: `create or replace function ${name}(${rest}` };
}

const definition = (tables: readonly DocumentTable[], keepsBook: boolean): string => `p_documents
  jsonb, p_joint int[], p_events jsonb,
  p_streams jsonb, p_receipts json, p_entries jsonb, p_lines jsonb, p_bumps boolean,
  p_timers jsonb, p_begins jsonb, p_dropped jsonb)
returns table (stale_units int[], old_units int[]) language plpgsql ${byIndex} as $$
declare stale int[] := '{}'; old int[] := '{}'; gone int[]; v bigint;
begin
  ${tables.map(documentSection).join('\n')}
  ${keepsBook ? bookSection : ''}
  gone := stale || old;
  if p_receipts is not null then
    insert into receipt (key, fingerprint, answer, at)
      select r.key, r.fingerprint, r.answer, r.at
      from json_to_recordset(p_receipts)
        as r(u int, key text, fingerprint text, answer json, at timestamptz)
      where not (r.u = any(gone));
  end if;
  if p_events is not null then
    insert into event (stream_id, stream_version, document_type, protocol, type, schema_version,
        data, meta, at)
      select e.s, e.v, e.d, e.p, e.t, e.x, e.data, e.meta, e.at
      from jsonb_to_recordset(p_events)
        as e(u int, s uuid, v int, d text, p text, t text, x smallint, data jsonb, meta jsonb,
          at timestamptz)
      where not (e.u = any(gone));
    insert into outbox (stream_id, first_version, n)
      select o.s, o.v, o.n from jsonb_to_recordset(p_streams) as o(u int, s uuid, v int, n smallint)
      where not (o.u = any(gone));
  end if;
  ${timerSection}
  return query select stale, old;
end $$;`;
