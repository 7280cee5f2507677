/** Timers: rows with the moment at which they are to be tried. */
import type { CommitPoint, DueTimer, FailedTimer, Session, Timers } from '@morrow/engines';
import { textOrder } from '@morrow/kernel';
import { byId } from './documents.ts';
import type { MemoryDatabase } from './memory-database.ts';
import { frozenCopy } from './table.ts';
import type { Tables, TimerRow } from './tables.ts';

const timerOf = ({ tryAt: _, sentence: __, ...timer }: TimerRow): DueTimer => timer;
const failedOf = (row: TimerRow): FailedTimer => ({
  ...timerOf(row),
  sentence: row.sentence ?? '',
});
const hasFailed = ({ attempts }: TimerRow) => attempts > 0;

type Tried = TimerRow & { readonly tryAt: string };
/** Those for the handlers that are to be tried at all, the earliest first. */
const inTurn = ({ timers }: Tables, names: readonly string[]): readonly Tried[] =>
  timers
    .rows()
    .filter((row): row is Tried => names.includes(row.name) && row.tryAt !== undefined)
    .sort((one, other) => textOrder(one.tryAt, other.tryAt) || byId(one, other));

/** What a transaction does with timers. */
export const timersInside = (tables: Tables): Pick<Session, 'takeTimer' | 'takeFailedTimer'> => ({
  async takeTimer(names, now) {
    const [first] = inTurn(tables, names);
    if (!first || first.tryAt > now) return undefined;
    tables.timers.delete(first.id);
    return timerOf(first);
  },
  async takeFailedTimer(id) {
    const row = tables.timers.get(id);
    if (!row || !hasFailed(row)) return undefined;
    tables.timers.delete(id);
    return timerOf(row);
  },
});

export function memoryTimers(database: MemoryDatabase, commitPoint: CommitPoint): Timers {
  const { tables } = database;
  const { timers } = tables;
  return {
    claim: (name, { now, until, owner, limit }) =>
      database.commit(
        async (draft) => {
          const due = inTurn(draft, [name]).filter(({ tryAt }) => tryAt <= now);
          const claimed = due.slice(0, limit);
          const data = { owner };
          for (const row of claimed)
            draft.timers.set(row.id, frozenCopy({ ...row, dueAt: until, tryAt: until, data }));
          return claimed.map(timerOf);
        },
        (when) => commitPoint('timer.claim', when),
      ),
    next: async (names) => inTurn(tables, names)[0]?.tryAt,
    postpone: ({ id, dueAt, attempts }, { sentence, tryAt }) =>
      database.commit(
        async (draft) => {
          const row = draft.timers.get(id);
          if (row?.dueAt === dueAt && row.attempts === attempts)
            draft.timers.set(id, frozenCopy({ ...row, attempts: attempts + 1, sentence, tryAt }));
        },
        (when) => commitPoint('timer.postpone', when),
      ),
    async failed({ after, limit }) {
      const rows = timers.rows().filter(hasFailed).sort(byId);
      const later = rows.filter(({ id }) => after === undefined || textOrder(id, after) > 0);
      return later.slice(0, limit).map(failedOf);
    },
    async failedOne(id) {
      const row = timers.get(id);
      return row && hasFailed(row) ? failedOf(row) : undefined;
    },
  };
}
