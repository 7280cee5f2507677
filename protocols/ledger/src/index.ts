/** The general ledger: balanced journal entries over a chart of accounts, and the reports drawn
 * from them. */
import {
  Code,
  command,
  defineProtocol,
  eventDataOf,
  idSchema,
  InstantSchema,
  Minor,
  MinorSum,
  query,
  Text,
  CalendarDate,
  type PortFor,
} from '@morrow/contract';
import { CurrencyText } from '@morrow/protocol-companies';
import { z } from 'zod';
import { Account, AccountCode, AccountView } from './account.record.ts';
import { Book, Period, PeriodCode } from './books.record.ts';
import { controlRoles } from './by-hand.ts';

export { Account } from './account.record.ts';
export { Book, Period } from './books.record.ts';
export * from './by-hand.ts';
export const EntryId = idSchema('entry');
export const entryLinesMax = 50;
export const batchEntriesMax = 250;
export const batchEntryLinesMax = 1500;
/** Accounts on one page of the chart or of a trial balance. */
export const accountsPageMax = 400;
/** Locked months on one page. */
export const periodsPageMax = 200;

/** An account of the chart as it is listed. */
const ListedAccount = AccountView.extend({
  /** Whether the platform keeps its sub-ledger, so that nobody posts to it by hand. */
  isControl: z.boolean(),
});
const pageOfAccounts = {
  /** Code of the last account of the page before. */
  after: AccountCode.optional(),
  limit: z.int().min(1).max(accountsPageMax).optional(),
};

/** `account` is a code of the chart, or `@` and a role. Amount in minor units: debit above zero. */
const AskedLine = { account: Code(40), amount: Minor };
const header = {
  /** What the entry is for; posting the same source with the same content twice posts once. */
  source: Code(120),
  date: CalendarDate,
  currency: CurrencyText,
  memo: Text(120),
};
const Line = z.object({ account: AccountCode, amount: Minor });
const Total = z.object({ account: AccountCode, name: Text(80), debit: MinorSum, credit: MinorSum });
const days = { from: CalendarDate.optional(), upTo: CalendarDate.optional() };
/** An element of a batch that was not posted, by its position, and why. */
const RefusedEntry = z.object({
  entry: z.int(),
  source: Code(120),
  code: Code(32),
  sentence: Text(150),
});
const postingErrors = [
  'noCompany', 'wrongCurrency', 'dateOutOfRange', 'periodLocked', 'unknownAccount', 'notPostable',
  'controlAccount', 'reservedSource', 'unbalanced', 'tooFewLines',
] as const; // prettier-ignore

export const Ledger = defineProtocol({
  name: 'ledger',
  version: 2,
  domain: 'finance',
  summary: 'Balanced journal entries over a chart of accounts',
  errors: {
    noCompany: {
      fault: 'conflict',
      data: z.object({}),
      sentence: 'No company has been set up yet; set one up before you post.',
    },
    unbalanced: {
      fault: 'invalid',
      data: z.object({ source: Code(120), difference: MinorSum }),
      sentence: 'The lines of {source} do not add up to zero but to {difference}.',
    },
    tooFewLines: {
      fault: 'invalid',
      data: z.object({ source: Code(120) }),
      sentence: 'A journal entry needs at least two lines; {source} has fewer.',
    },
    unknownAccount: {
      fault: 'invalid',
      data: z.object({ account: Code(40) }),
      sentence: 'There is no account {account}.',
    },
    notPostable: {
      fault: 'invalid',
      data: z.object({ account: AccountCode }),
      sentence: 'The account {account} is a heading; choose an account below it.',
    },
    controlAccount: {
      fault: 'forbidden',
      data: z.object({ account: AccountCode, role: z.enum(controlRoles) }),
      sentence:
        'The account {account} ({role}) is a control account: stock and sales post to it, ' +
        'and it cannot be posted to by hand.',
    },
    reservedSource: {
      fault: 'forbidden',
      data: z.object({ source: Code(120) }),
      sentence:
        'The source {source} is reserved for entries that the platform derives; choose ' +
        'another one.',
    },
    dateOutOfRange: {
      fault: 'invalid',
      data: z.object({ date: CalendarDate, from: CalendarDate, to: CalendarDate }),
      sentence: 'An entry can be dated from {from} to {to}; {date} is outside that range.',
    },
    periodLocked: {
      fault: 'conflict',
      data: z.object({ period: PeriodCode }),
      sentence: 'The period {period} is locked.',
    },
    wrongCurrency: {
      fault: 'invalid',
      data: z.object({ currency: CurrencyText, books: CurrencyText }),
      sentence: 'The books are kept in {books}, not in {currency}.',
    },
    noName: {
      fault: 'invalid',
      data: z.object({ code: AccountCode }),
      sentence: 'The account {code} has no name.',
    },
    outerSpace: {
      fault: 'invalid',
      data: z.object({ code: AccountCode }),
      sentence: 'The code “{code}” begins or ends with a space.',
    },
    accountTaken: {
      fault: 'conflict',
      data: z.object({ code: AccountCode }),
      sentence: 'The account {code} already exists.',
    },
    roleTaken: {
      fault: 'conflict',
      data: z.object({ role: Code(32) }),
      sentence: 'Another account already has the role {role}.',
    },
    notOpen: {
      fault: 'conflict',
      data: z.object({ period: PeriodCode }),
      sentence: 'The period {period} is already locked.',
    },
    notLocked: {
      fault: 'conflict',
      data: z.object({ period: PeriodCode }),
      sentence: 'The period {period} is not locked.',
    },
    notAMonth: {
      fault: 'invalid',
      data: z.object({ period: PeriodCode }),
      sentence: 'A period is a month from 1900-01 to 9999-12, such as 2026-03; {period} is not.',
    },
    unknownEntry: {
      fault: 'missing',
      data: z.object({ entryId: EntryId }),
      sentence: 'There is no entry {entryId}.',
    },
    beforeEntry: {
      fault: 'invalid',
      data: z.object({ date: CalendarDate, entryDate: CalendarDate }),
      sentence: 'The entry is dated {entryDate}; it cannot be reversed on {date}, before that.',
    },
    derivedEntry: {
      fault: 'forbidden',
      data: z.object({ source: Code(120) }),
      sentence:
        'The entry {source} was derived by the platform; correct the document that it was ' +
        'derived from.',
    },
    isReversal: {
      fault: 'conflict',
      data: z.object({ entryId: EntryId }),
      sentence: 'The entry {entryId} is itself a reversal; post the original entry again instead.',
    },
  },
  operations: {
    openAccount: command({
      summary: 'Adds an account to the chart',
      input: AccountView,
      output: AccountView,
      errors: ['noName', 'outerSpace', 'accountTaken', 'roleTaken', 'unknownAccount'],
    }),
    listAccounts: query({
      summary: 'The chart of accounts by code, a page of up to 400 at a time',
      input: z.object(pageOfAccounts),
      output: z.object({
        accounts: z.array(ListedAccount).max(accountsPageMax),
        next: AccountCode.optional(),
      }),
      errors: [],
    }),
    post: command({
      summary:
        'Posts one entry. A source that was posted with the same content changes nothing; ' +
        'with other content it is refused as `reused`',
      input: z.object({ ...header, lines: z.array(z.object(AskedLine)).max(entryLinesMax) }),
      output: z.object({ entryId: EntryId, isNew: z.boolean() }),
      errors: [...postingErrors],
      workflow: true,
    }),
    postMany: command({
      summary:
        'Posts many entries; each line names its entry by position. Known sources are ' +
        'skipped, an element that cannot be posted is refused by itself, and what falls into ' +
        'a locked period is dated to the first day of the next open one',
      input: z.object({
        entries: z.array(z.object(header)).min(1).max(batchEntriesMax),
        lines: z.array(z.object({ entry: z.int(), ...AskedLine })).max(batchEntryLinesMax),
      }),
      output: z.object({
        posted: z.int(),
        known: z.int(),
        refused: z.array(RefusedEntry).max(batchEntriesMax),
        /** Positions of the lines that name no entry of the batch. */
        refusedLines: z.array(z.int()).max(batchEntryLinesMax),
      }),
      errors: ['noCompany'],
      workflow: true,
    }),
    writeOff: command({
      summary:
        'Writes off what customers owe, from the receivables to bad debts; an amount below ' +
        'zero reinstates it',
      input: z.object({
        /** What is written off; writing the same off twice books it once. */
        reference: Code(100),
        date: CalendarDate,
        currency: CurrencyText,
        memo: Text(120),
        amount: Minor,
      }),
      output: z.object({ entryId: EntryId, isNew: z.boolean() }),
      errors: [...postingErrors],
    }),
    reverse: command({
      summary: 'Reverses an entry that was posted by hand, on the day of the entry or later',
      input: z.object({ entryId: EntryId, date: CalendarDate, memo: Text(120) }),
      output: z.object({ entryId: EntryId, isNew: z.boolean() }),
      errors: ['unknownEntry', 'derivedEntry', 'isReversal', 'beforeEntry', ...postingErrors],
      workflow: true,
    }),
    lockPeriod: command({
      summary: 'Locks a month: nothing more is posted into it',
      input: z.object({ period: PeriodCode }),
      output: z.object({ period: PeriodCode }),
      errors: ['notOpen', 'notAMonth'],
    }),
    unlockPeriod: command({
      summary: 'Unlocks a month',
      input: z.object({ period: PeriodCode }),
      output: z.object({ period: PeriodCode }),
      errors: ['notLocked', 'notAMonth'],
    }),
    periods: query({
      summary: 'The locked months in order, since when and by whom, a page at a time',
      input: z.object({
        after: PeriodCode.optional(),
        limit: z.int().min(1).max(periodsPageMax).optional(),
      }),
      output: z.object({
        periods: z
          .array(z.object({ period: PeriodCode, lockedAt: InstantSchema, lockedBy: Text(200) }))
          .max(periodsPageMax),
        next: PeriodCode.optional(),
      }),
      errors: [],
    }),
    trialBalance: query({
      summary:
        'Debit and credit of every account that has either, optionally for a range of days, ' +
        'up to 400 accounts a page; the total covers all pages',
      input: z.object({ ...days, ...pageOfAccounts }),
      output: z.object({
        currency: CurrencyText,
        lines: z.array(Total).max(accountsPageMax),
        total: z.object({ debit: MinorSum, credit: MinorSum }),
        next: AccountCode.optional(),
      }),
      errors: [],
    }),
    generalLedger: query({
      summary:
        'Lines of one account by day with a running balance, optionally for a range of days, ' +
        'a page at a time',
      input: z.object({
        account: AccountCode,
        ...days,
        /** `next` of the page before, which was asked for with the same days. */
        after: Code(120).optional(),
        limit: z.int().min(1).max(200),
      }),
      output: z.object({
        /** Balance before the first line of the page: debit above zero. */
        opening: MinorSum,
        lines: z
          .array(
            z.object({
              entryId: EntryId,
              date: CalendarDate,
              memo: Text(120),
              source: Code(120),
              amount: Minor,
              balance: MinorSum,
            }),
          )
          .max(200),
        next: Code(120).optional(),
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
    accountOpened: {
      version: 1,
      summary: 'An account was opened',
      data: eventDataOf(Account, 'open'),
    },
    bookOpened: {
      version: 1,
      summary: 'The books were opened in a currency',
      data: eventDataOf(Book, 'open'),
    },
    entryPosted: {
      version: 1,
      summary: 'A journal entry was posted',
      data: z.object({ entryId: EntryId, ...header, lines: z.array(Line).max(entryLinesMax) }),
    },
    periodLocked: {
      version: 1,
      summary: 'A month was locked',
      data: eventDataOf(Period, 'lock'),
    },
    periodUnlocked: {
      version: 1,
      summary: 'A month was unlocked',
      data: eventDataOf(Period, 'unlock'),
    },
  },
});
export type Ledger = PortFor<typeof Ledger>;
