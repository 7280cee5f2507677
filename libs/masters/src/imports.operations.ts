/** Imports: records runs of importers; one run for each file. */
import { codecOf, type CallContext, type EventOf } from '@morrow/contract';
import {
  againOnDuplicate,
  commitChange,
  eventOf,
  NotInState,
  transitionOf,
  type DocumentRow,
  type Engines,
} from '@morrow/document-keeper';
import { madeAt, type Clock, type Id, type Ids } from '@morrow/kernel';
import { Imports, Reconciliation, type Extent, type ImportRun } from '@morrow/protocol-imports';
import { importRun, type ImportRunFields } from './import-run.document.ts';

type Begun = Parameters<Imports['begin']>[0];
const pageMax = 200;

const extentOf = ({ lines, firstAt, lastAt }: ImportRunFields): Extent | undefined =>
  lines !== null && firstAt !== null && lastAt !== null
    ? { lines, firstAt: new Date(firstAt), lastAt: new Date(lastAt) }
    : undefined;
const minute = (at: Date) => at.toISOString().slice(0, 16).replace('T', ' ');

/** Refuses a file that lies, in whole or in part, within one of its kind that came before. */
function refuseOverlap(runs: readonly ImportRun[], { kind, fingerprint, extent }: Begun): void {
  if (!extent) return;
  const earlier = runs.find(
    (run) =>
      run.kind === kind &&
      run.fingerprint !== fingerprint &&
      run.extent &&
      run.extent.firstAt <= extent.lastAt &&
      extent.firstAt <= run.extent.lastAt,
  );
  if (!earlier?.extent) return;
  const { lines, firstAt, lastAt } = earlier.extent;
  const data = { file: earlier.file, lines, from: minute(firstAt), to: minute(lastAt) };
  throw Imports.fail(earlier.status === 'finished' ? 'overlaps' : 'overlapsUnfinished', data);
}

const shown = ({ id, state, fields }: DocumentRow): ImportRun => {
  const held = fields as ImportRunFields;
  const { kind, file, fingerprint, outcome, sentence } = held;
  const [reconciled] = outcome;
  const extent = extentOf(held);
  return {
    importId: id as Id<'import'>,
    kind,
    file,
    fingerprint,
    status: state as ImportRun['status'],
    startedAt: madeAt(id),
    ...(extent && { extent }),
    ...(reconciled && { reconciliation: codecOf(Reconciliation).decode(reconciled) }),
    ...(sentence && { sentence }),
  };
};

export const importsOperations = (engines: Engines, clock: Clock, ids: Ids): Imports => {
  const storeOf = (context: CallContext) => engines.stores.of(context.tenant);
  /** All runs, the first begun first. */
  const runsOf = async (context: CallContext): Promise<ImportRun[]> => {
    const runs: ImportRun[] = [];
    for (let after: string | undefined; ;) {
      const rows = await storeOf(context).list('importRun', { after, limit: pageMax });
      runs.push(...rows.map(shown));
      after = rows.at(-1)?.id;
      if (rows.length < pageMax) return runs;
    }
  };
  const end = <K extends 'importFinished' | 'importFailed'>(
    importId: Id<'import'>,
    context: CallContext,
    type: K,
    data: EventOf<typeof Imports, K>,
  ) =>
    commitChange(engines, clock, context, async () => {
      const row = await storeOf(context).load('importRun', importId);
      if (!row) throw Imports.fail('unknownImport', { importId });
      try {
        const transition = transitionOf(importRun, row, row.id, [eventOf(Imports, type, data)]);
        return { transitions: [transition], output: shown(transition.row) };
      } catch (error) {
        if (error instanceof NotInState) throw Imports.fail('importEnded', { importId });
        throw error;
      }
    });
  return {
    begin: (details, context) =>
      againOnDuplicate(() =>
        commitChange(engines, clock, context, async () => {
          const { fingerprint } = details;
          const [row] = await storeOf(context).findBy('importRun', 'fingerprint', [fingerprint]);
          if (row && row.state !== 'failed') return { transitions: [], output: shown(row) };
          const runs = await runsOf(context);
          refuseOverlap(runs, details);
          const ordinal = row ? {} : { ordinal: runs.length };
          const event = eventOf(Imports, 'importBegun', { ...details, ...ordinal });
          const transition = transitionOf(importRun, row, row?.id ?? ids.next(), [event]);
          return { transitions: [transition], output: shown(transition.row) };
        }),
      ),
    finish: ({ importId, reconciliation }, context) =>
      end(importId, context, 'importFinished', { reconciliation }),
    fail: ({ importId, sentence }, context) => end(importId, context, 'importFailed', { sentence }),
    latest: async (_input, context) => ({ run: (await runsOf(context)).at(-1) }),
  };
};
