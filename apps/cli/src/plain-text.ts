/** The journal as plain-text accounting, page by page from the ledger. */
import {
  beancountText,
  hledgerText,
  type JournalEntry,
} from '@morrow/adapter-plaintext-accounting';
import { Ledger } from '@morrow/protocol-ledger';
import type { Session } from './session.ts';

type After = Parameters<Ledger['listEntries']>[0]['after'];

export const exportForms = ['beancount', 'hledger'] as const;
export type ExportForm = (typeof exportForms)[number];

/** Everything that was posted, in the form named. */
export async function plainText({ port, context }: Session, format: ExportForm): Promise<string> {
  const ledger = port(Ledger);
  const { accounts } = await ledger.listAccounts({}, context());
  const entries: JournalEntry[] = [];
  for (let after: After; ;) {
    const page = await ledger.listEntries({ after, limit: 40 }, context());
    entries.push(...page.entries);
    after = page.next;
    if (after === undefined) break;
  }
  const textOf = format === 'beancount' ? beancountText : hledgerText;
  return textOf(accounts, entries);
}
