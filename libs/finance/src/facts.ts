/** What postings are decided on: chart, locked periods and currency, a snapshot in memory with its
 * version. */
import type { CallContext } from '@morrow/contract';
import {
  commitChange,
  eventOf,
  isDuplicate,
  transitionOf,
  type DocumentRow,
  type Engines,
  type Store,
} from '@morrow/document-keeper';
import type { BookFacts } from '@morrow/book-keeper';
import { isProtocolError, platformError } from '@morrow/contract';
import type { Clock, Ids } from '@morrow/kernel';
import { Ledger, type Account } from '@morrow/protocol-ledger';
import { account, type AccountFields } from './account.document.ts';
import { book, bookSlot, type BookFields } from './book.document.ts';
import { defaultChart } from './default-chart.ts';
import type { PeriodFields } from './period.document.ts';

export interface Facts extends BookFacts {
  readonly chart: readonly Account[];
  readonly accounts: ReadonlyMap<string, Account>;
}

export const accountOf = ({ fields }: DocumentRow): Account => {
  const { code, name, kind, role, isPostable, parent } = fields as AccountFields;
  return {
    code,
    name,
    kind: kind as Account['kind'],
    isPostable,
    ...(role === null || role === undefined ? {} : { role }),
    ...(parent === null || parent === undefined ? {} : { parent }),
  };
};

/** Currency before the company is set up: ISO 4217's code for none. */
export const noCurrency = 'XXX';
const pageMax = 1000;

/** Every document of a type that matches, read page by page. */
export async function allRows(
  store: Pick<Store, 'list'>,
  type: string,
  where?: Readonly<Record<string, string>>,
): Promise<readonly DocumentRow[]> {
  const rows: DocumentRow[] = [];
  for (;;) {
    const page = await store.list(type, { after: rows.at(-1)?.id, limit: pageMax, where });
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
    const { ledger } = this.#engines.stores.of(context.tenant);
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
    const store = this.#engines.stores.of(context.tenant);
    const version = await store.ledger.factsVersion();
    const rows = await allRows(store, 'account');
    if (!rows.length) {
      await this.#seed(context);
      return this.#read(context);
    }
    const locked = await allRows(store, 'period', { state: 'locked' });
    const [held] = await store.findBy('book', 'slot', [bookSlot]);
    const chart = rows.map(accountOf).sort((a, b) => (a.code < b.code ? -1 : 1));
    return {
      version,
      currency: held ? (held.fields as BookFields).currency : noCurrency,
      chart,
      accounts: new Map(chart.map((row) => [row.code, row])),
      roles: new Map(chart.flatMap(({ code, role }) => (role ? [[role, code] as const] : []))),
      locked: new Set(locked.map(({ fields }) => (fields as PeriodFields).period)),
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
    const store = this.#engines.stores.of(context.tenant);
    const [held] = await store.findBy('book', 'slot', [bookSlot]);
    if (held) return;
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
