/** What may be posted by hand: the days, accounts and sources that are open to people, and to
 * workflows, which act for people. */
import { accountNamed, type AskedEntry } from '@morrow/book-keeper';
import type { CallContext } from '@morrow/contract';
import { dateOf, type CalendarDate, type Instant } from '@morrow/kernel';
import { isControlRole, isDerivedSource, isReversalSource, Ledger } from '@morrow/protocol-ledger';
import type { Facts } from './facts.ts';

/** Whether a service of the platform calls: the claim says so, which the dispatcher has checked. A
 * binding without claims believes the context. */
export const isService = ({ claim, actor }: CallContext): boolean =>
  /^(service|module):/.test(claim?.actor ?? actor);

const firstDay = '1900-01-01' as CalendarDate;
/** Entries are dated up to so many days ahead. */
const daysAhead = 366;

/** Refuses a day before 1900, and one that is more than a year ahead. */
export function refuseDistant(date: CalendarDate, now: Instant): void {
  const to = dateOf(new Date(now.getTime() + daysAhead * 86_400_000));
  if (date < firstDay || date > to)
    throw Ledger.fail('dateOutOfRange', { date, from: firstDay, to });
}

/** Refuses an entry that only the platform posts, and one on a distant day. */
export function refuseByHand(
  facts: Facts,
  { source, date, lines }: AskedEntry,
  now: Instant,
): void {
  if (isDerivedSource(source) || isReversalSource(source))
    throw Ledger.fail('reservedSource', { source });
  refuseDistant(date, now);
  for (const line of lines) {
    const { code, role } = accountNamed(facts, line.account) ?? {};
    if (code !== undefined && isControlRole(role))
      throw Ledger.fail('controlAccount', { account: code, role });
  }
}
