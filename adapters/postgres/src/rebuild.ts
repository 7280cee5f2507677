/** A rebuild in PostgreSQL: reads one snapshot of the events, fills a schema beside the domain's,
 * and may swap the tables. */
import { platformError } from '@morrow/contract';
import type {
  CommitPoint,
  Derived,
  Rebuild,
  Stream,
  StreamEvent,
  ValueMovements,
} from '@morrow/engines';
import type pg from 'pg';
import { adminPool, type ServerAddress } from './connections.ts';
import { carryForeign, foreignColumns, makeForeign } from './foreign-columns.ts';
import { runOn, type Run } from './run.ts';
import { compareTable } from './rebuild-compare.ts';
import {
  derivedTables,
  makeTables,
  settleTables,
  writeDerived,
  type RebuildPlan,
} from './rebuild-tables.ts';
import { eventOfRecord, type EventRecord } from './relay.ts';
import { rebuildLock } from './schema-sql.ts';
import { setByEvents } from './set-by-events.ts';
import type { Turns } from './turns.ts';

export interface RebuildGround {
  readonly server: ServerAddress;
  readonly database: string;
  readonly plan: RebuildPlan;
  readonly turns: Turns;
  readonly commitPoint: CommitPoint;
  onProblem(error: unknown): void;
}
const tooMany = 'This process is busy with other replays; try again when one of them has ended.';
const eventsPerPage = 5000;
const lockWaitMs = 5000;
const lockTries = 5;

/** Groups events that come ordered by stream; the last stream of a page may go on in the next. */
function* grouped(events: readonly StreamEvent[]): Generator<Stream> {
  for (let from = 0; from < events.length;) {
    const { streamId: id = '', documentType = '' } = events[from] ?? {};
    let to = from;
    while (events[to]?.streamId === id) to++;
    yield { id, documentType, events: events.slice(from, to) };
    from = to;
  }
}

async function* streamsOf(run: Run): AsyncGenerator<readonly Stream[]> {
  let after: readonly [string, number] = ['00000000-0000-0000-0000-000000000000', 0];
  let rest: readonly StreamEvent[] = [];
  for (;;) {
    const rows = await run<EventRecord>(
      `select * from event where (stream_id, stream_version) > ($1, $2)
       order by stream_id, stream_version limit ${eventsPerPage}`,
      after,
    );
    const streams = [...grouped([...rest, ...rows.map(eventOfRecord)])];
    const last = rows.at(-1);
    if (last) after = [last.stream_id, last.stream_version];
    if (rows.length < eventsPerPage) return void (yield streams);
    rest = streams.pop()?.events ?? [];
    yield streams;
  }
}

/** Streams with events that the relay had not numbered up to the number given. */
async function* lateStreams(run: Run, number: bigint): AsyncGenerator<readonly Stream[]> {
  const ids = await run<{ stream_id: string }>(
    `select stream_id from publication where first_number > $1 union select stream_id from outbox`,
    [number],
  );
  for (let at = 0; at < ids.length; at += 1000) {
    const rows = await run<EventRecord>(
      'select * from event where stream_id = any($1::uuid[]) order by stream_id, stream_version',
      [ids.slice(at, at + 1000).map(({ stream_id: id }) => id)],
    );
    yield [...grouped(rows.map(eventOfRecord))];
  }
}

/** Undefined while another rebuild of the domain is under way. */
export async function openRebuild(ground: RebuildGround): Promise<Rebuild | undefined> {
  const { server, database, plan, onProblem } = ground;
  const { domain } = plan;
  const back = ground.turns.tryTake(1);
  if (!back) throw platformError(domain, 'exhausted', tooMany);
  const pool = adminPool(server, database, { schema: domain, max: 2 }, onProblem);
  const end = () => pool.end().finally(back);
  const [reader, writer] = await Promise.all([pool.connect(), pool.connect()]).catch(
    async (error: unknown) => {
      await end();
      throw error;
    },
  );
  const shadow = `${domain}_rebuilt`;
  const close = async () => {
    await writer.query('rollback').catch(onProblem);
    await writer.query(`drop schema if exists "${shadow}" cascade`).catch(onProblem);
    for (const client of [reader, writer]) client.release(true);
    await end();
  };
  try {
    const [lock] = await runOn(writer)<{ mine: boolean }>(
      `select pg_try_advisory_lock(${rebuildLock}, hashtext($1)) as mine`,
      [domain],
    );
    if (!lock?.mine) {
      for (const client of [reader, writer]) client.release(true);
      await end();
      return undefined;
    }
    await reader.query('begin isolation level repeatable read read only');
    const [relay] = (await reader.query<{ n: bigint }>('select n from relay')).rows;
    await writer.query(`drop schema if exists "${shadow}" cascade; create schema "${shadow}"`);
    await writer.query(`set search_path = "${shadow}", "${domain}"`);
    await makeTables(runOn(writer), plan);
    return rebuildOn({ reader, writer, shadow, number: relay?.n ?? 0n, ground, close });
  } catch (error) {
    await close();
    throw error;
  }
}

interface Opened {
  readonly reader: pg.PoolClient;
  readonly writer: pg.PoolClient;
  readonly shadow: string;
  /** Last number given in the snapshot. */
  readonly number: bigint;
  readonly ground: RebuildGround;
  close(): Promise<void>;
}
function rebuildOn(opened: Opened): Rebuild {
  const { reader, writer, shadow, ground, close } = opened;
  const { plan } = ground;
  const [read, write] = [runOn(reader), runOn(writer)];
  const tables = derivedTables(plan);
  return {
    async count() {
      const [row] = await read<{ n: number }>('select count(*)::int as n from event');
      return row?.n ?? 0;
    },
    streams: () => streamsOf(read),
    write: (derived) => writeDerived(write, plan, derived),
    settle: (value) => settleTables(write, plan, value),
    async compare(steps) {
      await writer.query('begin');
      const found = [];
      const stored = { run: read, schema: plan.domain };
      const rebuilt = { run: write, schema: shadow };
      for (const table of tables) {
        const document = plan.tables.find(({ name }) => name === table.name);
        const setBy = document && steps && setByEvents(read, document, steps);
        found.push(await compareTable(table, stored, rebuilt, setBy));
      }
      await writer.query('commit');
      return found;
    },
    async swap(derive, newValuer) {
      // its reads hold the tables that are to be replaced
      await reader.query('commit');
      for (let tries = 1; ; tries++)
        try {
          return await swapOnce(opened, derive, newValuer);
        } catch (error) {
          await writer.query('rollback');
          const { code = '' } = error as { code?: string };
          if (!['40P01', '55P03'].includes(code) || tries >= lockTries) throw error;
        }
    },
    close,
  };
}

async function swapOnce(
  { writer, shadow, number, ground }: Opened,
  derive: (stream: Stream) => Derived,
  newValuer: () => ValueMovements,
): Promise<void> {
  const { plan, commitPoint } = ground;
  const { domain, role } = plan;
  const write = runOn(writer);
  const names = derivedTables(plan).map(({ name }) => name);
  await writer.query('begin');
  await writer.query(`set local lock_timeout = ${lockWaitMs}`);
  const live = names.map((name) => `"${domain}"."${name}"`).join(', ');
  await writer.query(`lock table ${live}, "${domain}".event in access exclusive mode`);
  let isLate = false;
  for await (const streams of lateStreams(write, number)) {
    isLate = true;
    await writeDerived(write, plan, streams.map(derive));
  }
  if (isLate) await settleTables(write, plan, newValuer());
  const foreign = await foreignColumns(write, domain, plan.tables);
  // one may have been added since the tables were made
  await makeForeign(write, domain, foreign);
  await carryForeign(write, { domain, shadow }, foreign);
  for (const name of names) {
    await writer.query(`drop table "${domain}"."${name}"`);
    await writer.query(`alter table "${shadow}"."${name}" set schema "${domain}"`);
  }
  await writer.query(`grant select, insert, update, delete on ${live} to "${role}"`);
  commitPoint('replay.swap', 'before');
  await writer.query('commit');
  commitPoint('replay.swap', 'after');
}
