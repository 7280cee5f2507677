-- A database of version 2 as the release of that time made it, with rows of every kind: what upgrades start from.
create schema if not exists "books";
create table if not exists migration (version int primary key, at timestamptz not null default now());
create table if not exists event (
  stream_id uuid, stream_version int, document_type text not null, protocol text not null,
  type text not null, schema_version smallint not null, data jsonb not null, meta jsonb not null,
  at timestamptz(3) not null, primary key (stream_id, stream_version));
create table if not exists outbox (
  pos bigint generated always as identity primary key, stream_id uuid not null,
  first_version int not null, n smallint not null) with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=5000, autovacuum_vacuum_cost_delay=0);
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
  with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=5000, autovacuum_vacuum_cost_delay=0);
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
  one bool primary key default true, state jsonb not null, at timestamptz not null default now());
create table if not exists ledger_facts (one bool primary key default true, version bigint not null default 1);
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
  account text, currency text, period text, debit bigint not null default 0,
  credit bigint not null default 0, primary key (account, currency, period))
  with (fillfactor=20, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=2000, autovacuum_vacuum_cost_delay=0);
create table if not exists stock_balance (
  item text, warehouse text, on_hand bigint not null default 0, reserved bigint not null default 0,
  value bigint not null default 0, last_cost bigint not null default 0, last_place text not null default '',
  primary key (warehouse, item)) with (fillfactor=50);
create table if not exists stock_movement (
  item text, warehouse text, place text, document_id uuid not null, kind text not null,
  quantity bigint not null, cost bigint, value bigint not null, correction bigint not null,
  on_hand_after bigint not null, value_after bigint not null, cost_after bigint not null,
  primary key (warehouse, item, place));
create table if not exists "note" (id uuid primary key, version int not null, state text not null,
      lifecycle_id text not null, lifecycle_version int not null, lifecycle_hash text not null,
      created_at timestamptz not null default now(), updated_at timestamptz not null default now()
      ) with (fillfactor=70);
alter table "note" add column if not exists "number" text;
alter table "note" add column if not exists "customer" text;
alter table "note" add column if not exists "pieces" bigint;
alter table "note" add column if not exists "is_urgent" boolean;
alter table "note" add column if not exists "total" numeric;
alter table "note" add column if not exists "weight" numeric;
alter table "note" add column if not exists "unit_price" numeric;
alter table "note" add column if not exists "day" date;
alter table "note" add column if not exists "sent_at" timestamptz(3);
alter table "note" add column if not exists "way" text;
alter table "note" add column if not exists "owner" uuid;
alter table "note" add column if not exists "lines" jsonb;
create unique index if not exists "note_number" on "note" ("number");
create index if not exists "note_customer" on "note" ("customer");
create index if not exists "note_owner" on "note" ("owner");
create index "note_state" on "note" (state, id);
create table if not exists "account" (id uuid primary key, version int not null, state text not null,
      lifecycle_id text not null, lifecycle_version int not null, lifecycle_hash text not null,
      created_at timestamptz not null default now(), updated_at timestamptz not null default now()
      ) with (fillfactor=70);
alter table "account" add column if not exists "code" text;
create unique index if not exists "account_code" on "account" ("code");
create index "account_state" on "account" (state, id);
drop function if exists publish_events(bigint, int, bigint, bigint[]);
create or replace function publish_events(p_fence bigint, p_limit int, p_hint bigint, p_missing bigint[])
returns table (pos bigint, number bigint, stream_id uuid, stream_version int, document_type text,
  protocol text, type text, schema_version smallint, data jsonb, meta jsonb, at timestamptz)
language plpgsql as $$
declare b bigint; k bigint;
begin
  select r.n into b from relay r where r.fence = p_fence for update;
  if b is null then raise exception 'another relay has taken over' using errcode = '55P03'; end if;
  return query
  with x as (
    delete from outbox o where o.pos = any(
      array(select o2.pos from outbox o2 where o2.pos > p_hint order by o2.pos limit p_limit)
      || array(select o3.pos from outbox o3 where o3.pos = any(p_missing))) returning o.*),
  p as (
    insert into publication as pp (first_number, stream_id, first_version, n)
    select b + 1 + coalesce(sum(x.n) over (order by x.pos rows between unbounded preceding and 1 preceding), 0),
      x.stream_id, x.first_version, x.n from x returning pp.*)
  select x.pos, p.first_number + e.stream_version - p.first_version, e.stream_id, e.stream_version,
    e.document_type, e.protocol, e.type, e.schema_version, e.data, e.meta, e.at
  from p join x on x.stream_id = p.stream_id and x.first_version = p.first_version
  join event e on e.stream_id = p.stream_id
    and e.stream_version between p.first_version and p.first_version + p.n - 1
  order by 2;
  get diagnostics k = row_count;
  if k > 0 then update relay set n = b + k; end if;
end $$;
create or replace function take_events(p_handler text, p_producer text, p_numbers bigint[])
returns bigint[] language plpgsql as $$
declare w bigint; fresh bigint[]; top bigint;
begin
  insert into watermark (handler, producer) values (p_handler, p_producer) on conflict do nothing;
  select number into w from watermark where handler = p_handler and producer = p_producer for update;
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
  update watermark set number = w where handler = p_handler and producer = p_producer and number < w;
  return fresh;
end $$;
create or replace function commit_units(p_documents json, p_joint int[], p_events json, p_streams json,
  p_receipts json, p_entries json, p_lines json, p_bumps boolean)
returns table (stale_units int[], old_units int[]) language plpgsql as $$
declare stale int[] := '{}'; old int[] := '{}'; gone int[]; v bigint;
begin
  if p_documents->'note' is not null then
    with r as materialized (select * from json_to_recordset(p_documents->'note') as r(u int, n int, "id" uuid, "version" int, "state" text, "lifecycle_id" text, "lifecycle_version" int, "lifecycle_hash" text, "number" text, "customer" text, "pieces" bigint, "is_urgent" boolean, "total" numeric, "weight" numeric, "unit_price" numeric, "day" date, "sent_at" timestamptz(3), "way" text, "owner" uuid, "lines" jsonb) where r.version > r.n),
    x as (update "note" d set "version" = r."version", "state" = r."state", "number" = r."number", "customer" = r."customer", "pieces" = r."pieces", "is_urgent" = r."is_urgent", "total" = r."total", "weight" = r."weight", "unit_price" = r."unit_price", "day" = r."day", "sent_at" = r."sent_at", "way" = r."way", "owner" = r."owner", "lines" = r."lines", updated_at = now() from r
      where d.id = r.id and d.version = r.version - r.n returning d.id)
    select stale || coalesce(array_agg(r.u), '{}') into stale
      from r left join x on x.id = r.id where x.id is null;
    if stale && p_joint then raise exception 'stale %', stale[1] using errcode = 'MW001'; end if;
    insert into "note" ("id", "version", "state", "lifecycle_id", "lifecycle_version", "lifecycle_hash", "number", "customer", "pieces", "is_urgent", "total", "weight", "unit_price", "day", "sent_at", "way", "owner", "lines") select r."id", r."version", r."state", r."lifecycle_id", r."lifecycle_version", r."lifecycle_hash", r."number", r."customer", r."pieces", r."is_urgent", r."total", r."weight", r."unit_price", r."day", r."sent_at", r."way", r."owner", r."lines" from json_to_recordset(p_documents->'note') as r(u int, n int, "id" uuid, "version" int, "state" text, "lifecycle_id" text, "lifecycle_version" int, "lifecycle_hash" text, "number" text, "customer" text, "pieces" bigint, "is_urgent" boolean, "total" numeric, "weight" numeric, "unit_price" numeric, "day" date, "sent_at" timestamptz(3), "way" text, "owner" uuid, "lines" jsonb) where r.version = r.n;
  end if;
  if p_documents->'account' is not null then
    with r as materialized (select * from json_to_recordset(p_documents->'account') as r(u int, n int, "id" uuid, "version" int, "state" text, "lifecycle_id" text, "lifecycle_version" int, "lifecycle_hash" text, "code" text) where r.version > r.n),
    x as (update "account" d set "version" = r."version", "state" = r."state", "code" = r."code", updated_at = now() from r
      where d.id = r.id and d.version = r.version - r.n returning d.id)
    select stale || coalesce(array_agg(r.u), '{}') into stale
      from r left join x on x.id = r.id where x.id is null;
    if stale && p_joint then raise exception 'stale %', stale[1] using errcode = 'MW001'; end if;
    insert into "account" ("id", "version", "state", "lifecycle_id", "lifecycle_version", "lifecycle_hash", "code") select r."id", r."version", r."state", r."lifecycle_id", r."lifecycle_version", r."lifecycle_hash", r."code" from json_to_recordset(p_documents->'account') as r(u int, n int, "id" uuid, "version" int, "state" text, "lifecycle_id" text, "lifecycle_version" int, "lifecycle_hash" text, "code" text) where r.version = r.n;
  end if;
  if p_entries is not null then
    perform pg_advisory_xact_lock_shared(hashtext(current_schema() || '.facts'));
    select version into v from ledger_facts;
    select coalesce(array_agg(distinct e.u), '{}') into old
      from json_to_recordset(p_entries) as e(u int, facts bigint) where e.facts is distinct from v and e.facts is not null;
    if old && p_joint then raise exception 'facts %', old[1] using errcode = 'MW002'; end if;
    insert into entry (id, source, date, currency, memo)
      select e.id, e.source, e.date, e.currency, e.memo
      from json_to_recordset(p_entries) as e(u int, id uuid, source text, date date, currency text, memo text)
      where not (e.u = any(old));
    insert into entry_line (entry_id, line, account, amount, date)
      select l.id, l.line, l.account, l.amount, l.date
      from json_to_recordset(p_lines) as l(u int, id uuid, line smallint, account text, amount bigint, date date)
      where not (l.u = any(old));
    insert into account_balance as b (account, currency, period, debit, credit)
      select l.account, l.currency, to_char(l.date, 'YYYY-MM'),
        sum(greatest(l.amount, 0)), sum(greatest(-l.amount, 0))
      from json_to_recordset(p_lines) as l(u int, account text, amount bigint, currency text, date date)
      where not (l.u = any(old)) group by 1, 2, 3 order by 1, 2, 3
      on conflict (account, currency, period) do update
        set debit = b.debit + excluded.debit, credit = b.credit + excluded.credit;
  end if;
  if p_bumps then
    perform pg_advisory_xact_lock(hashtext(current_schema() || '.facts'));
    update ledger_facts set version = version + 1;
  end if;
  gone := stale || old;
  if p_receipts is not null then
    insert into receipt (key, fingerprint, answer)
      select r.key, r.fingerprint, r.answer
      from json_to_recordset(p_receipts) as r(u int, key text, fingerprint text, answer json)
      where not (r.u = any(gone));
  end if;
  if p_events is not null then
    insert into event (stream_id, stream_version, document_type, protocol, type, schema_version, data, meta, at)
      select e.s, e.v, e.d, e.p, e.t, e.x, e.data, e.meta, e.at
      from json_to_recordset(p_events) as e(u int, s uuid, v int, d text, p text, t text, x smallint, data jsonb, meta jsonb, at timestamptz)
      where not (e.u = any(gone));
    insert into outbox (stream_id, first_version, n)
      select o.s, o.v, o.n from json_to_recordset(p_streams) as o(u int, s uuid, v int, n smallint)
      where not (o.u = any(gone));
  end if;
  return query select stale, old;
end $$;
truncate relay, ledger_facts;
insert into "note" select * from json_populate_record(null::"note",
  '{"id":"01890000-0000-7000-8000-000000000001","version":3,"state":"closed","lifecycle_id":"note","lifecycle_version":1,"lifecycle_hash":"6d60e78fc1d392da","created_at":"2026-11-21T06:20:13.661239+00:00","updated_at":"2026-11-21T06:20:13.666154+00:00","number":"N-1","customer":"Bob","pieces":3,"is_urgent":null,"total":700,"weight":null,"unit_price":null,"day":"2026-03-01","sent_at":"2026-03-01T00:00:00.001+00:00","way":"sea","owner":null,"lines":[{"a": 1}]}');
insert into "note" select * from json_populate_record(null::"note",
  '{"id":"01890000-0000-7000-8000-000000000003","version":1,"state":"open","lifecycle_id":"note","lifecycle_version":1,"lifecycle_hash":"6d60e78fc1d392da","created_at":"2026-11-21T06:20:13.669048+00:00","updated_at":"2026-11-21T06:20:13.669048+00:00","number":"N-2","customer":null,"pieces":null,"is_urgent":null,"total":null,"weight":null,"unit_price":null,"day":null,"sent_at":null,"way":null,"owner":null,"lines":null}');
insert into "note" select * from json_populate_record(null::"note",
  '{"id":"01890000-0000-7000-8000-000000000005","version":1,"state":"open","lifecycle_id":"note","lifecycle_version":1,"lifecycle_hash":"6d60e78fc1d392da","created_at":"2026-11-21T06:20:13.675087+00:00","updated_at":"2026-11-21T06:20:13.675087+00:00","number":"N-3","customer":null,"pieces":null,"is_urgent":null,"total":null,"weight":null,"unit_price":null,"day":null,"sent_at":null,"way":null,"owner":null,"lines":null}');
insert into "account" select * from json_populate_record(null::"account",
  '{"id":"01890000-0000-7000-8000-000000000002","version":1,"state":"open","lifecycle_id":"note","lifecycle_version":1,"lifecycle_hash":"6d60e78fc1d392da","created_at":"2026-11-21T06:20:13.667003+00:00","updated_at":"2026-11-21T06:20:13.667003+00:00","code":"1000"}');
insert into "event" select * from json_populate_record(null::"event",
  '{"stream_id":"01890000-0000-7000-8000-000000000001","stream_version":1,"document_type":"note","protocol":"notes","type":"noteOpened","schema_version":1,"data":{"number": "N-1"},"meta":{"actor": "person:ann", "trace": "00-1-1-01", "lifecycle": {"id": "note", "hash": "6d60e78fc1d392da", "version": 1}},"at":"2026-03-01T08:00:00+00:00"}');
insert into "event" select * from json_populate_record(null::"event",
  '{"stream_id":"01890000-0000-7000-8000-000000000001","stream_version":2,"document_type":"note","protocol":"notes","type":"noteSigned","schema_version":1,"data":{"customer": "Bob"},"meta":{"actor": "person:ann", "trace": "00-1-1-01"},"at":"2026-03-01T08:00:00+00:00"}');
insert into "event" select * from json_populate_record(null::"event",
  '{"stream_id":"01890000-0000-7000-8000-000000000001","stream_version":3,"document_type":"note","protocol":"notes","type":"noteClosed","schema_version":1,"data":{},"meta":{"actor": "person:ann", "trace": "00-1-1-01"},"at":"2026-03-01T08:00:00+00:00"}');
insert into "event" select * from json_populate_record(null::"event",
  '{"stream_id":"01890000-0000-7000-8000-000000000002","stream_version":1,"document_type":"account","protocol":"notes","type":"accountOpened","schema_version":1,"data":{"code": "1000"},"meta":{"actor": "person:ann", "trace": "00-1-1-01", "lifecycle": {"id": "note", "hash": "6d60e78fc1d392da", "version": 1}},"at":"2026-03-01T08:00:00+00:00"}');
insert into "event" select * from json_populate_record(null::"event",
  '{"stream_id":"01890000-0000-7000-8000-000000000003","stream_version":1,"document_type":"note","protocol":"notes","type":"noteOpened","schema_version":1,"data":{"number": "N-2"},"meta":{"actor": "person:ann", "trace": "00-1-1-01", "lifecycle": {"id": "note", "hash": "6d60e78fc1d392da", "version": 1}},"at":"2026-03-01T08:00:00+00:00"}');
insert into "event" select * from json_populate_record(null::"event",
  '{"stream_id":"01890000-0000-7000-8000-000000000004","stream_version":1,"document_type":"entry","protocol":"notes","type":"entryPosted","schema_version":1,"data":{"source": "s-1"},"meta":{"actor": "person:ann", "trace": "00-1-1-01"},"at":"2026-03-01T08:00:00+00:00"}');
insert into "event" select * from json_populate_record(null::"event",
  '{"stream_id":"01890000-0000-7000-8000-000000000005","stream_version":1,"document_type":"note","protocol":"notes","type":"noteOpened","schema_version":1,"data":{"number": "N-3"},"meta":{"actor": "person:ann", "trace": "00-1-1-01", "lifecycle": {"id": "note", "hash": "6d60e78fc1d392da", "version": 1}},"at":"2026-03-01T08:00:00+00:00"}');
insert into "outbox" overriding system value select * from json_populate_record(null::"outbox",
  '{"pos":6,"stream_id":"01890000-0000-7000-8000-000000000005","first_version":1,"n":1}');
insert into "publication" select * from json_populate_record(null::"publication",
  '{"first_number":1,"n":1,"stream_id":"01890000-0000-7000-8000-000000000001","first_version":1}');
insert into "publication" select * from json_populate_record(null::"publication",
  '{"first_number":2,"n":2,"stream_id":"01890000-0000-7000-8000-000000000001","first_version":2}');
insert into "publication" select * from json_populate_record(null::"publication",
  '{"first_number":4,"n":1,"stream_id":"01890000-0000-7000-8000-000000000002","first_version":1}');
insert into "publication" select * from json_populate_record(null::"publication",
  '{"first_number":5,"n":1,"stream_id":"01890000-0000-7000-8000-000000000003","first_version":1}');
insert into "publication" select * from json_populate_record(null::"publication",
  '{"first_number":6,"n":1,"stream_id":"01890000-0000-7000-8000-000000000004","first_version":1}');
insert into "relay" select * from json_populate_record(null::"relay",
  '{"one":true,"owner":"relay","fence":1,"lease_until":"2026-11-21T06:21:13.671613+00:00","n":6}');
insert into "receipt" select * from json_populate_record(null::"receipt",
  '{"key":"k-1","fingerprint":"f","answer":{"ok":["k-1",1.5,null]},"at":"2026-11-21T06:20:13.661239+00:00"}');
insert into "inbox" select * from json_populate_record(null::"inbox",
  '{"handler":"h","producer":"orders","number":5}');
insert into "watermark" select * from json_populate_record(null::"watermark",
  '{"handler":"h","producer":"orders","number":2}');
insert into "dead_letter" select * from json_populate_record(null::"dead_letter",
  '{"handler":"h","producer":"orders","number":7,"attempts":1,"sentence":"no such item","retry_at":null}');
insert into "ledger_facts" select * from json_populate_record(null::"ledger_facts",
  '{"one":true,"version":2}');
insert into "entry" select * from json_populate_record(null::"entry",
  '{"id":"01890000-0000-7000-8000-000000000004","source":"s-1","date":"2026-03-01","currency":"EUR","memo":"sale s-1"}');
insert into "entry_line" select * from json_populate_record(null::"entry_line",
  '{"entry_id":"01890000-0000-7000-8000-000000000004","line":0,"account":"1000","amount":700,"date":"2026-03-01"}');
insert into "entry_line" select * from json_populate_record(null::"entry_line",
  '{"entry_id":"01890000-0000-7000-8000-000000000004","line":1,"account":"4000","amount":-700,"date":"2026-03-01"}');
insert into "account_balance" select * from json_populate_record(null::"account_balance",
  '{"account":"1000","currency":"EUR","period":"2026-03","debit":700,"credit":0}');
insert into "account_balance" select * from json_populate_record(null::"account_balance",
  '{"account":"4000","currency":"EUR","period":"2026-03","debit":0,"credit":700}');
insert into "stock_balance" select * from json_populate_record(null::"stock_balance",
  '{"item":"TEA","warehouse":"W1","on_hand":5,"reserved":0,"value":10,"last_cost":2000000,"last_place":"2026-03-01"}');
insert into "stock_movement" select * from json_populate_record(null::"stock_movement",
  '{"item":"TEA","warehouse":"W1","place":"2026-03-01","document_id":"01890000-0000-7000-8000-000000000001","kind":"receipt","quantity":5,"cost":2000000,"value":10,"correction":0,"on_hand_after":5,"value_after":10,"cost_after":2000000}');
insert into "migration" select * from json_populate_record(null::"migration",
  '{"version":2,"at":"2026-11-21T06:20:13.569254+00:00"}');
