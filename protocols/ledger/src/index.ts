/** The general ledger: balanced journal entries over a chart of accounts, and the reports drawn
 * from them. */
import {
  Code,
  command,
  defineProtocol,
  idSchema,
  Minor,
  query,
  Text,
  CalendarDate,
  type PortFor,
} from '@morrow/contract';
import { CurrencyText } from '@morrow/protocol-companies';
import { z } from 'zod';

export const EntryId = idSchema('entry');
export const AccountCode = Code(16);
/** A month, `2010-12`. */
export const Period = Code(7);
export const accountKinds = ['asset', 'liability', 'equity', 'income', 'expense'] as const;
export const AccountKind = z.enum(accountKinds);
export const entryLinesMax = 50;
export const batchEntriesMax = 250;
export const batchLinesMax = 1500;

export const Account = z.object({
  code: AccountCode,
  name: Text(80),
  kind: AccountKind,
  /** What other domains call it, so that they need not know the chart: `inventory`. */
  role: Code(32).optional(),
  /** Entries go to postable accounts only; the others are headings. */
  isPostable: z.boolean(),
  parent: AccountCode.optional(),
});
export type Account = z.output<typeof Account>;

/** `account` is a code of the chart, or `@` and a role. Amount in minor units: debit above zero. */
const AskedLine = { account: Code(40), amount: Minor };
const header = {
  /** What the entry is for; posting the same source twice posts once. */
  source: Code(120),
  date: CalendarDate,
  currency: CurrencyText,
  memo: Text(120),
};
const Line = z.object({ account: AccountCode, amount: Minor });
const Total = z.object({ account: AccountCode, name: Text(80), debit: Minor, credit: Minor });

export const Ledger = defineProtocol({
  name: 'ledger',
  version: 1,
  domain: 'finance',
  summary: 'Balanced journal entries over a chart of accounts',
  errors: {
    unbalanced: {
      fault: 'invalid',
      data: z.object({ source: Code(120), difference: Minor }),
      sentence: 'The lines of {source} do not add up to zero but to {difference}.',
    },
    tooFewLines: {
      fault: 'invalid',
      data: z.object({ source: Code(120) }),
      sentence: 'An entry has two lines or more: {source} has not.',
    },
    unknownAccount: {
      fault: 'invalid',
      data: z.object({ account: Code(40) }),
      sentence: 'There is no account {account}.',
    },
    notPostable: {
      fault: 'invalid',
      data: z.object({ account: AccountCode }),
      sentence: 'The account {account} is a heading: choose one below it.',
    },
    periodLocked: {
      fault: 'conflict',
      data: z.object({ period: Period }),
      sentence: 'The period {period} is locked.',
    },
    wrongCurrency: {
      fault: 'invalid',
      data: z.object({ currency: CurrencyText }),
      sentence: 'The books are not kept in {currency}.',
    },
    accountTaken: {
      fault: 'conflict',
      data: z.object({ code: AccountCode }),
      sentence: 'There is an account {code} already.',
    },
    notOpen: {
      fault: 'conflict',
      data: z.object({ period: Period }),
      sentence: 'The period {period} stands in that state already.',
    },
    unknownEntry: {
      fault: 'missing',
      data: z.object({ entryId: EntryId }),
      sentence: 'There is no entry {entryId}.',
    },
  },
  operations: {
    openAccount: command({
      summary: 'Adds an account to the chart',
      input: Account,
      output: Account,
      errors: ['accountTaken', 'unknownAccount'],
    }),
    listAccounts: query({
      summary: 'The chart of accounts by code',
      input: z.object({}),
      output: z.object({ accounts: z.array(Account).max(400) }),
      errors: [],
    }),
    post: command({
      summary: 'Posts one entry; a source that was posted before changes nothing',
      input: z.object({ ...header, lines: z.array(z.object(AskedLine)).max(entryLinesMax) }),
      output: z.object({ entryId: EntryId, isNew: z.boolean() }),
      errors: [
        'unbalanced', 'tooFewLines', 'unknownAccount', 'notPostable', 'periodLocked', 'wrongCurrency',
      ], // prettier-ignore
      workflow: true,
    }),
    postMany: command({
      summary:
        'Posts what the platform derived from facts, all or none: known sources are passed over, and what falls into a locked period is dated to the first day of the next open one',
      input: z.object({
        entries: z.array(z.object(header)).min(1).max(batchEntriesMax),
        lines: z.array(z.object({ entry: z.int().min(0), ...AskedLine })).max(batchLinesMax),
      }),
      output: z.object({ posted: z.int(), known: z.int() }),
      errors: ['unbalanced', 'tooFewLines', 'unknownAccount', 'notPostable', 'wrongCurrency'],
      workflow: true,
    }),
    reverse: command({
      summary: 'Posts the contrary of an entry',
      input: z.object({ entryId: EntryId, date: CalendarDate, memo: Text(120) }),
      output: z.object({ entryId: EntryId }),
      errors: ['unknownEntry', 'periodLocked'],
      workflow: true,
    }),
    lockPeriod: command({
      summary: 'Closes a month: nothing is posted into it any more',
      input: z.object({ period: Period }),
      output: z.object({ period: Period }),
      errors: ['notOpen'],
    }),
    unlockPeriod: command({
      summary: 'Opens a locked month again',
      input: z.object({ period: Period }),
      output: z.object({ period: Period }),
      errors: ['notOpen'],
    }),
    trialBalance: query({
      summary: 'Debit and credit of every account that has either, up to a day',
      input: z.object({ upTo: CalendarDate.optional() }),
      output: z.object({
        currency: CurrencyText,
        lines: z.array(Total).max(400),
        total: z.object({ debit: Minor, credit: Minor }),
      }),
      errors: [],
    }),
    generalLedger: query({
      summary: 'Lines of one account by day, a page at a time',
      input: z.object({
        account: AccountCode,
        after: Code(80).optional(),
        limit: z.int().min(1).max(200),
      }),
      output: z.object({
        lines: z
          .array(
            z.object({
              entryId: EntryId, date: CalendarDate, memo: Text(120), source: Code(120), amount: Minor,
            }), // prettier-ignore
          )
          .max(200),
        next: Code(80).optional(),
      }),
      errors: ['unknownAccount'],
    }),
    listEntries: query({
      summary: 'Entries with their lines in the order of posting, a page at a time',
      input: z.object({ after: EntryId.optional(), limit: z.int().min(1).max(40) }),
      output: z.object({
        entries: z
          .array(z.object({ entryId: EntryId, ...header, lines: z.array(Line).max(entryLinesMax) }))
          .max(40),
        next: EntryId.optional(),
      }),
      errors: [],
    }),
  },
  events: {
    accountOpened: { version: 1, summary: 'The chart has one more account', data: Account },
    bookOpened: {
      version: 1,
      summary: 'The books are kept in a currency',
      data: z.object({ currency: CurrencyText }),
    },
    entryPosted: {
      version: 1,
      summary: 'A balanced entry stands in the journal',
      data: z.object({ entryId: EntryId, ...header, lines: z.array(Line).max(entryLinesMax) }),
    },
    periodLocked: {
      version: 1,
      summary: 'A month is closed',
      data: z.object({ period: Period }),
    },
    periodUnlocked: {
      version: 1,
      summary: 'A month is open again',
      data: z.object({ period: Period }),
    },
  },
});
export type Ledger = PortFor<typeof Ledger>;
