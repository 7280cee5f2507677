/** The tables of a domain's schema beside its documents: events, receipts, inbox, keepers' rows. */
const eagerly = (rows: number) =>
  `autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=${rows},
    autovacuum_vacuum_cost_delay=0`;
const queue = eagerly(5000);

/** Advisory lock, with the hash of the domain, that a rebuild holds. */
export const rebuildLock = 471_102;

/** Events, their numbers, and what handlers have seen. */
const eventTables = `
create table if not exists event (
  stream_id uuid, stream_version int, document_type text not null, protocol text not null,
  type text not null, schema_version smallint not null, data jsonb not null, meta jsonb not null,
  at timestamptz(3) not null, primary key (stream_id, stream_version));
create table if not exists outbox (
  pos bigint generated always as identity primary key, stream_id uuid not null,
  first_version int not null, n smallint not null) with (${queue});
create table if not exists publication (
  first_number bigint primary key, n smallint not null, stream_id uuid not null,
  first_version int not null);
create unique index if not exists publication_stream on publication (stream_id, first_version);
create table if not exists relay (
  one bool primary key default true, owner text, fence bigint not null default 0,
  lease_until timestamptz, n bigint not null default 0) with (fillfactor=10);
insert into relay default values on conflict do nothing;
create table if not exists receipt (
  key text primary key, fingerprint text not null, answer json not null,
  at timestamptz not null default now());
create index if not exists receipt_at on receipt using brin (at);
create table if not exists inbox (
  handler text, producer text, number bigint, primary key (handler, producer, number))
  with (${queue});
create table if not exists watermark (
  handler text, producer text, number bigint not null default 0, primary key (handler, producer))
  with (fillfactor=20);
create table if not exists dead_letter (
  handler text, producer text, number bigint, attempts int not null, sentence text not null,
  retry_at timestamptz, primary key (handler, producer, number));
create table if not exists timer (
  id uuid primary key, due_at timestamptz not null, stream_id uuid not null, data jsonb not null);
create index if not exists timer_due on timer (due_at);
create table if not exists replay (
  one bool primary key default true, state jsonb not null, at timestamptz not null default now());`;

/** Timers know their handler, who set them, and how trying went. */
const timerColumns = `
alter table timer add column if not exists name text not null default '',
  add column if not exists meta jsonb not null default '{}',
  add column if not exists try_at timestamptz,
  add column if not exists attempts int not null default 0,
  add column if not exists sentence text;
create index if not exists timer_try on timer (try_at);`;

/** Statements by the version that they bring; each runs once, and is never edited again. */
export const versions: ReadonlyMap<number, readonly string[]> = new Map([
  [2, [eventTables]],
  [3, [timerColumns]],
]);
/** A database of a higher version is refused. */
export const schemaVersion = Math.max(...versions.keys());

/** Of the functions below, which all releases share: one that is newer is not replaced. Raised
 * whenever their text changes; what they take and give stays. */
export const functionsVersion = 1;

export const bookTables = `
create table if not exists ledger_facts (
  one bool primary key default true, version bigint not null default 1);
insert into ledger_facts default values on conflict do nothing;
create table if not exists entry (
  id uuid primary key, source text not null unique, date date not null, currency text not null,
  memo text not null);
create index if not exists entry_date on entry (date);
create table if not exists entry_line (
  entry_id uuid not null, line smallint not null, account text not null, amount bigint not null,
  date date not null, primary key (entry_id, line));
create index if not exists entry_line_account on entry_line (account, date, entry_id, line);
create table if not exists account_balance (
  account text, currency text, period text, debit numeric not null default 0,
  credit numeric not null default 0, primary key (account, currency, period))
  with (fillfactor=20, ${eagerly(2000)});`;
/** Sums of any number of amounts, where an earlier release made columns of 64 bits. */
export const wideBalances = `
alter table account_balance alter column debit type numeric, alter column credit type numeric;`;

export const stockTables = `
create table if not exists stock_balance (
  item text, warehouse text,
  on_hand bigint not null default 0, reserved bigint not null default 0,
  value bigint not null default 0, last_cost bigint not null default 0,
  last_place text not null default '',
  primary key (warehouse, item)) with (fillfactor=50);
create table if not exists stock_movement (
  item text, warehouse text, place text, document_id uuid not null, kind text not null,
  quantity bigint not null, cost bigint, value bigint not null, correction bigint not null,
  on_hand_after bigint not null, value_after bigint not null, cost_after bigint not null,
  primary key (warehouse, item, place));
create table if not exists stock_waiting (
  reservation uuid, warehouse text, item text, rank text collate "C" not null,
  quantity numeric not null, primary key (reservation, warehouse, item)) with (${queue});
create index if not exists stock_waiting_item on stock_waiting (warehouse, item, rank);
create index if not exists stock_waiting_rank on stock_waiting (rank, reservation);`;

/** What workflows wait for. Each event lies under the keys that it is found by. */
export const workflowTables = `
create table if not exists workflow_heard (
  key text, producer text, number bigint, event jsonb not null, at timestamptz not null,
  primary key (key, producer, number)) with (${queue});
create index if not exists workflow_heard_at on workflow_heard (at);
create table if not exists workflow_awaiting (
  key text, instance uuid, step text, primary key (key, instance, step)) with (${queue});
create index if not exists workflow_awaiting_instance on workflow_awaiting (instance);`;

/** Settings of a function whose statements touch a few rows by key: a plan made while the table was
 * small or bloated would read all of it, and be kept. */
export const byIndex =
  'set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off';

const relayTakes = 'p_fence bigint, p_limit int, p_hint bigint, p_missing bigint[]';
const relayHolds = `
  select r.n into b from relay r where r.fence = p_fence for update;
  if b is null then
    raise exception 'another relay has taken over' using errcode = '55P03';
  end if;`;
const relayNumbers = `
  with x as (
    delete from outbox o where o.pos = any(
      array(select o2.pos from outbox o2 where o2.pos > p_hint order by o2.pos limit p_limit)
      || array(select o3.pos from outbox o3 where o3.pos = any(p_missing))) returning o.*),
  p as (
    insert into publication as pp (first_number, stream_id, first_version, n)
    select b + 1 + coalesce(sum(x.n) over (
        order by x.pos rows between unbounded preceding and 1 preceding), 0),
      x.stream_id, x.first_version, x.n from x returning pp.*)`;

/** Numbers what was committed (events.md): lease, fence and counter are one row, so that two never
 * number at once; the outbox is a set, so the hint can delay an event but never skip it. Gives the
 * events, or only their places in the outbox where nobody listens. */
export const relayFunctions = `
create or replace function publish_events(${relayTakes})
returns table (pos bigint, number bigint, stream_id uuid, stream_version int, document_type text,
  protocol text, type text, schema_version smallint, data jsonb, meta jsonb, at timestamptz)
language plpgsql ${byIndex} as $$
declare b bigint; k bigint;
begin${relayHolds}
  return query${relayNumbers}
  select x.pos, p.first_number + e.stream_version - p.first_version, e.stream_id, e.stream_version,
    e.document_type, e.protocol, e.type, e.schema_version, e.data, e.meta, e.at
  from p join x on x.stream_id = p.stream_id and x.first_version = p.first_version
  join event e on e.stream_id = p.stream_id
    and e.stream_version between p.first_version and p.first_version + p.n - 1
  order by 2;
  get diagnostics k = row_count;
  if k > 0 then update relay set n = b + k; end if;
end $$;
create or replace function number_events(${relayTakes})
returns table (pos bigint) language plpgsql ${byIndex} as $$
declare b bigint; k bigint; places bigint[];
begin${relayHolds}${relayNumbers}
  select array_agg(x.pos), sum(x.n) into places, k from x;
  if k > 0 then update relay set n = b + k; end if;
  return query select unnest(places);
end $$;`;

/** Marks numbers as handled and gives those that were not; the contiguous beginning
 * is one number. */
export const takeFunction = `
create or replace function take_events(p_handler text, p_producer text, p_numbers bigint[])
returns bigint[] language plpgsql ${byIndex} as $$
declare w bigint; fresh bigint[]; top bigint;
begin
  insert into watermark (handler, producer) values (p_handler, p_producer) on conflict do nothing;
  select number into w from watermark where handler = p_handler and producer = p_producer
    for update;
  select array_agg(n order by n) into fresh from (
    select distinct n from unnest(p_numbers) n where n > w except
    select number from inbox where handler = p_handler and producer = p_producer) x(n);
  if fresh is null then return '{}'; end if;
  insert into inbox (handler, producer, number) select p_handler, p_producer, n from unnest(fresh) n
    where not (fresh[1] = w + 1 and fresh[cardinality(fresh)] = w + cardinality(fresh));
  if fresh[1] = w + 1 and fresh[cardinality(fresh)] = w + cardinality(fresh) then
    w := w + cardinality(fresh);
  end if;
  select max(number) into top from (
    select number, row_number() over (order by number) r from inbox
    where handler = p_handler and producer = p_producer and number > w) x where number = w + r;
  if top is not null then w := top; end if;
  delete from inbox where handler = p_handler and producer = p_producer and number <= w;
  update watermark set number = w
    where handler = p_handler and producer = p_producer and number < w;
  return fresh;
end $$;`;
