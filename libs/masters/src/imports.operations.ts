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
import { Imports, Reconciliation, type ImportRun } from '@morrow/protocol-imports';
import { importRun, type ImportRunFields } from './import-run.document.ts';

const shown = ({ id, state, fields }: DocumentRow): ImportRun => {
  const { kind, file, fingerprint, outcome, sentence } = fields as ImportRunFields;
  const [reconciled] = outcome;
  return {
    importId: id as Id<'import'>,
    kind,
    file,
    fingerprint,
    status: state as ImportRun['status'],
    startedAt: madeAt(id),
    ...(reconciled && { reconciliation: codecOf(Reconciliation).decode(reconciled) }),
    ...(sentence && { sentence }),
  };
};

export const importsOperations = (engines: Engines, clock: Clock, ids: Ids): Imports => {
  const storeOf = (context: CallContext) => engines.stores.of(context.tenant);
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
          const event = eventOf(Imports, 'importBegun', details);
          const transition = transitionOf(importRun, row, row?.id ?? ids.next(), [event]);
          return { transitions: [transition], output: shown(transition.row) };
        }),
      ),
    finish: ({ importId, reconciliation }, context) =>
      end(importId, context, 'importFinished', { reconciliation }),
    fail: ({ importId, sentence }, context) => end(importId, context, 'importFailed', { sentence }),
    async latest(_input, context) {
      let last: DocumentRow | undefined;
      for (let after: string | undefined; ;) {
        const rows = await storeOf(context).list('importRun', { after, limit: 200 });
        last = rows.at(-1) ?? last;
        after = rows.at(-1)?.id;
        if (rows.length < 200) break;
      }
      return { run: last && shown(last) };
    },
  };
};
