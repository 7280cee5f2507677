/** Locks and unlocks months, and lists those that are locked. */
import { unknownCursor, type CallContext } from '@morrow/contract';
import {
  commitChange,
  eventOf,
  isDuplicate,
  NotInState,
  transitionOf,
} from '@morrow/document-keeper';
import { isCalendarMonth } from '@morrow/kernel';
import { Ledger, periodsPageMax } from '@morrow/protocol-ledger';
import { allRows } from './facts.ts';
import { period as periodType } from './books.document.ts';
import type { Tools } from './post-entries.ts';

type Turn = 'periodLocked' | 'periodUnlocked';
type Locking = Pick<Ledger, 'lockPeriod' | 'unlockPeriod' | 'periods'>;

export const locking = ({ engines, clock, ids, facts }: Tools): Locking => {
  /** Refusal where the period stands in that state already. A name that is no month was taken once,
   * and can only be unlocked. */
  const refusalOf = (turn: Turn, period: string) => {
    if (!isCalendarMonth(period)) return Ledger.fail('notAMonth', { period });
    return Ledger.fail(turn === 'periodLocked' ? 'notOpen' : 'notLocked', { period });
  };
  const turnBy =
    (turn: Turn) =>
    async ({ period }: { readonly period: string }, context: CallContext) => {
      if (turn === 'periodLocked' && !isCalendarMonth(period))
        throw Ledger.fail('notAMonth', { period });
      try {
        return await commitChange(engines, clock, context, async () => {
          const row = await engines.documents(context).find(periodType, 'period', period);
          const event = eventOf(Ledger, turn, { period });
          const transition = transitionOf(periodType, row, row?.id ?? ids.next(), [event]);
          return { transitions: [transition], output: { period } };
        });
      } catch (error) {
        if (error instanceof NotInState || isDuplicate(error)) throw refusalOf(turn, period);
        throw error;
      } finally {
        await facts.of(context, true);
      }
    };
  return {
    lockPeriod: turnBy('periodLocked'),
    unlockPeriod: turnBy('periodUnlocked'),
    async periods({ after, limit = periodsPageMax }, context) {
      const documents = engines.documents(context);
      // one that was unlocked since the page before is still there
      if (after !== undefined && !(await documents.find(periodType, 'period', after)))
        throw unknownCursor();
      const rows = (await allRows(documents, periodType, { state: 'locked' }))
        .map(({ id, fields }) => ({ id, period: fields.period }))
        .filter(({ period }) => after === undefined || period > after)
        .sort((a, b) => (a.period < b.period ? -1 : 1));
      const page = rows.slice(0, limit);
      const changes = await engines.kept(context).ledger.lastChanges(page.map(({ id }) => id));
      const byId = new Map(changes.map((change) => [change.streamId, change]));
      const periods = page.flatMap(({ id, period }) => {
        const change = byId.get(id);
        if (!change) return [];
        const { actor, onBehalfOf = actor } = change.meta;
        return [{ period, lockedAt: new Date(change.at), lockedBy: onBehalfOf.slice(0, 200) }];
      });
      return { periods, next: rows.length > limit ? page.at(-1)?.period : undefined };
    },
  };
};
