/** Timers: rows with the moment at which they are to be tried. */
import type { CommitPoint, DueTimer, Timers } from '@morrow/engines';
import type { Run } from './run.ts';

interface TimerRecord {
  readonly id: string;
  readonly due_at: Date;
  readonly stream_id: string;
  readonly name: string;
  readonly data: DueTimer['data'];
  readonly meta: DueTimer['meta'];
  readonly attempts: number;
}
const timerOf = ({ due_at, stream_id, ...timer }: TimerRecord): DueTimer => ({
  id: timer.id,
  dueAt: due_at.toISOString(),
  streamId: stream_id,
  name: timer.name,
  data: timer.data,
  meta: timer.meta,
  attempts: timer.attempts,
});

const columns = 'id, due_at, stream_id, name, data, meta, attempts';

/** Inside a transaction: ends the first timer that is due and that nobody else holds. */
export async function takeTimer(
  run: Run,
  names: readonly string[],
  now: string,
): Promise<DueTimer | undefined> {
  const [row] = await run<TimerRecord>(
    `delete from timer where id = (
       select id from timer where try_at <= $2 and name = any($1::text[])
       order by try_at, id limit 1 for update skip locked)
     returning ${columns}`,
    [names, now],
  );
  return row && timerOf(row);
}

/** Inside a transaction: ends a timer that has failed, due or not. */
export async function takeFailedTimer(run: Run, id: string): Promise<DueTimer | undefined> {
  const [row] = await run<TimerRecord>(
    `delete from timer where id = (
       select id from timer where id = $1 and attempts > 0 for update skip locked)
     returning ${columns}`,
    [id],
  );
  return row && timerOf(row);
}

type FailedRecord = TimerRecord & { readonly sentence: string };
const failedTimerOf = (row: FailedRecord) => ({ ...timerOf(row), sentence: row.sentence });

export const timersOf = (run: Run, commitPoint: CommitPoint): Timers => ({
  async claim(name, { now, until, owner, limit }) {
    commitPoint('timer.claim', 'before');
    const rows = await run<TimerRecord>(
      `with due as materialized (
         select ${columns}, try_at from timer where name = $1 and try_at <= $2
         order by try_at, id limit $5 for update skip locked),
       claimed as (
         update timer t set due_at = $3, try_at = $3, data = jsonb_build_object('owner', $4::text)
         from due where t.id = due.id)
       select ${columns} from due order by try_at, id`,
      [name, now, until, owner, limit],
    );
    commitPoint('timer.claim', 'after');
    return rows.map(timerOf);
  },
  async next(names) {
    const [row] = await run<{ at: Date | null }>(
      'select min(try_at) as at from timer where name = any($1::text[])',
      [names],
    );
    return row?.at?.toISOString();
  },
  async postpone({ id, dueAt, attempts }, { sentence, tryAt }) {
    commitPoint('timer.postpone', 'before');
    await run(
      `update timer set attempts = attempts + 1, sentence = $4, try_at = $5
       where id = $1 and due_at = $2 and attempts = $3`,
      [id, dueAt, attempts, sentence, tryAt ?? null],
    );
    commitPoint('timer.postpone', 'after');
  },
  async failed({ after, limit }) {
    const rows = await run<FailedRecord>(
      `select ${columns}, sentence from timer
       where attempts > 0 and ($1::uuid is null or id > $1) order by id limit $2`,
      [after ?? null, limit],
    );
    return rows.map(failedTimerOf);
  },
  async failedOne(id) {
    const [row] = await run<FailedRecord>(
      `select ${columns}, sentence from timer where id = $1 and attempts > 0`,
      [id],
    );
    return row && failedTimerOf(row);
  },
});
