/** What the ledger gives in pages, read to the last one. */
import { Ledger } from '@morrow/protocol-ledger';
import type { Session } from './session.ts';

type Read = Pick<Session, 'port' | 'context'>;
type Answer<K extends keyof Ledger> = Awaited<ReturnType<Ledger[K]>>;
export type ChartAccount = Answer<'listAccounts'>['accounts'][number];
export type TotalLine = Answer<'trialBalance'>['lines'][number];
export type LedgerPage = Answer<'generalLedger'>;
export type LockedPeriod = Answer<'periods'>['periods'][number];
/** Calendar days, both included. */
export type Days = Pick<Parameters<Ledger['trialBalance']>[0], 'from' | 'upTo'>;

/** Reads pages until one says that no other follows. */
async function* pagesOf<Page extends { readonly next?: string | undefined }>(
  read: (after: Page['next']) => Promise<Page>,
): AsyncIterable<Page> {
  for (let after: Page['next'] = undefined; ;) {
    const page: Page = await read(after);
    yield page;
    after = page.next;
    if (after === undefined) return;
  }
}

/** Every account, by code. */
export async function chartOf({ port, context }: Read): Promise<readonly ChartAccount[]> {
  const accounts: ChartAccount[] = [];
  const read = (after?: string) => port(Ledger).listAccounts({ after }, context());
  for await (const page of pagesOf(read)) accounts.push(...page.accounts);
  return accounts;
}

/** The trial balance with the lines of all its pages. */
export async function wholeTrialBalance({ port, context }: Read, days: Days = {}) {
  const lines: TotalLine[] = [];
  const read = (after?: string) => port(Ledger).trialBalance({ ...days, after }, context());
  let first: Answer<'trialBalance'> | undefined;
  for await (const page of pagesOf(read)) {
    first ??= page;
    lines.push(...page.lines);
  }
  const { currency = '', total = { debit: 0n, credit: 0n } } = first ?? {};
  return { currency, lines, total };
}

/** Every locked month, in order. */
export async function lockedPeriods({ port, context }: Read): Promise<readonly LockedPeriod[]> {
  const periods: LockedPeriod[] = [];
  const read = (after?: string) => port(Ledger).periods({ after }, context());
  for await (const page of pagesOf(read)) periods.push(...page.periods);
  return periods;
}

const linesPerPage = 200;
/** The pages of one account in the general ledger. */
export const accountPages = ({ port, context }: Read, account: string, days: Days) =>
  pagesOf<LedgerPage>((after) =>
    port(Ledger).generalLedger({ account, ...days, after, limit: linesPerPage }, context()),
  );
