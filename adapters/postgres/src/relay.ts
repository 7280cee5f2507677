/** The relay's statements: lease, numbering by hint and holes, and a sweep that finds what they
 * missed. */
import type { CommitPoint, Relay, StoredEvent } from '@morrow/engines';
import type { Run } from './run.ts';

export interface EventRecord {
  readonly pos?: bigint;
  readonly number?: bigint;
  readonly stream_id: string;
  readonly stream_version: number;
  readonly document_type: string;
  readonly protocol: string;
  readonly type: string;
  readonly schema_version: number;
  readonly data: StoredEvent['data'];
  readonly meta: StoredEvent['meta'];
  readonly at: Date;
}
export const eventOfRecord = (record: EventRecord): StoredEvent => ({
  number: Number(record.number ?? 0),
  documentType: record.document_type,
  streamId: record.stream_id,
  streamVersion: record.stream_version,
  protocol: record.protocol,
  type: record.type,
  schemaVersion: record.schema_version,
  data: record.data,
  meta: record.meta,
  at: record.at.toISOString(),
});

const sweepMs = 1000;
const holeMs = 3000;
const holesMax = 5000;

/** Who is told of commits of this process, and of whatever was written. */
export interface RelayListeners {
  readonly committed: (() => void)[];
  readonly written: (() => void)[];
}

export function relayOf(
  run: Run,
  commitPoint: CommitPoint,
  { committed, written }: RelayListeners,
): Relay {
  let hint = 0n;
  let sweptAt = -Infinity;
  const holes = new Map<bigint, number>();
  const remember = (positions: readonly bigint[], isSweep: boolean, now: number) => {
    const sorted = [...positions].sort((a, b) => (a < b ? -1 : 1));
    for (const position of sorted) {
      holes.delete(position);
      if (!isSweep && hint > 0n)
        for (let hole = hint + 1n; hole < position && holes.size < holesMax; hole++)
          holes.set(hole, now);
      if (position > hint) hint = position;
    }
    for (const [hole, since] of holes) if (now - since > holeMs) holes.delete(hole);
  };
  /** Rows of one of the functions that number; what it skips is looked for again. */
  const numbered = async <Row extends { readonly pos?: bigint }>(
    statement: string,
    fence: number,
    limit: number,
  ): Promise<readonly Row[]> => {
    const now = performance.now();
    const isSweep = now - sweptAt > sweepMs;
    const missing = isSweep ? [] : [...holes.keys()];
    commitPoint('relay.publish', 'before');
    const rows = await run<Row>(statement, [fence, limit, isSweep ? 0n : hint, missing]);
    commitPoint('relay.publish', 'after');
    if (isSweep && rows.length < limit) sweptAt = now;
    const places = rows.flatMap(({ pos }) => (pos === undefined ? [] : [pos]));
    remember(places, isSweep, now);
    return rows;
  };
  const write: Run = async (text, values) => {
    commitPoint('relay.lease', 'before');
    const rows = await run(text, values);
    commitPoint('relay.lease', 'after');
    return rows as never;
  };
  return {
    async lease(owner, ttlMs) {
      const [row] = await write<{ fence: bigint }>(
        `update relay set owner = $1,
           fence = fence + (owner is distinct from $1 or lease_until < clock_timestamp())::int,
          lease_until = clock_timestamp() + $2 * interval '1 millisecond'
         where owner is null or owner = $1 or lease_until < clock_timestamp() returning fence`,
        [owner, ttlMs],
      );
      return row && Number(row.fence);
    },
    async publish(fence, limit) {
      const text = 'select * from publish_events($1, $2, $3, $4::bigint[])';
      return (await numbered<EventRecord>(text, fence, limit)).map(eventOfRecord);
    },
    async number(fence, limit) {
      const text = 'select pos from number_events($1, $2, $3, $4::bigint[])';
      return (await numbered<{ readonly pos: bigint }>(text, fence, limit)).length;
    },
    async release(owner) {
      await write('update relay set lease_until = clock_timestamp() where owner = $1', [owner]);
    },
    async position() {
      const [row] = await run<{ published: bigint; waiting: bigint }>(
        'select (select n from relay) as published, (select count(*) from outbox) as waiting',
      );
      return { published: Number(row?.published ?? 0), waiting: Number(row?.waiting ?? 0) };
    },
    async isBehind() {
      const [row] = await run<{ waits: boolean }>('select exists (select from outbox) as waits');
      return row?.waits ?? false;
    },
    onCommit: (listener) => void committed.push(listener),
    onWritten: (listener) => void written.push(listener),
  };
}

/** Published events after a number, in order. `offset 0` has each publication look its events up by
 * key: a plan that does not know the limit joins the whole table, for every page. */
export async function eventsSince(
  run: Run,
  after: number,
  limit: number,
): Promise<readonly StoredEvent[]> {
  const rows = await run<EventRecord>(
    `select p.first_number + e.stream_version - p.first_version as number, e.*
     from (select * from publication where first_number + n > $1 + 1 and first_number >= coalesce(
             (select max(first_number) from publication where first_number <= $1 + 1), 0)
           order by first_number limit $2) p
     cross join lateral (select * from event s where s.stream_id = p.stream_id
       and s.stream_version between p.first_version and p.first_version + p.n - 1 offset 0) e
     where p.first_number + e.stream_version - p.first_version > $1
     order by 1 limit $2`,
    [after, limit],
  ); // prettier-ignore
  return rows.map(eventOfRecord);
}

/** Published events of one stream, in order. */
export async function eventsOf(run: Run, streamId: string): Promise<readonly StoredEvent[]> {
  const rows = await run<EventRecord>(
    `select p.first_number + e.stream_version - p.first_version as number, e.*
     from event e join publication p on p.stream_id = e.stream_id
       and e.stream_version between p.first_version and p.first_version + p.n - 1
     where e.stream_id = $1 order by e.stream_version`,
    [streamId],
  );
  return rows.map(eventOfRecord);
}
