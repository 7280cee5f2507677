/** The run of an import as masters keep it. */
import { documentOf, type RowOf, type WireOf } from '@morrow/contract';
import type { DocumentRow } from '@morrow/document-keeper';
import { defineLifecycle, present, type JsonObject } from '@morrow/kernel';
import { FileRun, Imports, type Booked } from '@morrow/protocol-imports';

const first = defineLifecycle({
  id: 'importRun',
  version: 1,
  states: ['running', 'finished', 'failed'],
  transitions: [
    { on: 'importBegun', from: [], to: 'running' },
    { on: 'importBegun', from: ['failed'], to: 'running' },
    { on: 'importFinished', from: ['running'], to: 'finished' },
    { on: 'importFailed', from: ['running'], to: 'failed' },
  ],
});
/** Adds progress, and the way out for a run that nobody continues. */
const abandonable = defineLifecycle({
  id: 'importRun',
  version: 2,
  states: ['running', 'finished', 'failed', 'abandoned'],
  transitions: [
    { on: 'importBegun', from: [], to: 'running' },
    { on: 'importBegun', from: ['failed', 'abandoned'], to: 'running' },
    { on: 'importProgressed', from: ['running'], to: 'running' },
    { on: 'importFinished', from: ['running'], to: 'finished' },
    { on: 'importFailed', from: ['running'], to: 'failed' },
    { on: 'importAbandoned', from: ['running', 'failed'], to: 'abandoned' },
  ],
});
const stays = { running: 'running', finished: 'finished', failed: 'failed' };

type Held = RowOf<typeof FileRun>;

/** The statement that covers more lines: a run that begins again counts from the start. */
const more = (held: Held['booked'], booked: WireOf<typeof Booked> | undefined): Held['booked'] =>
  booked && booked.lines >= (held?.[0]?.lines ?? 0) ? [booked] : held;

export const importRun = documentOf(FileRun, {
  events: Imports,
  lifecycles: [first, abandonable],
  moves: [{ from: 1, to: 2, states: stays }],
  evolve(before, { type, data }) {
    if (type === 'importBegun') {
      const { extent, ordinal = before?.ordinal ?? null, attempt = null, ...details } = data;
      const { lines = null, firstAt = null, lastAt = null } = extent ?? {};
      const told = { attempt, booked: before?.booked ?? null, outcome: [], sentence: '' };
      return { ...details, ordinal, lines, firstAt, lastAt, ...told };
    }
    const held = present(before, `${type} begins no import`);
    switch (type) {
      case 'importProgressed':
        return { ...held, booked: more(held.booked, data.booked) };
      case 'importAbandoned':
        return { ...held, sentence: data.note ?? held.sentence };
      case 'importFailed':
        return { ...held, booked: more(held.booked, data.booked), sentence: data.sentence };
      case 'importFinished':
        return { ...held, outcome: [data.reconciliation] };
    }
  },
});
export type ImportRunRow = DocumentRow<Held & JsonObject>;
