/** Reverses an entry that was posted by hand: its contrary, on the same day or later. */
import { contraryOf } from '@morrow/book-keeper';
import { isDerivedSource, isReversalSource, Ledger } from '@morrow/protocol-ledger';
import { refuseDistant } from './entries-by-hand.ts';
import { postOne, type Tools } from './post-entries.ts';
import type { CalendarDate } from '@morrow/kernel';

/** An entry that the platform derived is corrected by its document: reversed by hand, it would part
 * the books from stock and sales. One that was posted by hand to a control account, which was not
 * refused once, may be reversed: that brings them together again. */
export const reversing = (tools: Tools): Pick<Ledger, 'reverse'> => ({
  async reverse({ entryId, date, memo }, context) {
    const entry = await tools.engines.kept(context).ledger.entry(entryId);
    if (!entry) throw Ledger.fail('unknownEntry', { entryId });
    const { source, date: day } = entry;
    if (isDerivedSource(source)) throw Ledger.fail('derivedEntry', { source });
    if (isReversalSource(source)) throw Ledger.fail('isReversal', { entryId });
    const entryDate = day as CalendarDate;
    if (date < entryDate) throw Ledger.fail('beforeEntry', { date, entryDate });
    const contrary = contraryOf(entry, date, memo);
    return postOne(tools, context, contrary, () => refuseDistant(date, tools.clock.now()));
  },
});
