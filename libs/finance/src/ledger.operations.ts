/** The ledger: its chart, and what posts, reverses, locks and reports. */
import { unknownCursor } from '@morrow/contract';
import { commitChange, eventOf, isDuplicate, transitionOf } from '@morrow/document-keeper';
import { hasOuterSpace, isName } from '@morrow/kernel';
import { accountsPageMax, isControlRole, Ledger } from '@morrow/protocol-ledger';
import { account } from './account.document.ts';
import { ledgerReports } from './ledger-reports.ts';
import { locking } from './lock-periods.ts';
import { posting, type Tools } from './post-entries.ts';
import { reversing } from './reverse-entry.ts';

export const ledgerOperations = (tools: Tools): Ledger => ({
  ...charting(tools),
  ...posting(tools),
  ...reversing(tools),
  ...locking(tools),
  ...ledgerReports(tools.engines, tools.facts),
});

const charting = (tools: Tools): Pick<Ledger, 'openAccount' | 'listAccounts'> => ({
  async openAccount(asked, context) {
    const { engines, clock, ids, facts } = tools;
    const { code, name, parent, role } = asked;
    if (!isName(name)) throw Ledger.fail('noName', { code });
    if (hasOuterSpace(code)) throw Ledger.fail('outerSpace', { code });
    const decide = async (isFresh: boolean) => {
      const { accounts, roles } = await facts.of(context, isFresh);
      if (accounts.has(code)) throw Ledger.fail('accountTaken', { code });
      if (role !== undefined && roles.has(role)) throw Ledger.fail('roleTaken', { role });
      if (parent !== undefined && !accounts.has(parent))
        throw Ledger.fail('unknownAccount', { account: parent });
    };
    try {
      return await commitChange(engines, clock, context, async (attempt) => {
        await decide(attempt > 1);
        const event = eventOf(Ledger, 'accountOpened', asked);
        return {
          transitions: [transitionOf(account, undefined, ids.next(), [event])],
          output: asked,
        };
      });
    } catch (error) {
      // somebody else was quicker: the chart says what was taken
      if (isDuplicate(error)) await decide(true);
      throw error;
    } finally {
      await facts.of(context, true);
    }
  },
  async listAccounts({ after, limit = accountsPageMax }, context) {
    const { chart, accounts } = await tools.facts.of(context, true);
    if (after !== undefined && !accounts.has(after)) throw unknownCursor();
    const rest = chart.filter(({ code }) => after === undefined || code > after);
    const page = rest.slice(0, limit);
    return {
      accounts: page.map((row) => ({ ...row, isControl: isControlRole(row.role) })),
      next: rest.length > limit ? page.at(-1)?.code : undefined,
    };
  },
});
