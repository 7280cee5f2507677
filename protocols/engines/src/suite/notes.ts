/** What the suite stores: notes, which have a field of each kind, and accounts, and the units that
 * change them. */
import { defineDocument, type DocumentType, type Receipt } from '@morrow/contract';
import { defineLifecycle, pinOf, type JsonObject } from '@morrow/kernel';
import type { DocumentRow } from '../documents.ts';
import type { NewEvent, StoredEvent } from '../events.ts';
import type { EntryRow } from '../ledger-tables.ts';
import type { Store, StoredDomain } from '../store.ts';
import type { CommitPoint, Transition, Unit } from '../unit.ts';

const lifecycle = defineLifecycle({
  id: 'note',
  version: 1,
  states: ['open', 'closed'],
  transitions: [
    { on: 'noteOpened', from: [], to: 'open' },
    { on: 'noteClosed', from: ['open'], to: 'closed' },
  ],
});
const evolve = (fields: JsonObject | undefined, { data }: { data: JsonObject }) => ({
  ...fields,
  ...data,
});

/** A document with a field of each kind. */
export const note = defineDocument({
  name: 'note',
  label: 'Note',
  scope: 'organization',
  numberField: 'number',
  lifecycles: [lifecycle],
  fields: {
    number: { kind: 'text', label: 'Number', unique: true },
    customer: { kind: 'text', label: 'Customer', optional: true, indexed: true },
    pieces: { kind: 'integer', label: 'Pieces', optional: true },
    isUrgent: { kind: 'flag', label: 'Urgent', optional: true },
    total: { kind: 'money', label: 'Total', optional: true },
    weight: { kind: 'quantity', label: 'Weight', optional: true },
    unitPrice: { kind: 'price', label: 'Price', optional: true },
    day: { kind: 'date', label: 'Day', optional: true },
    sentAt: { kind: 'instant', label: 'Sent at', optional: true },
    way: { kind: 'choice', label: 'Way', optional: true, choices: ['sea', 'air'] },
    owner: { kind: 'link', label: 'Owner', optional: true, indexed: true },
    lines: { kind: 'table', label: 'Lines', optional: true },
    facts: { kind: 'json', label: 'Facts', optional: true },
  },
  evolve,
});
/** A document type that postings are decided on. */
const account = defineDocument({
  name: 'account',
  label: 'Account',
  scope: 'organization',
  numberField: 'code',
  lifecycles: [lifecycle],
  fields: { code: { kind: 'text', label: 'Code', unique: true } },
  evolve,
});
const emptyFields: JsonObject = Object.fromEntries(
  Object.keys(note.fields).map((field) => [field, null]),
);

/** The domain of the suite. */
export const books = {
  name: 'books',
  documents: [note as unknown as DocumentType, account as unknown as DocumentType],
  keeps: ['book', 'stock', 'workflow'],
  facts: ['account'],
} as const satisfies StoredDomain;

/** A database of the domain that holds nothing yet. */
export interface OpenedBooks {
  readonly store: Store;
  /** A second process on the same database. */
  again(): Promise<Store>;
}
/** Closes what it has opened when the test has ended. */
export type OpenBooks = (commitPoint?: CommitPoint) => Promise<OpenedBooks>;

let counted = 0;
/** A new document id; ids rise in the order of their making. */
export const newId = (): string =>
  `01890000-0000-7000-8000-${(++counted).toString(16).padStart(12, '0')}`;

export const at = '2026-03-01T08:00:00.000Z';
export const meta = { actor: 'person:ann', trace: '00-1-1-01' };
const eventNamed = (type: string, data: JsonObject): NewEvent => ({
  protocol: 'notes',
  type,
  schemaVersion: 1,
  data,
});

/** The row of a new note. */
export const noteRow = (number: string, fields: JsonObject = {}, id = newId()): DocumentRow => ({
  id,
  version: 1,
  state: 'open',
  lifecycle: pinOf(lifecycle),
  fields: { ...emptyFields, number, ...fields },
});
export const opens = (row: DocumentRow): Transition => ({
  documentType: 'note',
  row,
  events: [eventNamed('noteOpened', { number: row.fields['number'] ?? '' })],
});
/** The next version of a note, by two events. */
export const closes = (row: DocumentRow, fields: JsonObject = {}): Transition => ({
  documentType: 'note',
  row: {
    ...row,
    version: row.version + 2,
    state: 'closed',
    fields: { ...row.fields, ...fields },
  },
  events: [eventNamed('noteSigned', fields), eventNamed('noteClosed', {})],
});
export const opensAccount = (code: string): Transition => ({
  documentType: 'account',
  row: { ...noteRow(code), fields: { code } },
  events: [eventNamed('accountOpened', { code })],
});
export const receiptOf = (key: string): Receipt => ({
  key,
  fingerprint: 'f',
  answer: { ok: [key, 1.5, null] },
});
export const unit = (transitions: readonly Transition[], part: Partial<Unit> = {}): Unit => ({
  meta,
  at,
  transitions,
  ...part,
});
/** Cash against sales, in minor units. */
export const sale = (source: string, amount: bigint, date = '2026-03-01'): EntryRow => ({
  id: newId(),
  source,
  date,
  currency: 'EUR',
  memo: `sale ${source}`,
  lines: [
    { account: '1000', amount: String(amount) },
    { account: '4000', amount: String(-amount) },
  ],
  event: eventNamed('entryPosted', { source }),
});

/** Numbers what waits, as the relay of a process would, until nothing waits. */
export async function publishAll(store: Store, owner = 'relay'): Promise<readonly StoredEvent[]> {
  const fence = await store.relay.lease(owner, 60_000);
  const events: StoredEvent[] = [];
  for (;;) {
    const page = await store.relay.publish(fence ?? -1, 500);
    if (!page.length) return events;
    events.push(...page);
  }
}
/** Long enough for others to have had a turn. */
export async function othersHadTurns(): Promise<void> {
  for (let turns = 0; turns < 10; turns++) await new Promise((soon) => setImmediate(soon));
}
/** What each caller was told: `stored`, or the name and problem of the refusal. */
export async function told(calls: readonly Promise<unknown>[]): Promise<readonly string[]> {
  const outcomes = await Promise.allSettled(calls);
  return outcomes.map((outcome) => {
    if (outcome.status === 'fulfilled') return 'stored';
    const { name, problem, message } = outcome.reason as Error & { problem?: string };
    return problem ?? (name.toLowerCase() === 'error' ? message : name);
  });
}
