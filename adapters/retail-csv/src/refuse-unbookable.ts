/** Finds what would keep a file from being booked before anything is booked: the currency of the
 * books, locked months, and accounts that are missing. */
import { isProtocolError, type CallContext } from '@morrow/contract';
import type { Companies } from '@morrow/protocol-companies';
import { accountsPageMax, periodsPageMax, type Ledger } from '@morrow/protocol-ledger';
import { ImportProblem } from './import-problem.ts';
import { currency } from './retail-batch.ts';
import { steady } from './steady.ts';
import type { Survey } from './survey.ts';

interface Asked {
  readonly ports: {
    readonly companies: Pick<Companies, 'get'>;
    readonly ledger: Pick<Ledger, 'periods' | 'listAccounts'>;
  };
  /** A context for a query. */
  asking(): CallContext;
}
/** Accounts that entries of the importer name. */
const rolesNeeded = ['goodsReceived', 'openingEquity', 'badDebts', 'receivable'];

/** Currency of the books, undefined where no company is set up. */
async function currencyOf({ ports, asking }: Asked): Promise<string | undefined> {
  try {
    return (await steady(() => ports.companies.get({}, asking()))).currency;
  } catch (error) {
    if (isProtocolError(error) && error.code === 'noCompany') return undefined;
    throw error;
  }
}

/** Months of the file that are locked, in order. */
async function lockedMonths({ ports, asking }: Asked, { months }: Survey): Promise<string[]> {
  const locked: string[] = [];
  for (let after: string | undefined; ;) {
    const page = await steady(() =>
      ports.ledger.periods({ after, limit: periodsPageMax }, asking()),
    );
    locked.push(...page.periods.map(({ period }) => period).filter((month) => months.has(month)));
    after = page.next;
    if (after === undefined) return locked;
  }
}

async function missingRoles({ ports, asking }: Asked): Promise<readonly string[]> {
  const missing = new Set(rolesNeeded);
  for (let after: string | undefined; ;) {
    const page = await steady(() =>
      ports.ledger.listAccounts({ after, limit: accountsPageMax }, asking()),
    );
    for (const { role, isPostable } of page.accounts)
      if (role !== undefined && isPostable) missing.delete(role);
    after = page.next;
    if (after === undefined) return [...missing];
  }
}

/** Says whether a company is set up. Throws ImportProblem where the file cannot be booked. */
export async function refuseUnbookable(asked: Asked, survey: Survey): Promise<boolean> {
  const books = await currencyOf(asked);
  if (books !== undefined && books !== currency)
    throw new ImportProblem(
      `The file is in ${currency}, but the books are kept in ${books}; nothing was imported.`,
    );
  const locked = await lockedMonths(asked, survey);
  if (locked.length) {
    const many = locked.length > 1;
    throw new ImportProblem(
      `The file has lines in ${locked.join(', ')}, and ` +
        `${many ? 'these months are' : 'this month is'} ` +
        `locked; nothing was imported. Unlock ${many ? 'them' : 'it'}, or import a file ` +
        'without those lines.',
    );
  }
  const missing = books === undefined ? [] : await missingRoles(asked);
  if (missing.length)
    throw new ImportProblem(
      `The chart of accounts has no account for ${missing.join(', ')}; nothing was imported. ` +
        'Open one with that role, and import the file again.',
    );
  return books !== undefined;
}
