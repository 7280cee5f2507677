/** Imports: runs that brought data in from a file, with how far they are and what they reconciled
 * to. */
import {
  Code,
  command,
  defineProtocol,
  idSchema,
  InstantSchema,
  query,
  Text,
  type PortFor,
} from '@morrow/contract';
import { z } from 'zod';

export const ImportId = idSchema('import');
/** Exact amount as decimal text, as it adds up in the file. */
export const ExactAmount = Code(40);
const Count = z.int().min(0);
const Refusal = z.object({ line: Count, reason: Text(200), amount: ExactAmount });
const Side = z.object({ lines: Count, amount: ExactAmount });

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

/** How many lines a file has, and from when to when they reach, both ends counted. */
export const Extent = z.object({ lines: Count, firstAt: InstantSchema, lastAt: InstantSchema });
export type Extent = z.output<typeof Extent>;
/** The run that stands in the way, for a sentence; its moments in UTC. */
const Earlier = z.object({ file: Text(200), lines: Count, from: Code(20), to: Code(20) });
const Begun = z.object({
  kind: Code(32),
  file: Text(200),
  fingerprint: Code(64),
  /** Files of one kind may not overlap; absent: this is not asked. */
  extent: Extent.optional(),
});

const Run = z.object({
  importId: ImportId,
  kind: Code(32),
  file: Text(200),
  /** SHA-256 of the file's bytes: a second run of the same file goes on where the first stood. */
  fingerprint: Code(64),
  extent: Extent.optional(),
  status: z.enum(['running', 'finished', 'failed']),
  startedAt: InstantSchema,
  endedAt: InstantSchema.optional(),
  reconciliation: Reconciliation.optional(),
  sentence: Text(300).optional(),
});
export const ImportRun = Run;
export type ImportRun = z.output<typeof Run>;

export const Imports = defineProtocol({
  name: 'imports',
  version: 1,
  domain: 'masters',
  summary: 'Runs of importers',
  errors: {
    unknownImport: {
      fault: 'missing',
      data: z.object({ importId: ImportId }),
      sentence: 'There is no import {importId}.',
    },
    importEnded: {
      fault: 'conflict',
      data: z.object({ importId: ImportId }),
      sentence: 'The import {importId} has ended already.',
    },
    overlaps: {
      fault: 'conflict',
      data: Earlier,
      sentence:
        'The file overlaps with {file}, which is imported ({lines} lines from {from} to {to}): ' +
        'import a file that holds only what lies before or after.',
    },
    overlapsUnfinished: {
      fault: 'conflict',
      data: Earlier,
      sentence:
        'The file overlaps with {file}, whose import was begun and not finished ' +
        '({lines} lines from {from} to {to}): import that file again first.',
    },
  },
  operations: {
    begin: command({
      summary: 'Begins a run, or gives the one of the same file back',
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
      summary: 'Ends a run that could not go on',
      input: z.object({ importId: ImportId, sentence: Text(300) }),
      output: Run,
      errors: ['unknownImport', 'importEnded'],
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
      version: 1,
      summary: 'A run started',
      data: Begun.extend({ ordinal: Count.optional() }),
    },
    importFinished: {
      version: 1,
      summary: 'A run finished with its reconciliation',
      data: z.object({ reconciliation: Reconciliation }),
    },
    importFailed: {
      version: 1,
      summary: 'A run could not go on',
      data: z.object({ sentence: Text(300) }),
    },
  },
});
export type Imports = PortFor<typeof Imports>;
