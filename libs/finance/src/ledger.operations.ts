/** The ledger: posts, reverses and locks. */
import { contraryOf, openDate, type AskedEntry } from '@morrow/book-keeper';
import { following, type CallContext } from '@morrow/contract';
import {
  commitChange,
  eventOf,
  isAlreadyPosted,
  isDuplicate,
  NotInState,
  transitionOf,
  type Engines,
} from '@morrow/document-keeper';
import type { Clock, Id, Ids } from '@morrow/kernel';
import type { Companies } from '@morrow/protocol-companies';
import { Ledger } from '@morrow/protocol-ledger';
import { account } from './account.document.ts';
import { entryFor } from './entries.ts';
import { isMissing, type FactsBook } from './facts.ts';
import { ledgerReports } from './ledger-reports.ts';
import { period as periodType } from './period.document.ts';

interface Tools {
  readonly engines: Engines;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly facts: FactsBook;
  readonly companies: Companies;
}

export const ledgerOperations = (tools: Tools): Ledger => ({
  ...charting(tools),
  ...posting(tools),
  ...locking(tools),
  ...ledgerReports(tools.engines, tools.facts),
});

/** Facts for a command: the first one asks the company for the currency of the books. */
async function factsFor({ facts, companies }: Tools, context: CallContext, attempt: number) {
  const known = await facts.of(context, attempt > 1);
  if (known.currency !== 'XXX') return known;
  try {
    const asking = following(context, 'module:finance', undefined);
    const { currency } = await companies.get({}, asking);
    await facts.openBook(context, currency);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return facts.of(context, true);
}

const charting = (tools: Tools): Pick<Ledger, 'openAccount' | 'listAccounts'> => ({
  async openAccount(asked, context) {
    const { engines, clock, ids, facts } = tools;
    try {
      return await commitChange(engines, clock, context, async (attempt) => {
        const { accounts } = await facts.of(context, attempt > 1);
        const { code, parent } = asked;
        if (accounts.has(code)) throw Ledger.fail('accountTaken', { code });
        if (parent !== undefined && !accounts.has(parent))
          throw Ledger.fail('unknownAccount', { account: parent });
        const event = eventOf(Ledger, 'accountOpened', asked);
        return {
          transitions: [transitionOf(account, undefined, ids.next(), [event])],
          output: asked,
        };
      });
    } catch (error) {
      if (isDuplicate(error)) throw Ledger.fail('accountTaken', { code: asked.code });
      throw error;
    } finally {
      await facts.of(context, true);
    }
  },
  async listAccounts(_input, context) {
    const { chart } = await tools.facts.of(context);
    return { accounts: [...chart] };
  },
});

const posting = (tools: Tools): Pick<Ledger, 'post' | 'postMany' | 'reverse'> => {
  const { engines, clock, ids } = tools;
  const ledgerOf = (context: CallContext) => engines.stores.of(context.tenant).ledger;
  const postOne = async (asked: AskedEntry, context: CallContext) => {
    const entryId = ids.next() as Id<'entry'>;
    return commitChange(engines, clock, context, async (attempt) => {
      const facts = await factsFor(tools, context, attempt);
      const entries = [entryFor(facts, asked, entryId)];
      const output = { entryId, isNew: true };
      return { transitions: [], entries, factsVersion: facts.version, output };
    });
  };
  return {
    async post(asked, context) {
      try {
        return await postOne(asked, context);
      } catch (error) {
        if (!isAlreadyPosted(error)) throw error;
        const known = await ledgerOf(context).entryOf(asked.source);
        if (!known) throw error;
        return { entryId: known.id as Id<'entry'>, isNew: false };
      }
    },
    async postMany({ entries, lines }, context) {
      const asked = entries.map((entry): AskedEntry & { lines: AskedEntry['lines'][number][] } => ({
        ...entry,
        lines: [],
      }));
      for (const { entry, account: name, amount } of lines)
        asked[entry]?.lines.push({ account: name, amount });
      let mayBeKnown = false;
      for (let tries = 1; ; tries++)
        try {
          return await commitChange(engines, clock, context, async (attempt) => {
            const facts = await factsFor(tools, context, attempt);
            const sources = asked.map(({ source }) => source);
            const known = new Set(mayBeKnown ? await ledgerOf(context).posted(sources) : []);
            const rows = asked
              .filter(({ source }) => !known.has(source))
              .map((entry) => {
                const dated = { ...entry, date: openDate(facts, entry.date) };
                return entryFor(facts, dated, ids.next());
              });
            const output = { posted: rows.length, known: known.size };
            return { transitions: [], entries: rows, factsVersion: facts.version, output };
          });
        } catch (error) {
          if (!isAlreadyPosted(error) || tries > 5) throw error;
          mayBeKnown = true;
        }
    },
    async reverse({ entryId, date, memo }, context) {
      const entry = await ledgerOf(context).entry(entryId);
      if (!entry) throw Ledger.fail('unknownEntry', { entryId });
      const contrary = contraryOf(entry, date, memo);
      try {
        const { entryId: reversal } = await postOne(contrary, context);
        return { entryId: reversal };
      } catch (error) {
        if (!isAlreadyPosted(error)) throw error;
        const known = await ledgerOf(context).entryOf(contrary.source);
        return { entryId: (known?.id ?? entryId) as Id<'entry'> };
      }
    },
  };
};

const locking = (tools: Tools): Pick<Ledger, 'lockPeriod' | 'unlockPeriod'> => {
  const { engines, clock, ids, facts } = tools;
  const turn =
    (type: 'periodLocked' | 'periodUnlocked') =>
    async ({ period }: { readonly period: string }, context: CallContext) => {
      try {
        return await commitChange(engines, clock, context, async () => {
          const store = engines.stores.of(context.tenant);
          const [row] = await store.findBy('period', 'period', [period]);
          const event = eventOf(Ledger, type, { period });
          const transition = transitionOf(periodType, row, row?.id ?? ids.next(), [event]);
          return { transitions: [transition], output: { period } };
        });
      } catch (error) {
        if (error instanceof NotInState || isDuplicate(error))
          throw Ledger.fail('notOpen', { period });
        throw error;
      } finally {
        await facts.of(context, true);
      }
    };
  return { lockPeriod: turn('periodLocked'), unlockPeriod: turn('periodUnlocked') };
};
