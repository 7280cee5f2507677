/** Entries: builds what is asked for into entry rows with their events, or throws the declared
 * refusal. */
import { decideEntry, type AskedEntry, type BookRefusal, type EntryRow } from '@morrow/book-keeper';
import { eventOf } from '@morrow/document-keeper';
import {
  platformError,
  recordedOf,
  type ProtocolError,
  type RecordedEvent,
} from '@morrow/contract';
import { amountMax, isWithin, type CalendarDate, type Id } from '@morrow/kernel';
import { Ledger } from '@morrow/protocol-ledger';
import type { Facts } from './facts.ts';

function refused(refusal: BookRefusal): ProtocolError {
  const { code, ...data } = refusal;
  return Ledger.fail(code, data as never);
}

/** The row of an entry with the event that tells of it. */
export function entryFor(facts: Facts, asked: AskedEntry, id: string): EntryRow {
  // a sale of an earlier release may have amounts that no entry holds
  if (asked.lines.some(({ amount }) => !isWithin(amount, amountMax)))
    throw platformError('ledger', 'invalid', `An amount of ${asked.source} has over 18 digits.`);
  const decided = decideEntry(facts, asked, id);
  if ('refusal' in decided) throw refused(decided.refusal);
  const { entry } = decided;
  const event = eventOf(Ledger, 'entryPosted', {
    entryId: id as Id<'entry'>,
    source: entry.source,
    date: entry.date as CalendarDate,
    currency: entry.currency,
    memo: entry.memo,
    lines: entry.lines.map(({ account, amount }) => ({ account, amount: BigInt(amount) })),
  });
  return { ...entry, event };
}

/** The entry that its stream tells of, for a replay; none where the stream is a document's. */
export function entriesOf(stream: readonly RecordedEvent[]): readonly EntryRow[] {
  return recordedOf(Ledger, stream).flatMap(({ type, data: posted }) => {
    if (type !== 'entryPosted') return [];
    const { entryId: id, source, date, currency, memo } = posted;
    const lines = posted.lines.map(({ account, amount }) => ({ account, amount: `${amount}` }));
    return [{ id, source, date, currency, memo, lines }];
  });
}
