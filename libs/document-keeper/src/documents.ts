/** The documents of a domain, typed by their records: the only way in which a domain reads them. */
import type { CallContext, DocumentType, Filter } from '@morrow/contract';
import type { DocumentRow, Page, Reads, Session, SortedPage, Store, Stores } from '@morrow/engines';
import { present, type Id, type JsonObject } from '@morrow/kernel';

type FieldOf<F extends JsonObject> = keyof F & string;
type Rows<F extends JsonObject> = Promise<readonly DocumentRow<F>[]>;

export interface Documents {
  load<F extends JsonObject>(
    type: DocumentType<F>,
    id: string,
  ): Promise<DocumentRow<F> | undefined>;
  /** In no particular order; those that are not there are left out. */
  loadMany<F extends JsonObject>(type: DocumentType<F>, ids: readonly string[]): Rows<F>;
  /** The one whose unique field has the value. */
  find<F extends JsonObject>(
    type: DocumentType<F>,
    field: FieldOf<F>,
    value: string,
  ): Promise<DocumentRow<F> | undefined>;
  /** The one that the tenant has, of a record with a slot. */
  only<F extends JsonObject>(type: DocumentType<F>): Promise<DocumentRow<F> | undefined>;
  /** Those whose unique or indexed field has one of the values. */
  findBy<F extends JsonObject>(
    type: DocumentType<F>,
    field: FieldOf<F>,
    values: readonly string[],
  ): Rows<F>;
  list<F extends JsonObject>(type: DocumentType<F>, page: Page): Rows<F>;
  sorted<F extends JsonObject>(type: DocumentType<F>, page: SortedPage): Rows<F>;
  count<F extends JsonObject>(type: DocumentType<F>, where?: Page['where']): Promise<number>;
  /** How many match, at most as many as given. */
  countUpTo<F extends JsonObject>(
    type: DocumentType<F>,
    most: number,
    filter?: Filter,
  ): Promise<number>;
}
/** The same inside a transaction. */
export interface LockedDocuments extends Documents {
  /** As `loadMany`, in the order of the ids, in which the rows are locked until the commit. */
  lockMany<F extends JsonObject>(type: DocumentType<F>, ids: readonly string[]): Rows<F>;
}

/** A store gives rows of the type that it is asked for. */
export const documentsIn = (reads: Reads): Documents => ({
  async only({ name, fields, numberField = 'slot' }) {
    const { always } = present(fields[numberField], `${name} has a slot`);
    return (
      await reads.findBy(name, numberField, [present(always, `${name}: its word`)])
    )[0] as never;
  },
  load: async (type, id) => (await reads.load(type.name, id)) as never,
  loadMany: async (type, ids) => (await reads.loadMany(type.name, ids)) as never,
  find: async (type, field, value) => (await reads.findBy(type.name, field, [value]))[0] as never,
  findBy: async (type, field, values) => (await reads.findBy(type.name, field, values)) as never,
  list: async (type, page) => (await reads.list(type.name, page)) as never,
  sorted: async (type, page) => (await reads.sorted(type.name, page)) as never,
  count: (type, where) => reads.count(type.name, where),
  countUpTo: (type, most, filter) => reads.countUpTo(type.name, most, filter),
});
export const documentsOf = (session: Session): LockedDocuments => ({
  ...documentsIn(session),
  lockMany: async (type, ids) => (await session.lockMany(type.name, ids)) as never,
});

/** Where the page after this one begins: undefined where this one was not full. */
export const nextOf = <Noun extends string>(
  rows: readonly DocumentRow[],
  { limit }: Pick<Page, 'limit'>,
): Id<Noun> | undefined =>
  rows.length === limit ? (rows.at(-1)?.id as Id<Noun> | undefined) : undefined;

/** What the keepers of a domain store beside its documents. */
export type KeptTables = Pick<Store, 'ledger' | 'stock' | 'workflow' | 'upkeep' | 'transact'>;

/** What a domain is given of its database. */
export interface Engines {
  /** Documents as the caller may see them. */
  documents(context: CallContext): Documents;
  /** Documents that a process reads for itself, and shows to nobody as they are. */
  ownDocuments(tenant: string): Documents;
  /** The keepers' tables. */
  kept(context: CallContext): KeptTables;
  /** For keepers alone. */
  readonly stores: Stores;
}
export const enginesOf = (stores: Stores): Engines => ({
  stores,
  documents: ({ tenant }) => documentsIn(stores.of(tenant)),
  ownDocuments: (tenant) => documentsIn(stores.of(tenant)),
  kept: ({ tenant }) => stores.of(tenant),
});
