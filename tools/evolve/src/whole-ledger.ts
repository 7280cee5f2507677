/** The chart of accounts and the trial balance, with all of their pages. */
import { Ledger } from '@morrow/protocol-ledger';
import type { Session } from './running-copy.ts';

type Answer<K extends keyof Ledger> = Awaited<ReturnType<Ledger[K]>>;

/** Every account, by code. */
export async function wholeChart({ port, context }: Session) {
  const accounts: Answer<'listAccounts'>['accounts'][number][] = [];
  let after: string | undefined;
  do {
    const page: Answer<'listAccounts'> = await port(Ledger).listAccounts({ after }, context());
    accounts.push(...page.accounts);
    after = page.next;
  } while (after !== undefined);
  return accounts;
}

/** Every account with turnover; the totals are those of all pages. */
export async function wholeTrialBalance({ port, context }: Session) {
  const lines: Answer<'trialBalance'>['lines'][number][] = [];
  let page: Answer<'trialBalance'>;
  let after: string | undefined;
  do {
    page = await port(Ledger).trialBalance({ after }, context());
    lines.push(...page.lines);
    after = page.next;
  } while (after !== undefined);
  return { ...page, lines };
}
