/** Follows sales: what was shipped is owed by the customer, what was given back is credited. */
import { openDate, type AskedEntry } from '@morrow/book-keeper';
import { on, onBatch, type CallContext, type HandledOf } from '@morrow/contract';
import { unitOf, type Session } from '@morrow/document-keeper';
import type { Clock, Ids } from '@morrow/kernel';
import { Companies } from '@morrow/protocol-companies';
import { Orders } from '@morrow/protocol-orders';
import { Returns } from '@morrow/protocol-returns';
import { entryFor } from './entries.ts';
import type { FactsBook } from './facts.ts';
import { revenueEntry } from './revenue.ts';

interface Tools {
  readonly facts: FactsBook;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** A sale in another currency, which was taken before orders were held to that of the company. It
 * is set aside, and this is what people read there. */
function refuseForeign({ currency, memo }: AskedEntry, books: string): void {
  if (currency === books) return;
  throw new Error(
    `${memo} is in ${currency}, but the books are kept in ${books}. Post its amount in ${books} ` +
      'by hand, to an account of your own instead of the trade receivables, and skip this event.',
  );
}

async function postAll(
  asked: readonly (AskedEntry | undefined)[],
  { facts: book, clock, ids }: Tools,
  context: CallContext,
  session: Session,
): Promise<void> {
  const facts = await book.ready(context, true);
  for (const entry of asked) if (entry) refuseForeign(entry, facts.currency);
  const entries = asked.flatMap((entry) =>
    entry ? [entryFor(facts, { ...entry, date: openDate(facts, entry.date) }, ids.next())] : [],
  );
  if (!entries.length) return;
  const change = { transitions: [], entries, factsVersion: facts.version, output: undefined };
  await session.write(unitOf(context, clock.now(), change));
}

const soldOf = ({ data: shipped }: HandledOf<typeof Orders, 'orderShipped'>) => {
  const { number, shippedAt: at, currency, total, lines, orderId } = shipped;
  return revenueEntry({ source: `sale:${orderId}`, number, at, currency, total, lines }, 'sale');
};
const returnedOf = ({ data: received }: HandledOf<typeof Returns, 'returnReceived'>) => {
  const { number, receivedAt: at, currency, total, lines, returnId } = received;
  const source = `return:${returnId}`;
  return revenueEntry({ source, number, at, currency, total, lines }, 'return');
};

export const followSales = onBatch(
  Orders,
  ['orderShipped'],
  { name: 'followSales', summary: 'Posts what the customer owes and the revenue' },
  (tools: Tools) => ({
    handle: (events, context, session: Session) =>
      postAll(events.map(soldOf), tools, context, session),
  }),
);
export const followReturns = onBatch(
  Returns,
  ['returnReceived'],
  { name: 'followReturns', summary: 'Posts the credit for what was returned' },
  (tools: Tools) => ({
    handle: (events, context, session: Session) =>
      postAll(events.map(returnedOf), tools, context, session),
  }),
);
export const followCompany = on(
  Companies,
  {
    companySetUp: ({ data: { currency } }, context, _session, { facts }: Tools) =>
      facts.openBook(context, currency),
  },
  { name: 'followCompany', summary: 'Opens the books in the currency of the company' },
);
