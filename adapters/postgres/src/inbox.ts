/** What handlers have seen, and what they could not handle. */
import type { CommitPoint, DeadLetter, Inbox, Session } from '@morrow/engines';
import type { Run } from './run.ts';

interface LetterRecord {
  readonly handler: string;
  readonly producer: string;
  readonly number: bigint;
  readonly attempts: number;
  readonly sentence: string;
  readonly retry_at: Date | null;
}
const letterOf = ({ number, retry_at, ...letter }: LetterRecord): DeadLetter => ({
  ...letter,
  number: Number(number),
  retryAt: retry_at?.toISOString(),
});

interface StandingRecord {
  readonly handler: string;
  readonly producer: string;
  readonly watermark: bigint;
  readonly parked: bigint;
}
const standingsText = `
  select handler, producer, coalesce(max(number), 0) as watermark,
    coalesce(sum(parked), 0) as parked
  from (
    select handler, producer, number, 0 as parked from watermark
    union all select handler, producer, null, 1 from dead_letter) seen
  group by handler, producer`;

/** What a transaction does with events and letters. */
type Marks = Pick<Session, 'take' | 'checkpoint' | 'park' | 'settle'>;
export const lettersIn = (run: Run): Marks => ({
  async take(handler, producer, numbers) {
    const [row] = await run<{ fresh: (string | bigint)[] }>(
      'select take_events($1, $2, $3::bigint[]) as fresh',
      [handler, producer, numbers],
    );
    return (row?.fresh ?? []).map(Number);
  },
  async checkpoint(handler, producer, from, to) {
    const moved = await run(
      `insert into watermark (handler, producer, number) values ($1, $2, $4)
       on conflict (handler, producer) do update set number = excluded.number
         where watermark.number = $3
       returning number`,
      [handler, producer, from, to],
    );
    return moved.length > 0;
  },
  async park({ handler, producer, number, attempts, sentence, retryAt }) {
    await run(
      `insert into dead_letter values ($1, $2, $3, $4, $5, $6)
       on conflict (handler, producer, number) do update set attempts = excluded.attempts,
         sentence = excluded.sentence, retry_at = excluded.retry_at`,
      [handler, producer, number, attempts, sentence, retryAt ?? null],
    );
  },
  async settle(handler, producer, number) {
    const gone = await run(
      `delete from dead_letter where handler = $1 and producer = $2 and number = $3
       returning number`,
      [handler, producer, number],
    );
    return gone.length > 0;
  },
});

const lettersFrom = (run: Run): Pick<Inbox, 'letters' | 'letter' | 'toRetry'> => ({
  async letters({ after, limit }) {
    const rows = await run<LetterRecord>(
      `select * from dead_letter
       where $1::text is null or (handler, producer, number) > ($1, $2::text, $3::bigint)
       order by handler, producer, number limit $4`,
      [after?.handler ?? null, after?.producer ?? null, after?.number ?? null, limit],
    );
    return rows.map(letterOf);
  },
  async letter({ handler, producer, number }) {
    const [row] = await run<LetterRecord>(
      'select * from dead_letter where handler = $1 and producer = $2 and number = $3',
      [handler, producer, number],
    );
    return row && letterOf(row);
  },
  async toRetry(handler, producer, limit) {
    const rows = await run<LetterRecord>(
      `select * from dead_letter
       where handler = $1 and producer = $2 and retry_at is not null
       order by retry_at limit $3`,
      [handler, producer, limit],
    );
    return rows.map(letterOf);
  },
});

export function inboxOf(run: Run, commitPoint: CommitPoint): Inbox {
  const watermark = async (handler: string, producer: string) => {
    const [row] = await run<{ number: bigint }>(
      'select number from watermark where handler = $1 and producer = $2',
      [handler, producer],
    );
    return Number(row?.number ?? 0);
  };
  return {
    watermark,
    async fresh(handler, producer, numbers) {
      const rows = await run<{ number: bigint }>(
        `select n as number from unnest($3::bigint[]) with ordinality as asked(n, at)
         where n > coalesce((select number from watermark where handler = $1 and producer = $2), 0)
           and n not in (select number from inbox where handler = $1 and producer = $2)
         order by at`,
        [handler, producer, numbers],
      );
      return rows.map(({ number }) => Number(number));
    },
    async standings() {
      const rows = await run<StandingRecord>(standingsText);
      return rows.map(({ watermark, parked, ...handler }) => ({
        ...handler,
        watermark: Number(watermark),
        parked: Number(parked),
      }));
    },
    ...lettersFrom(run),
    async postpone({ handler, producer, number, attempts }, { sentence, tryAt }) {
      commitPoint('inbox.postpone', 'before');
      await run(
        `update dead_letter set attempts = attempts + 1, sentence = $5, retry_at = $6
         where handler = $1 and producer = $2 and number = $3 and attempts = $4`,
        [handler, producer, number, attempts, sentence, tryAt ?? null],
      );
      commitPoint('inbox.postpone', 'after');
    },
  };
}
