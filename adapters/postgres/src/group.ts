/** Encodes a group of units into the arguments of the commit function. */
import type { EntryRow, NewEvent, Unit } from '@morrow/engines';
import type { JsonObject, LifecyclePin } from '@morrow/kernel';
import { recordOf, type DocumentTable } from './document-table.ts';

interface Sections {
  /** Rows of documents that move, and of those that begin. */
  readonly documents: Record<string, JsonObject[]>;
  readonly begins: Record<string, JsonObject[]>;
  readonly joint: number[];
  readonly events: JsonObject[];
  readonly streams: JsonObject[];
  readonly receipts: JsonObject[];
  readonly entries: JsonObject[];
  readonly lines: JsonObject[];
  readonly timers: JsonObject[];
  readonly dropped: JsonObject[];
  bumps: boolean;
}

interface Pushed {
  readonly id: string;
  readonly type: string;
  readonly before: number;
  readonly pin?: LifecyclePin;
}

/** Rows of one transition or entry that the columns for their places can number. */
const placesMax = 32_767;

/** Throws a RangeError that names what is too large to be stored. */
export function refuseTooLarge({ transitions, entries = [] }: Unit): void {
  for (const { documentType, row, events } of transitions)
    if (events.length > placesMax)
      throw new RangeError(
        `A change of ${documentType} ${row.id} has ${events.length} events; ` +
          `${placesMax} fit into one.`,
      );
  for (const { source, lines } of entries)
    if (lines.length > placesMax)
      throw new RangeError(
        `The entry for ${source} has ${lines.length} lines; ${placesMax} fit into one.`,
      );
}

function addStream(
  sections: Sections,
  unit: Unit,
  at: number,
  stream: Pushed,
  events: readonly NewEvent[],
): void {
  const { id: s, type: d, before, pin } = stream;
  for (const [index, { protocol: p, type: t, schemaVersion: x, data }] of events.entries())
    sections.events.push({
      u: at, s, v: before + index + 1, d, p, t, x, data, at: unit.at,
      meta: (pin && before + index === 0 ? { ...unit.meta, lifecycle: pin } : unit.meta) as never,
    }); // prettier-ignore
  sections.streams.push({ u: at, s, v: before + 1, n: events.length });
}

function addEntry(sections: Sections, unit: Unit, at: number, entry: EntryRow): void {
  const { id, source, date, currency, memo, lines, event } = entry;
  sections.entries.push({
    u: at,
    facts: unit.factsVersion ?? null,
    id,
    source,
    date,
    currency,
    memo,
  });
  for (const [line, { account, amount }] of lines.entries())
    sections.lines.push({ u: at, id, line, account, amount, date, currency });
  if (event) addStream(sections, unit, at, { id, type: 'entry', before: 0 }, [event]);
}

/** Values of the parameters $1 to $11; a section without rows is null. */
export function argumentsOf(
  units: readonly Unit[],
  tables: ReadonlyMap<string, DocumentTable>,
  facts: ReadonlySet<string>,
): unknown[] {
  const sections: Sections = {
    documents: {}, begins: {}, joint: [], events: [], streams: [], receipts: [], entries: [],
    lines: [], timers: [], dropped: [], bumps: false,
  }; // prettier-ignore
  for (const [at, unit] of units.entries()) {
    const { transitions, entries = [], receipt, timers = [], timersDropped = [] } = unit;
    if (transitions.length > 1 || (transitions.length && entries.length)) sections.joint.push(at);
    for (const { documentType, row, events } of transitions) {
      const table = tables.get(documentType);
      if (!table) throw new TypeError(`This domain keeps no ${documentType}`);
      const record = { ...recordOf(table, row, at, events.length), _at: unit.at };
      const before = row.version - events.length;
      ((before ? sections.documents : sections.begins)[documentType] ??= []).push(record);
      const stream = { id: row.id, type: documentType, before, pin: row.lifecycle };
      // one without events says that the rest is refused where the row has moved
      if (events.length) addStream(sections, unit, at, stream, events);
      sections.bumps ||= facts.has(documentType);
    }
    for (const entry of entries) addEntry(sections, unit, at, entry);
    if (receipt) sections.receipts.push({ u: at, at: unit.at, ...receipt } as JsonObject);
    for (const { id, dueAt: due, streamId: s, name, data } of timers)
      sections.timers.push({ u: at, id, due, s, name, data, meta: unit.meta as never });
    for (const id of timersDropped) sections.dropped.push({ u: at, id });
  }
  const sectionsOf = (rows: Record<string, JsonObject[]>) =>
    Object.keys(rows).length ? JSON.stringify(rows) : null;
  const text = (rows: readonly JsonObject[]) => (rows.length ? JSON.stringify(rows) : null);
  return [
    sectionsOf(sections.documents),
    sections.joint,
    text(sections.events),
    text(sections.streams),
    text(sections.receipts),
    text(sections.entries),
    text(sections.lines),
    sections.bumps,
    text(sections.timers),
    sectionsOf(sections.begins),
    text(sections.dropped),
  ];
}

/** The call of a commit function, prepared once on each connection. */
export const commitStatement = (name: string) => ({
  name,
  text: `select * from ${name}($1::jsonb, $2::int[], $3::jsonb, $4::jsonb, $5::json,
    $6::jsonb, $7::jsonb, $8, $9::jsonb, $10::jsonb, $11::jsonb)`,
});
