/** Finds the events that the values of a derived document are from. */
import type { SetBy, StepsOf, StreamEvent } from '@morrow/engines';
import { canonicalJson, type Json } from '@morrow/kernel';
import { recordOf, type DocumentTable } from './document-table.ts';
import type { Run } from './run.ts';
import { eventOfRecord, type EventRecord } from './relay.ts';

/** Reads a document's stream and goes through it event by event. */
export const setByEvents =
  (run: Run, table: DocumentTable, steps: StepsOf): SetBy =>
  async (id) => {
    const records = await run<EventRecord>(
      'select * from event where stream_id = $1 order by stream_version',
      [id],
    );
    const events = records.map(eventOfRecord);
    const found = new Map<string, StreamEvent>();
    let before: Readonly<Record<string, Json>> = {};
    for (const [at, row] of steps({ id, documentType: table.documentType, events }).entries()) {
      const after = recordOf(table, row, 0, 0);
      const event = events[at];
      for (const [column, value] of Object.entries(after))
        if (event && (!at || canonicalJson(before[column] ?? null) !== canonicalJson(value)))
          found.set(column, event);
      before = after;
    }
    return found;
  };
