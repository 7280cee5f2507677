/** Imports: records the runs of importers; one run for each file. */
import { codecOf, lifecycleMoved, type CallContext, type EventOf } from '@morrow/contract';
import {
  commitChange,
  eventOf,
  hasMoved,
  isDuplicate,
  nextOf,
  NotInState,
  transitionOf,
  untilNoConflict,
  type Documents,
  type Engines,
  type NewEvent,
} from '@morrow/document-keeper';
import { madeAt, pinOf, present, type Clock, type Id, type Ids } from '@morrow/kernel';
import {
  Imports,
  Reconciliation,
  type Extent,
  type ImportRun,
  type ImportSummary,
} from '@morrow/protocol-imports';
import { keepingOf } from '@morrow/protocol-keeping';
import { importRun, type ImportRunRow } from './import-run.document.ts';

type Begun = Parameters<Imports['begin']>[0];
const pageMax = 200;

const extentOf = ({ lines, firstAt, lastAt }: ImportRunRow['fields']): Extent | undefined =>
  lines !== null && firstAt !== null && lastAt !== null
    ? { lines, firstAt: new Date(firstAt), lastAt: new Date(lastAt) }
    : undefined;
const minute = (at: Date) => at.toISOString().slice(0, 16).replace('T', ' ');

/** Whether a run that ended without success has left nothing that a file could overlap with. */
const isOutOfTheWay = ({ status, isAbandoned, booked }: ImportRun): boolean =>
  isAbandoned === true ||
  (status === 'failed' && booked?.lines === 0 && booked.opening === undefined);

/** Refuses a file that overlaps, in whole or in part, with an earlier one of its kind. */
function refuseOverlap(runs: readonly ImportRun[], { kind, fingerprint, extent }: Begun): void {
  if (!extent) return;
  const earlier = runs.find(
    (run) =>
      run.kind === kind &&
      run.fingerprint !== fingerprint &&
      run.extent &&
      !isOutOfTheWay(run) &&
      run.extent.firstAt <= extent.lastAt &&
      extent.firstAt <= run.extent.lastAt,
  );
  if (!earlier?.extent) return;
  const { lines, firstAt, lastAt } = earlier.extent;
  const data = { file: earlier.file, lines, from: minute(firstAt), to: minute(lastAt) };
  throw Imports.fail(earlier.status === 'finished' ? 'overlaps' : 'overlapsUnfinished', data);
}

const headOf = ({ id, state, fields }: ImportRunRow) => {
  const { kind, file, fingerprint, sentence, attempt } = fields;
  const extent = extentOf(fields);
  const booked = fields.booked?.[0];
  return {
    importId: id as Id<'import'>,
    kind,
    file,
    fingerprint,
    status: (state === 'abandoned' ? 'failed' : state) as ImportRun['status'],
    startedAt: madeAt(id),
    ...(extent && { extent }),
    ...(sentence && { sentence }),
    ...(attempt !== null && { attempt }),
    ...(booked && { booked }),
    ...(state === 'abandoned' && { isAbandoned: true }),
  };
};
const shown = (row: ImportRunRow): ImportRun => {
  const [reconciled] = row.fields.outcome;
  const reconciliation = reconciled && codecOf(Reconciliation).decode(reconciled);
  return { ...headOf(row), ...(reconciliation && { reconciliation }) };
};
const summarised = (row: ImportRunRow): ImportSummary => {
  const [reconciled] = row.fields.outcome;
  return { ...headOf(row), ...(reconciled && { refused: reconciled.refused }) };
};

/** Events that begin with the move to the newest lifecycle, for a run of an earlier release. */
function onNewest(row: ImportRunRow, event: NewEvent): readonly NewEvent[] {
  const newest = pinOf(present(importRun.lifecycles.at(-1), 'It has a lifecycle'));
  if (row.lifecycle.version === newest.version) return [event];
  const moved = { documentType: importRun.name, from: row.lifecycle, to: newest, state: row.state };
  return [eventOf(keepingOf('masters'), lifecycleMoved, moved), event];
}

/** All runs, the first begun first. */
async function runsOf(documents: Documents): Promise<ImportRun[]> {
  const runs: ImportRun[] = [];
  for (let after: string | undefined; ;) {
    const rows = await documents.list(importRun, { after, limit: pageMax });
    runs.push(...rows.map(shown));
    after = rows.at(-1)?.id;
    if (rows.length < pageMax) return runs;
  }
}

type Ending = 'importFinished' | 'importFailed' | 'importProgressed' | 'importAbandoned';

/** Moves a run by one event and shows it. */
const stepping =
  (engines: Engines, clock: Clock) =>
  <K extends Ending, Output>(
    importId: Id<'import'>,
    context: CallContext,
    [type, data]: readonly [K, EventOf<typeof Imports, K>],
    view: (row: ImportRunRow) => Output,
  ) =>
    commitChange(engines, clock, context, async () => {
      const row = await engines.documents(context).load(importRun, importId);
      if (!row) throw Imports.fail('unknownImport', { importId });
      if (type === 'importAbandoned' && row.state === 'abandoned')
        return { transitions: [], output: view(row) };
      const events = onNewest(row, eventOf(Imports, type, data));
      try {
        const transition = transitionOf(importRun, row, row.id, events);
        return { transitions: [transition], output: view(transition.row) };
      } catch (error) {
        if (error instanceof NotInState) throw Imports.fail('importEnded', { importId });
        throw error;
      }
    });

export const importsOperations = (engines: Engines, clock: Clock, ids: Ids): Imports => {
  const { documents } = engines;
  const step = stepping(engines, clock);
  const begin = async (details: Begun, context: CallContext) => {
    const { fingerprint } = details;
    const row = await documents(context).find(importRun, 'fingerprint', fingerprint);
    if (row && (row.state === 'running' || row.state === 'finished'))
      return { transitions: [], output: shown(row) };
    const runs = await runsOf(documents(context));
    refuseOverlap(runs, details);
    const ordinal = row ? {} : { ordinal: runs.length };
    // a run that began in an earlier release has begun once at least
    const attempt = row ? (row.fields.attempt ?? 1) + 1 : 1;
    const event = eventOf(Imports, 'importBegun', { ...details, ...ordinal, attempt });
    const events = row ? onNewest(row, event) : [event];
    const transition = transitionOf(importRun, row, row?.id ?? ids.next(), events);
    return { transitions: [transition], output: shown(transition.row) };
  };
  return {
    begin: (details, context) =>
      // two runs that begin at once meet at the ordinal, one after the other
      untilNoConflict(
        { stores: engines.stores, tenant: context.tenant },
        (error) => hasMoved(error) || isDuplicate(error),
        () => commitChange(engines, clock, context, () => begin(details, context)),
      ),
    finish: ({ importId, reconciliation }, context) =>
      step(importId, context, ['importFinished', { reconciliation }], shown),
    fail: ({ importId, ...ended }, context) =>
      step(importId, context, ['importFailed', ended], shown),
    progress: ({ importId, booked }, context) =>
      step(importId, context, ['importProgressed', { booked }], summarised),
    abandon: ({ importId, note }, context) => {
      const by = context.onBehalfOf ?? context.actor;
      return step(importId, context, ['importAbandoned', { by, note }], summarised);
    },
    latest: async (_input, context) => ({ run: (await runsOf(documents(context))).at(-1) }),
    async list({ after, limit }, context) {
      const rows = await documents(context).list(importRun, { after, limit });
      return { runs: rows.map(summarised), next: nextOf<'import'>(rows, { limit }) };
    },
  };
};
