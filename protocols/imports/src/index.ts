/** Imports: runs that brought data in from a file, with how far they are and what they reconciled
 * to. */
import {
  Code,
  command,
  defineProtocol,
  idSchema,
  InstantSchema,
  query,
  shapeOf,
  Text,
  type PortFor,
} from '@morrow/contract';
import { z } from 'zod';
import { Booked, Count, FileRun, Reconciliation, Refusal, Side } from './file-run.record.ts';

export { Booked, ExactAmount, FileRun, Reconciliation } from './file-run.record.ts';

export const ImportId = idSchema('import');
export const runsPageMax = 100;

/** As it was before refusals named their cell. */
const FirstReconciliation = Reconciliation.extend({
  reasons: z.array(Refusal.omit({ column: true, value: true })).max(100),
});

/** How many lines a file has, and from when to when they reach, both ends counted. */
export const Extent = z.object({ lines: Count, firstAt: InstantSchema, lastAt: InstantSchema });
export type Extent = z.output<typeof Extent>;
/** The run that stands in the way, for a sentence; its moments in UTC. */
const Earlier = z.object({ file: Text(200), lines: Count, from: Code(20), to: Code(20) });
const identity = shapeOf(FileRun, ['kind', 'file', 'fingerprint']);
const Begun = z.object({
  ...identity,
  /** Files of one kind may not overlap; absent: this is not asked. */
  extent: Extent.optional(),
});

const FirstBegun = Begun.extend({ ordinal: Count.optional() });

const run = {
  importId: ImportId,
  ...identity,
  extent: Extent.optional(),
  status: z.enum(['running', 'finished', 'failed']),
  startedAt: InstantSchema,
  endedAt: InstantSchema.optional(),
  sentence: Text(300).optional(),
  /** How often the run has begun, from 1; absent on a run of an earlier release. */
  attempt: z.int().min(1).optional(),
  /** Absent where it is not known: on a run of an earlier release. */
  booked: Booked.optional(),
  /** Whether the failed run was given up, so that its file no longer stands in the way of
   * others. */
  isAbandoned: z.boolean().optional(),
};
/** A run as it is listed. */
export const ImportSummary = z.object({ ...run, refused: Side.optional() });
export type ImportSummary = z.output<typeof ImportSummary>;
const Run = z.object({ ...run, reconciliation: Reconciliation.optional() });
export const ImportRun = Run;
export type ImportRun = z.output<typeof Run>;

export const Imports = defineProtocol({
  name: 'imports',
  version: 1,
  domain: 'masters',
  summary: 'Imports of files, and what they booked',
  errors: {
    unknownImport: {
      fault: 'missing',
      data: z.object({ importId: ImportId }),
      sentence: 'There is no import {importId}.',
    },
    importEnded: {
      fault: 'conflict',
      data: z.object({ importId: ImportId }),
      sentence: 'The import {importId} has already ended.',
    },
    overlaps: {
      fault: 'conflict',
      data: Earlier,
      sentence:
        'The file overlaps with {file}, which was imported ({lines} lines from {from} to {to}). ' +
        'Import a file that contains only lines before or after it.',
    },
    overlapsUnfinished: {
      fault: 'conflict',
      data: Earlier,
      sentence:
        'The file overlaps with {file}, whose import was started but not finished ' +
        '({lines} lines from {from} to {to}). Import that file again, or abandon its import.',
    },
  },
  operations: {
    begin: command({
      summary: 'Starts a run, or returns the run of the same file; a failed run starts again',
      input: Begun,
      output: Run,
      errors: ['overlaps', 'overlapsUnfinished'],
    }),
    finish: command({
      summary: 'Finishes a run with its reconciliation',
      input: z.object({ importId: ImportId, reconciliation: Reconciliation }),
      output: Run,
      errors: ['unknownImport', 'importEnded'],
    }),
    fail: command({
      summary: 'Ends a run that cannot continue, with what it has booked',
      input: z.object({ importId: ImportId, sentence: Text(300), booked: Booked.optional() }),
      output: Run,
      errors: ['unknownImport', 'importEnded'],
    }),
    progress: command({
      summary: 'Records what a run has booked so far',
      input: z.object({ importId: ImportId, booked: Booked }),
      output: ImportSummary,
      errors: ['unknownImport', 'importEnded'],
    }),
    abandon: command({
      summary:
        'Gives up a run that has not finished, so that its file no longer blocks others; ' +
        'what it booked stays, and the answer states it',
      input: z.object({ importId: ImportId, note: Text(200).optional() }),
      output: ImportSummary,
      errors: ['unknownImport', 'importEnded'],
    }),
    list: query({
      summary: 'Runs in the order in which they first began, without their reconciliations',
      input: z.object({
        after: ImportId.optional(),
        limit: z.int().min(1).max(runsPageMax),
      }),
      output: z.object({
        runs: z.array(ImportSummary).max(runsPageMax),
        next: ImportId.optional(),
      }),
      errors: [],
    }),
    latest: query({
      summary: 'The run that started last, if any',
      input: z.object({}),
      output: z.object({ run: Run.optional() }),
      errors: [],
    }),
  },
  events: {
    importBegun: {
      version: 2,
      summary: 'A run started',
      data: FirstBegun.extend({ attempt: z.int().min(1).optional() }),
      earlier: [{ version: 1, data: FirstBegun, upcast: (data) => data }],
    },
    importFinished: {
      version: 2,
      summary: 'A run finished with its reconciliation',
      data: z.object({ reconciliation: Reconciliation }),
      earlier: [
        {
          version: 1,
          data: z.object({ reconciliation: FirstReconciliation }),
          upcast: (data) => data,
        },
      ],
    },
    importFailed: {
      version: 2,
      summary: 'A run could not continue',
      data: z.object({ sentence: Text(300), booked: Booked.optional() }),
      earlier: [{ version: 1, data: z.object({ sentence: Text(300) }), upcast: (data) => data }],
    },
    importProgressed: {
      version: 1,
      summary: 'A run reported what it has booked so far',
      data: z.object({ booked: Booked }),
    },
    importAbandoned: {
      version: 1,
      summary: 'A run was given up; what it booked stays',
      data: z.object({ by: Text(200), note: Text(200).optional() }),
    },
  },
});
export type Imports = PortFor<typeof Imports>;
