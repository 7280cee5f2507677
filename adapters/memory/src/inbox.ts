/** What handlers have seen, and what they could not handle. */
import type { CommitPoint, DeadLetter, Inbox, LetterKey, Session } from '@morrow/engines';
import { textOrder } from '@morrow/kernel';
import type { MemoryDatabase } from './memory-database.ts';
import { frozenCopy, keyOf } from './table.ts';
import type { Seen, Tables } from './tables.ts';

const letterKey = ({ handler, producer, number }: LetterKey) => keyOf(handler, producer, number);
const letterOrder = (one: LetterKey, other: LetterKey): number =>
  textOrder(one.handler, other.handler) ||
  textOrder(one.producer, other.producer) ||
  one.number - other.number;

function seenBy({ seen }: Tables, handler: string, producer: string): Seen {
  const none = { handler, producer, watermark: 0, above: new Set<number>() };
  return seen.get(keyOf(handler, producer)) ?? none;
}

/** What a transaction does with events and letters. */
type Marks = Pick<Session, 'take' | 'checkpoint' | 'park' | 'settle'>;
export const lettersInside = (tables: Tables): Marks => ({
  async take(handler, producer, numbers) {
    const before = seenBy(tables, handler, producer);
    const fresh = [...new Set(numbers)]
      .filter((number) => number > before.watermark && !before.above.has(number))
      .sort((one, other) => one - other);
    const above = new Set([...before.above, ...fresh]);
    let { watermark } = before;
    while (above.delete(watermark + 1)) watermark++;
    tables.seen.set(keyOf(handler, producer), { handler, producer, watermark, above });
    return fresh;
  },
  async checkpoint(handler, producer, from, to) {
    const stands = tables.seen.get(keyOf(handler, producer));
    if (stands && stands.watermark !== from) return false;
    const above = stands?.above ?? new Set();
    tables.seen.set(keyOf(handler, producer), { handler, producer, watermark: to, above });
    return true;
  },
  async park(letter) {
    const { handler, producer, number, attempts, sentence, retryAt } = letter;
    tables.letters.set(
      letterKey(letter),
      frozenCopy({ handler, producer, number, attempts, sentence, retryAt }),
    );
  },
  settle: async (handler, producer, number) =>
    tables.letters.delete(letterKey({ handler, producer, number })),
});

export function memoryInbox(database: MemoryDatabase, commitPoint: CommitPoint): Inbox {
  const { tables } = database;
  const { letters } = tables;
  return {
    watermark: async (handler, producer) => seenBy(tables, handler, producer).watermark,
    async fresh(handler, producer, numbers) {
      const { watermark, above } = seenBy(tables, handler, producer);
      return numbers.filter((number) => number > watermark && !above.has(number));
    },
    async standings() {
      const known = new Map([...tables.seen.rows(), ...letters.rows()].map(pairOf));
      return [...known.values()].map(({ handler, producer }) => ({
        ...{ handler, producer, watermark: seenBy(tables, handler, producer).watermark },
        parked: lettersOf(handler, producer).length,
      }));
    },
    async letters({ after, limit }) {
      const later = letters.rows().filter((letter) => !after || letterOrder(letter, after) > 0);
      return later.sort(letterOrder).slice(0, limit);
    },
    letter: async (key) => letters.get(letterKey(key)),
    async toRetry(handler, producer, limit) {
      const due = lettersOf(handler, producer).flatMap(({ retryAt, ...letter }) =>
        retryAt === undefined ? [] : [{ ...letter, retryAt }],
      );
      return due.sort((one, other) => textOrder(one.retryAt, other.retryAt)).slice(0, limit);
    },
    postpone: (letter, { sentence, tryAt }) =>
      database.commit(
        async (draft) => {
          const stored = draft.letters.get(letterKey(letter));
          if (stored?.attempts !== letter.attempts) return;
          const attempts = letter.attempts + 1;
          draft.letters.set(letterKey(letter), { ...stored, attempts, sentence, retryAt: tryAt });
        },
        (when) => commitPoint('inbox.postpone', when),
      ),
  };

  function lettersOf(handler: string, producer: string): readonly DeadLetter[] {
    return letters.rows().filter((each) => each.handler === handler && each.producer === producer);
  }
}
const pairOf = ({ handler, producer }: Omit<LetterKey, 'number'>) =>
  [keyOf(handler, producer), { handler, producer }] as const;
