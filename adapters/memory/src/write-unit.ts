/** Writes a unit into the tables of a transaction, or throws why it is refused. */
import { ReceiptTaken } from '@morrow/contract';
import {
  CommitRefused,
  type EntryRow,
  type NewEvent,
  type StoredDomain,
  type Unit,
} from '@morrow/engines';
import type { LifecyclePin } from '@morrow/kernel';
import { documentsOf, storedFields, taken } from './documents.ts';
import { frozenCopy, keyOf } from './table.ts';
import type { Tables } from './tables.ts';

const instant = (text: string): string => new Date(text).toISOString();
/** Key of the one row of the facts' version. */
const one = '';
export const factsVersionIn = ({ facts }: Tables): number => facts.get(one) ?? 1;

/** In the order in which PostgreSQL looks: documents, facts, entries, the receipt. What it has
 * written before it throws must be dropped by the caller. */
export function writeUnit(tables: Tables, domain: StoredDomain, unit: Unit): void {
  writeDocuments(tables, domain, unit);
  writeEntries(tables, unit);
  if (unit.transitions.some(({ documentType }) => domain.facts?.includes(documentType)))
    tables.facts.set(one, factsVersionIn(tables) + 1);
  const { receipt } = unit;
  if (receipt && tables.receipts.get(receipt.key))
    throw new ReceiptTaken('The key has an answer already');
  if (receipt) tables.receipts.set(receipt.key, frozenCopy({ ...receipt, at: instant(unit.at) }));
  writeEvents(tables, unit);
  writeTimers(tables, unit);
}

function writeDocuments(tables: Tables, domain: StoredDomain, unit: Unit): void {
  const { transitions } = unit;
  for (const { documentType } of transitions) documentsOf(tables, domain, documentType);
  const stale = () =>
    new CommitRefused('staleVersion', transitions.map(({ row }) => row.id).join(', '));
  for (const { name } of domain.documents) {
    const documents = documentsOf(tables, domain, name);
    const { table, type } = documents;
    const own = transitions.filter(({ documentType }) => documentType === name);
    const begins = own.filter(({ row, events }) => row.version === events.length);
    const moves = own.filter((transition) => !begins.includes(transition));
    for (const { row, events } of moves)
      if (table.get(row.id)?.version !== row.version - events.length) throw stale();
    for (const { row } of begins)
      if (table.get(row.id)) throw new CommitRefused('staleVersion', row.id);
    for (const { row } of [...moves, ...begins]) {
      const stored = frozenCopy({ ...row, fields: storedFields(type, row.fields) });
      const value = taken(documents, stored);
      if (value !== undefined) throw new CommitRefused('duplicate', value);
      table.set(row.id, stored);
    }
  }
}

function writeEntries(tables: Tables, { entries = [], factsVersion }: Unit): void {
  const known = factsVersionIn(tables);
  if (entries.length && factsVersion !== undefined) {
    if (factsVersion !== known) throw new CommitRefused('staleFacts', 'the ledger');
    // who changes them at the same time collides with this unit
    tables.facts.set(one, known);
  }
  for (const entry of entries) {
    const { id, source, date, currency, memo, lines } = entry;
    if (tables.entries.get(id)) throw new CommitRefused('alreadyPosted', id);
    if (tables.entries.rows().some((other) => other.source === source))
      throw new CommitRefused('alreadyPosted', source);
    tables.entries.set(id, frozenCopy<EntryRow>({ id, source, date, currency, memo, lines }));
  }
}

let outgoing = 0;
function writeEvents(tables: Tables, unit: Unit): void {
  const { transitions, entries = [] } = unit;
  for (const { documentType, row, events } of transitions)
    append(documentType, row.id, events, row.lifecycle);
  for (const { id, event } of entries) if (event) append('entry', id, [event]);

  function append(
    documentType: string,
    streamId: string,
    events: readonly NewEvent[],
    pin?: LifecyclePin,
  ): void {
    if (!events.length) return;
    const before = tables.streams.get(streamId) ?? [];
    const added = events.map(({ protocol, type, schemaVersion, data }, at) => ({
      ...{ documentType, streamId, streamVersion: before.length + at + 1 },
      ...{ protocol, type, schemaVersion, data },
      meta: pin && !before.length && !at ? { ...unit.meta, lifecycle: pin } : unit.meta,
      at: instant(unit.at),
    }));
    const stored = frozenCopy(added);
    tables.streams.set(streamId, [...before, ...stored]);
    tables.outbox.set(keyOf(outgoing++), { streamId, events: stored });
  }
}

function writeTimers({ timers }: Tables, { timers: set = [], timersDropped = [], meta }: Unit) {
  for (const id of timersDropped) timers.delete(id);
  for (const { id, dueAt, streamId, name, data } of set) {
    const due = instant(dueAt);
    timers.set(
      id,
      frozenCopy({ id, dueAt: due, streamId, name, data, meta, attempts: 0, tryAt: due }),
    );
  }
}
