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
}

const lifecycle = defineLifecycle({
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

export const importRun = defineDocument<ImportRunFields>({
  name: 'importRun',
  label: 'Import',
  scope: 'organization',
  numberField: 'fingerprint',
  lifecycles: [lifecycle],
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
  },
  evolve(fields, { type, data }) {
    const held = fields as ImportRunFields;
    if (type === 'importBegun') {
      const { extent, ordinal = held?.ordinal ?? null, ...details } = data;
      const { lines = null, firstAt = null, lastAt = null } = (extent ?? {}) as JsonObject;
      const begun = { ...details, ordinal, lines, firstAt, lastAt, outcome: [], sentence: '' };
      return begun as unknown as ImportRunFields;
    }
    if (type === 'importFailed') return { ...held, sentence: String(data['sentence']) };
    return { ...held, outcome: [data['reconciliation'] as JsonObject] };
  },
});
