/** What postings are decided on: chart, locked periods and currency, a snapshot in memory with its
 * version. */
import {
  commitChange,
  eventOf,
  isDuplicate,
  transitionOf,
  type DocumentRow,
  type Documents,
  type Engines,
} from '@morrow/document-keeper';
import type { BookFacts } from '@morrow/book-keeper';
import {
  isProtocolError,
  platformError,
  toldOf,
  type CallContext,
  type DocumentType,
} from '@morrow/contract';
import type { Clock, Ids, JsonObject } from '@morrow/kernel';
import { Account, Ledger } from '@morrow/protocol-ledger';
import { account } from './account.document.ts';
import { book, period } from './books.document.ts';
import { defaultChart } from './default-chart.ts';

export interface Facts extends BookFacts {
  readonly chart: readonly Account[];
  readonly accounts: ReadonlyMap<string, Account>;
}

/** Currency before the company is set up: ISO 4217's code for none. */
export const noCurrency = 'XXX';
const pageMax = 1000;

/** Every document of a type that matches, read page by page. */
export async function allRows<F extends JsonObject>(
  documents: Documents,
  type: DocumentType<F>,
  where?: Readonly<Record<string, string>>,
): Promise<readonly DocumentRow<F>[]> {
  const rows: DocumentRow<F>[] = [];
  for (;;) {
    const page = await documents.list(type, { after: rows.at(-1)?.id, limit: pageMax, where });
    rows.push(...page);
    if (page.length < pageMax) return rows;
  }
}

export class FactsBook {
  readonly #engines: Engines;
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #known = new Map<string, Facts>();

  constructor(engines: Engines, clock: Clock, ids: Ids) {
    this.#engines = engines;
    this.#clock = clock;
    this.#ids = ids;
  }

  /** The snapshot. `isFresh` asks whether it has moved, and reads it anew where it has. */
  async of(context: CallContext, isFresh = false): Promise<Facts> {
    const known = this.#known.get(context.tenant);
    if (known && !isFresh && known.currency !== noCurrency) return known;
    const { ledger } = this.#engines.kept(context);
    if (known?.version === (await ledger.factsVersion())) return known;
    const facts = await this.#read(context);
    this.#known.set(context.tenant, facts);
    return facts;
  }

  /** The snapshot with the currency of the books, or `unavailable` until a company is set up. */
  async ready(context: CallContext, isFresh = false): Promise<Facts> {
    const facts = await this.of(context, isFresh);
    if (facts.currency === noCurrency)
      throw platformError('ledger', 'unavailable', 'No company has been set up yet.');
    return facts;
  }

  async #read(context: CallContext): Promise<Facts> {
    const documents = this.#engines.documents(context);
    const version = await this.#engines.kept(context).ledger.factsVersion();
    const rows = await allRows(documents, account);
    if (!rows.length) {
      await this.#seed(context);
      return this.#read(context);
    }
    const locked = await allRows(documents, period, { state: 'locked' });
    const held = await documents.only(book);
    const chart = rows
      .map(({ fields }) => toldOf(Account, fields))
      .sort((a, b) => (a.code < b.code ? -1 : 1));
    return {
      version,
      currency: held?.fields.currency ?? noCurrency,
      chart,
      accounts: new Map(chart.map((row) => [row.code, row])),
      roles: new Map(chart.flatMap(({ code, role }) => (role ? [[role, code] as const] : []))),
      locked: new Set(locked.map(({ fields }) => fields.period)),
    };
  }

  /** Gives new books the default chart; somebody else may be quicker. */
  async #seed(context: CallContext): Promise<void> {
    const { receipt: _, ...plain } = context;
    try {
      await commitChange(this.#engines, this.#clock, plain, async () => ({
        transitions: defaultChart.map((row) =>
          transitionOf(account, undefined, this.#ids.next(), [
            eventOf(Ledger, 'accountOpened', row),
          ]),
        ),
        output: undefined,
      }));
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
  }

  /** Opens the book in a currency, unless it is open already. */
  async openBook(context: CallContext, currency: string): Promise<void> {
    const { receipt: _, ...plain } = context;
    if (await this.#engines.documents(context).only(book)) return;
    const event = eventOf(Ledger, 'bookOpened', { currency });
    try {
      await commitChange(this.#engines, this.#clock, plain, async () => ({
        transitions: [transitionOf(book, undefined, this.#ids.next(), [event])],
        output: undefined,
      }));
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
    this.#known.delete(context.tenant);
  }
}

export const isMissing = (error: unknown): boolean =>
  isProtocolError(error) && error.fault === 'missing';
