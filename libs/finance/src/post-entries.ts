/** Posts entries: one, many at a time, and write-offs. A source that stands already is answered by
 * what is stored. */
import { hasContentOf, openDate, type AskedEntry } from '@morrow/book-keeper';
import { following, isProtocolError, platformError, type CallContext } from '@morrow/contract';
import {
  commitChange,
  isAlreadyPosted,
  type Engines,
  type EntryRow,
} from '@morrow/document-keeper';
import type { Clock, Id, Ids } from '@morrow/kernel';
import type { Companies } from '@morrow/protocol-companies';
import { Ledger } from '@morrow/protocol-ledger';
import { entryFor } from './entries.ts';
import { isService, refuseByHand, refuseDistant } from './entries-by-hand.ts';
import { isMissing, noCurrency, type Facts, type FactsBook } from './facts.ts';

export interface Tools {
  readonly engines: Engines;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly facts: FactsBook;
  readonly companies: Companies;
}
type Entries = readonly AskedEntry[];

/** Facts for a posting: the first one asks the company for the currency of the books. Before a
 * company is set up people are refused, and services wait. */
async function factsFor(
  { facts, companies }: Tools,
  context: CallContext,
  attempt: number,
): Promise<Facts> {
  const known = await facts.of(context, attempt > 1);
  if (known.currency !== noCurrency) return known;
  try {
    const asking = following(context, 'module:finance', undefined);
    const { currency } = await companies.get({}, asking);
    await facts.openBook(context, currency);
  } catch (error) {
    if (!isMissing(error)) throw error;
    if (isService(context)) return facts.ready(context, true);
    throw Ledger.fail('noCompany', {});
  }
  return facts.ready(context, true);
}

export const reusedSource = (source: string) =>
  platformError(
    'ledger',
    'reused',
    `The source ${source} was posted with other content: use another source, or reverse that ` +
      'entry.',
  );

/** A refusal that says something about the entry itself. */
const isAboutEntry = (error: unknown): error is Error =>
  isProtocolError(error) && error.code !== error.fault;

/** Posts one entry after the check of its caller, or gives the one that stands under its source. */
export async function postOne(
  tools: Tools,
  context: CallContext,
  asked: AskedEntry,
  check: (facts: Facts) => void,
): Promise<{ entryId: Id<'entry'>; isNew: boolean }> {
  const { engines, clock, ids, facts: book } = tools;
  const entryId = ids.next() as Id<'entry'>;
  try {
    return await commitChange(engines, clock, context, async (attempt) => {
      const facts = await factsFor(tools, context, attempt);
      check(facts);
      const entries = [entryFor(facts, asked, entryId)];
      const output = { entryId, isNew: true };
      return { transitions: [], entries, factsVersion: facts.version, output };
    });
  } catch (error) {
    const isTaken = isAlreadyPosted(error);
    if (!isTaken && !isAboutEntry(error)) throw error;
    const known = await engines.kept(context).ledger.entryOf(asked.source);
    if (known && hasContentOf(await book.of(context), asked, known))
      return { entryId: known.id as Id<'entry'>, isNew: false };
    throw known && isTaken ? reusedSource(asked.source) : error;
  }
}

type Batch = Parameters<Ledger['postMany']>[0];
type Refused = Awaited<ReturnType<Ledger['postMany']>>['refused'][number];

/** Entries of a batch with their lines, and the positions of lines that name none of them. */
function gathered({ entries, lines }: Batch) {
  const asked = entries.map((entry) => ({ ...entry, lines: [] as AskedEntry['lines'][number][] }));
  const refusedLines: number[] = [];
  for (const [at, { entry, account, amount }] of lines.entries()) {
    const found = asked[entry];
    if (found) found.lines.push({ account, amount });
    else refusedLines.push(at);
  }
  return { asked, refusedLines };
}

const sentenceMax = 150;
const refusedFor = (entry: number, source: string, error: unknown): Refused => {
  if (!isProtocolError(error)) throw error;
  const sentence = [...error.message].slice(0, sentenceMax).join('');
  return { entry, source, code: error.code, sentence };
};

interface Decided {
  readonly rows: readonly EntryRow[];
  readonly known: number;
  readonly refused: readonly Refused[];
}
/** What becomes of each entry of a batch, in order: posted, known already, or refused. */
function decideBatch(
  { clock, ids }: Tools,
  facts: Facts,
  asked: Entries,
  stored: ReadonlyMap<string, EntryRow>,
  isByService: boolean,
): Decided {
  const rows = new Map<string, EntryRow>();
  const refused: Refused[] = [];
  let known = 0;
  for (const [at, entry] of asked.entries()) {
    const { source } = entry;
    const before = stored.get(source) ?? rows.get(source);
    try {
      if (before) {
        if (!hasContentOf(facts, entry, before, isByService)) throw reusedSource(source);
        known++;
        continue;
      }
      if (!isByService) refuseByHand(facts, entry, clock.now());
      const dated = { ...entry, date: openDate(facts, entry.date) };
      rows.set(source, entryFor(facts, dated, ids.next()));
    } catch (error) {
      refused.push(refusedFor(at, source, error));
    }
  }
  return { rows: [...rows.values()], known, refused };
}

/** A service posts what follows from one event after another, which its handler tries one by one
 * where a batch is refused: it is told by a refusal that is not kept for its key, so that the same
 * call goes through once the reason is gone. */
function refuseToService({ refused }: Decided, refusedLines: readonly number[]): void {
  const sentences = refused.map(({ sentence }) => sentence);
  if (refusedLines.length) sentences.push(`No entry for the lines ${refusedLines.join(', ')}.`);
  if (sentences.length) throw platformError('ledger', 'invalid', sentences.join(' '));
}

export const posting = (tools: Tools): Pick<Ledger, 'post' | 'postMany' | 'writeOff'> => {
  const { engines, clock } = tools;
  return {
    post: (asked, context) =>
      postOne(tools, context, asked, (facts) => {
        if (!isService(context)) refuseByHand(facts, asked, clock.now());
      }),
    writeOff({ reference, date, currency, memo, amount }, context) {
      const source = `writeOff:${reference}`;
      const lines = [
        { account: '@badDebts', amount },
        { account: '@receivable', amount: -amount },
      ];
      const asked = { source, date, currency, memo, lines };
      return postOne(tools, context, asked, () => refuseDistant(date, clock.now()));
    },
    async postMany(batch, context) {
      const { asked, refusedLines } = gathered(batch);
      const sources = asked.map(({ source }) => source);
      const { ledger } = engines.kept(context);
      const isByService = isService(context);
      let mayBeKnown = false;
      const decide = async (attempt: number) => {
        const facts = await factsFor(tools, context, attempt);
        const stored = async () =>
          new Map((await ledger.entriesOf(sources)).map((row) => [row.source, row]));
        const decision = (known: ReadonlyMap<string, EntryRow>) =>
          decideBatch(tools, facts, asked, known, isByService);
        let decided = decision(mayBeKnown ? await stored() : new Map());
        if (decided.refused.length && !mayBeKnown) decided = decision(await stored());
        const { rows: entries, known, refused } = decided;
        if (isByService) refuseToService(decided, refusedLines);
        const output = { posted: entries.length, known, refused: [...refused], refusedLines };
        return { transitions: [], entries, factsVersion: facts.version, output };
      };
      for (let tries = 1; ; tries++)
        try {
          return await commitChange(engines, clock, context, decide);
        } catch (error) {
          if (!isAlreadyPosted(error) || tries > 5) throw error;
          mayBeKnown = true;
        }
    },
  };
};
