/** What the run of an import is: a file that was brought in, and what it reconciled to. */
import { Code, defineRecord, fields, Text } from '@morrow/contract';
import { z } from 'zod';

/** Exact amount as decimal text, as it adds up in the file. */
export const ExactAmount = Code(40);
export const Count = z.int().min(0);
export const Refusal = z.object({
  line: Count,
  reason: Text(200),
  amount: ExactAmount,
  /** Name of the column, and what stands in it, where one cell is to blame. */
  column: Text(40).optional(),
  value: Text(60).optional(),
});
export const Side = z.object({ lines: Count, amount: ExactAmount });
/** What a run has booked so far, at least: lines and their exact sum, and its opening stock. */
export const Booked = z.object({ ...Side.shape, opening: ExactAmount.optional() });
export type Booked = z.output<typeof Booked>;
/** File = posted + refused, and posted = revenue + charges + rounding and the like, by name. */
export const Reconciliation = z.object({
  lines: Count,
  amount: ExactAmount,
  posted: Side,
  refused: Side,
  /** The first refusals; the report of the importer has all. */
  reasons: z.array(Refusal).max(100),
  parts: z.array(z.object({ name: Text(60), lines: Count, amount: ExactAmount })).max(60),
  /** Counts of another kind, by name: of a retail file, how its cancellations were matched. */
  counts: z
    .array(z.object({ name: Text(60), count: Count }))
    .max(20)
    .optional(),
});
export type Reconciliation = z.output<typeof Reconciliation>;

export const FileRun = defineRecord({
  name: 'importRun',
  owner: 'masters',
  title: { one: 'Import', many: 'Imports' },
  known: { by: 'fingerprint' },
  scope: 'organization',
  fields: {
    kind: fields.code({ max: 32, label: 'Kind' }),
    file: fields.text({ max: 200, label: 'File' }),
    fingerprint: fields.code({
      max: 64,
      label: 'Fingerprint',
      help: 'SHA-256 of the file: a second run of the same file goes on where the first stood.',
      unique: true,
      once: true,
    }),
    /** How many runs came before it; no two have the same, so two cannot begin at once unseen. */
    ordinal: fields.integer({ label: 'Ordinal', unique: true, optional: true }),
    /** Of the file: its lines, and the moments between which they lie. */
    lines: fields.integer({ label: 'Lines', optional: true }),
    firstAt: fields.instant({ label: 'First line', optional: true }),
    lastAt: fields.instant({ label: 'Last line', optional: true }),
    /** One row once it is finished. */
    outcome: fields.table({ of: Reconciliation, max: 1, label: 'Reconciliation' }),
    sentence: fields.text({ max: 300, label: 'What went wrong' }),
    /** How often it has begun; null on a run that began in an earlier release. */
    attempt: fields.integer({ label: 'Attempt', optional: true }),
    /** One row with what it has booked at least; null where nothing was stated. */
    booked: fields.table({ of: Booked, max: 1, label: 'Booked so far', optional: true }),
  },
  states: {
    running: 'Running',
    finished: 'Finished',
    failed: 'Failed',
    abandoned: 'Abandoned',
  },
});
