/** A law across domains: what breaks it, told with the documents that it is about. */
import { formatMinor, type Id } from '@morrow/kernel';
import { keepingOf } from '@morrow/protocol-keeping';
import type { Session } from '../session.ts';

export interface Breach {
  /** Names the document, and the amounts on both sides. */
  readonly sentence: string;
  /** Ids of the documents; a dead letter about one of them explains the breach. */
  readonly about: readonly string[];
}
/** Finds breaches page by page; domains that are not hosted are passed over. */
export type Law = (session: Session) => AsyncIterable<Breach>;

export const breach = (sentence: string, ...about: readonly string[]): Breach => ({
  sentence,
  about,
});
export const amountText = (minor: bigint, currency: string): string =>
  `${formatMinor(minor, currency)} ${currency}`;

export const hosts = ({ domains }: Pick<Session, 'domains'>, ...needed: readonly string[]) =>
  needed.every((domain) => domains.includes(domain));

interface PageOf<Item, Cursor> {
  readonly items: readonly Item[];
  readonly next?: Cursor | undefined;
}
/** The items of all pages, a page at a time. */
export async function* paged<Item, Cursor>(
  page: (after: Cursor | undefined) => Promise<PageOf<Item, Cursor>>,
): AsyncIterable<Item> {
  for (let after: Cursor | undefined; ;) {
    const { items, next } = await page(after);
    yield* items;
    if (next === undefined) return;
    after = next;
  }
}

/** A document as its domain stores it. */
export interface StoredDocument {
  readonly id: string;
  readonly state: string;
  readonly fields: Readonly<Record<string, unknown>>;
}
const rowsPage = 200;
export const documentsOf = (
  { port, context }: Session,
  domain: string,
  documentType: string,
  state?: string,
): AsyncIterable<StoredDocument> =>
  paged(async (after: Id<'document'> | undefined) => {
    const asked = { documentType, state, after, limit: rowsPage };
    const { page, next } = await port(keepingOf(domain)).documents(asked, context());
    const items = JSON.parse(Buffer.from(page, 'base64url').toString()) as StoredDocument[];
    return { items, next };
  });

/** An event as its domain has published it. */
export interface PublishedEvent {
  readonly number: number;
  readonly type: string;
  readonly streamId: string;
  readonly streamVersion: number;
  readonly data: Readonly<Record<string, unknown>>;
}
const eventsPage = 500;
export const eventsOf = (
  { port, context }: Session,
  domain: string,
  after = 0,
): AsyncIterable<PublishedEvent> =>
  paged(async (from: number | undefined) => {
    const asked = { after: from ?? after, limit: eventsPage };
    const { page, last } = await port(keepingOf(domain)).eventsSince(asked, context());
    const items = JSON.parse(Buffer.from(page, 'base64url').toString()) as PublishedEvent[];
    return { items, next: items.length ? last : undefined };
  });
