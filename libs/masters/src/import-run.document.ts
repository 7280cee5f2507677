/** The import run: a file that was brought in, and what it reconciled to. */
import { defineDocument } from '@morrow/contract';
import { defineLifecycle, type JsonObject } from '@morrow/kernel';

export interface ImportRunFields extends JsonObject {
  readonly kind: string;
  readonly file: string;
  readonly fingerprint: string;
  /** How many runs came before it; no two have the same, so two cannot begin at once unseen. */
  readonly ordinal: number | null;
  /** Of the file: its lines, and the moments between which they lie; null where not told. */
  readonly lines: number | null;
  readonly firstAt: string | null;
  readonly lastAt: string | null;
  /** The reconciliation as a list of one, once it is finished. */
  readonly outcome: readonly JsonObject[];
  readonly sentence: string;
  /** How often it has begun; null on a run that began in an earlier release. */
  readonly attempt: number | null;
  /** What it has booked at least, as a list of one; empty where nothing was stated. */
  readonly booked: readonly JsonObject[] | null;
}

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

/** The statement that covers more lines: a run that begins again counts from the start. */
const more = (held: ImportRunFields['booked'], data: JsonObject) => {
  const booked = data['booked'] as JsonObject | undefined;
  const known = held?.[0];
  return booked && Number(booked['lines']) >= Number(known?.['lines'] ?? 0) ? [booked] : held;
};

export const importRun = defineDocument<ImportRunFields>({
  name: 'importRun',
  label: 'Import',
  scope: 'organization',
  numberField: 'fingerprint',
  lifecycles: [first, abandonable],
  moves: [{ from: 1, to: 2, states: stays }],
  fields: {
    kind: { kind: 'text', label: 'Kind' },
    file: { kind: 'text', label: 'File' },
    fingerprint: { kind: 'text', label: 'Fingerprint', unique: true },
    ordinal: { kind: 'integer', label: 'Ordinal', unique: true, optional: true },
    lines: { kind: 'integer', label: 'Lines', optional: true },
    firstAt: { kind: 'instant', label: 'First line', optional: true },
    lastAt: { kind: 'instant', label: 'Last line', optional: true },
    outcome: { kind: 'table', label: 'Reconciliation' },
    sentence: { kind: 'text', label: 'What went wrong' },
    attempt: { kind: 'integer', label: 'Attempt', optional: true },
    booked: { kind: 'table', label: 'Booked so far', optional: true },
  },
  evolve(fields, { type, data }) {
    const held = fields as ImportRunFields;
    if (type === 'importBegun') {
      const { extent, ordinal = held?.ordinal ?? null, attempt = null, ...details } = data;
      const { lines = null, firstAt = null, lastAt = null } = (extent ?? {}) as JsonObject;
      const told = { attempt, booked: held?.booked ?? null, outcome: [], sentence: '' };
      const begun = { ...details, ordinal, lines, firstAt, lastAt, ...told };
      return begun as unknown as ImportRunFields;
    }
    const booked = more(held.booked, data);
    if (type === 'importProgressed') return { ...held, booked };
    if (type === 'importAbandoned')
      return { ...held, sentence: String(data['note'] ?? held.sentence) };
    if (type === 'importFailed') return { ...held, booked, sentence: String(data['sentence']) };
    return { ...held, outcome: [data['reconciliation'] as JsonObject] };
  },
});
