/** Brings the retail file in through protocols: a client like any other, which may be killed and
 * run again. */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { CallContext } from '@morrow/contract';
import { parseDecimal } from '@morrow/kernel';
import type { ImportRun, Imports, Reconciliation } from '@morrow/protocol-imports';
import { decided } from './attempts.ts';
import { bookingOf } from './classify.ts';
import { ImportFailed, ImportProblem } from './import-problem.ts';
import { prepare } from './prepare.ts';
import { refuseUnbookable } from './refuse-unbookable.ts';
import { RetailBatch, type Document } from './retail-batch.ts';
import { amountOf, retailLines, type RetailLine } from './retail-lines.ts';
import { SalesMemory, type MatchCounts } from './sales-memory.ts';
import { sendBatch } from './send-batch.ts';
import { steady } from './steady.ts';
import { Survey } from './survey.ts';
import { Tally, type Reconciled } from './tally.ts';
import type { RetailPorts, Run } from './retail-run.ts';
export interface Progress {
  readonly lines: number;
  readonly linesTotal: number;
  readonly ratePerSecond: number;
  readonly etaSeconds: number;
}
export interface RetailImport {
  /** Opens the file; called twice, for two passes. */
  open(): Readable;
  readonly fileName: string;
  readonly ports: RetailPorts;
  context(key?: string): CallContext;
  /** Unit cost as a share of the item's median price; 0.6 unless told. */
  readonly costShare?: string | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}
export type ImportReport = Reconciled & {
  readonly importId: string;
  readonly returns: MatchCounts;
  /** When the same file was imported before: then nothing was done now. */
  readonly importedAt?: Date;
};
const noMatches: MatchCounts = { matched: 0, partMatched: 0, unmatched: 0 };
const batchesAtOnce = 3;

/** Refuses a file of which no line can be read: dates of another form, for instance. */
function refuseUnreadable({ firstAt, firstBad }: Survey): void {
  if (firstAt || !firstBad) return;
  throw new ImportProblem(
    `No line of the file can be read; line ${firstBad.line}: ${firstBad.reason}. ` +
      'Write dates as 2010-12-01 08:26 and prices as 2.55, and try again.',
  );
}

async function survey(open: () => Readable): Promise<{ survey: Survey; fingerprint: string }> {
  const hash = createHash('sha256');
  const found = new Survey();
  for await (const line of retailLines(open(), hash)) found.add(line);
  refuseUnreadable(found);
  return { survey: found, fingerprint: hash.digest('hex') };
}

/** Imports the file and gives the reconciliation: file = posted + refused, to the last digit.
 * Throws ImportProblem where nothing was booked, ImportFailed where it could not continue. */
export async function importRetail(options: RetailImport): Promise<ImportReport> {
  const { open, ports, context, fileName } = options;
  const { survey: found, fingerprint } = await survey(open);
  const asking = () => context();
  const isSetUp = await refuseUnbookable({ ports, asking }, found);
  const file = fileName.replace(/^.*[\\/]/, '').slice(0, 200);
  const extent = found.extent();
  const begun = await steady(() =>
    ports.imports.begin(
      { kind: 'retail', file, fingerprint, ...(extent && { extent }) },
      context(`begin:${crypto.randomUUID()}`),
    ),
  );
  const { importId, status, reconciliation, attempt = 1 } = begun;
  if (status === 'finished' && reconciliation)
    return { ...asReport(reconciliation), importId, importedAt: begun.startedAt };
  const tally = new Tally();
  const keyed = (step: string, at: number) =>
    context(`retail:${fingerprint.slice(0, 16)}:${step}${at === 1 ? '' : `:${at}`}`);
  const progressed = progressing(ports.imports, { importId, tally, context });
  const run: Run = { ports, tally, keyed, attempt, asking, progressed };
  try {
    await prepare(run, found, parseDecimal(options.costShare ?? '0.6', 6), isSetUp);
    const memory = new SalesMemory();
    await sendAll(run, options, found.lines, memory);
    const report = { ...tally.result(), importId, returns: memory.counts };
    const outcome = { importId, reconciliation: asReconciliation(report) };
    await decided(run, 'finish', (by) => ports.imports.finish(outcome, by));
    return report;
  } catch (error) {
    const sentence = sentenceOf(error).slice(0, 300);
    const booked = tally.booked();
    await ports.imports
      .fail({ importId, sentence, booked }, context(`fail:${crypto.randomUUID()}`))
      .catch(() => undefined);
    throw new ImportFailed(error, importId, booked);
  }
}

/** What to write down of an error; of an aborted read, why it was aborted. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { name, message, cause } = error;
  return name === 'AbortError' && cause instanceof Error ? cause.message : message;
}

interface Progressing {
  readonly importId: ImportRun['importId'];
  readonly tally: Tally;
  context(key?: string): CallContext;
}
/** Records progress one call after the other; a run that ended meanwhile is told by its own
 * steps. */
function progressing(imports: Imports, { importId, tally, context }: Progressing) {
  let last = Promise.resolve();
  return (): Promise<void> => {
    const record = async () => {
      const booked = tally.booked();
      await steady(() =>
        imports.progress({ importId, booked }, context(`progress:${crypto.randomUUID()}`)),
      );
    };
    return (last = last.then(record));
  };
}

/** What the run keeps: the first hundred refusals. */
const asReconciliation = ({
  importId: _,
  returns,
  refused,
  parts,
  ...report
}: ImportReport): Reconciliation => ({
  ...report,
  refused: { lines: refused.lines, amount: refused.amount },
  reasons: refused.reasons.slice(0, 100),
  parts: [...parts],
  counts: Object.entries(returns).map(([name, count]) => ({ name, count })),
});
const asReport = ({
  reasons,
  refused,
  counts = [],
  ...report
}: Reconciliation): Omit<ImportReport, 'importId'> => ({
  ...report,
  refused: { ...refused, reasons },
  returns: { ...noMatches, ...Object.fromEntries(counts.map(({ name, count }) => [name, count])) },
});

/** The invoices of the file, in order; an invoice that comes again later gets a
 * number of its own. */
async function* invoicesOf(options: RetailImport, tally: Tally): AsyncIterable<RetailLine[]> {
  let held: RetailLine[] = [];
  for await (const line of retailLines(options.open())) {
    if ('reason' in line) {
      tally.refuse(line.line, line.reason, line.amount, line.cell);
      continue;
    }
    if (held.length && (held[0]?.invoice !== line.invoice || held.length >= 1000)) {
      yield held;
      held = [];
    }
    held.push(line);
  }
  if (held.length) yield held;
}

async function sendAll(
  run: Run,
  options: RetailImport,
  linesTotal: number,
  memory: SalesMemory,
): Promise<void> {
  const { tally } = run;
  const started = performance.now();
  const underWay = new Set<Promise<void>>();
  const seen = new Map<string, number>();
  let failure: unknown;
  let soldSoFar = Promise.resolve();
  let batch = new RetailBatch();
  let sent = 0;
  let read = 0;
  const send = async () => {
    if (batch.isEmpty) return;
    const step = sent++;
    const { sold, done } = sendBatch(run, batch, step, soldSoFar);
    soldSoFar = sold;
    const going = done
      .then(() => run.progressed())
      .catch((error: unknown) => (failure ??= error))
      .then(() => void underWay.delete(going));
    underWay.add(going);
    batch = new RetailBatch();
    while (underWay.size >= batchesAtOnce) await Promise.race(underWay);
    if (failure) throw failure as Error;
    const ratePerSecond = read / ((performance.now() - started) / 1000);
    const etaSeconds = (linesTotal - read) / ratePerSecond;
    options.onProgress?.({ lines: read, linesTotal, ratePerSecond, etaSeconds });
  };
  try {
    for await (const lines of invoicesOf(options, tally)) {
      const groups = groupsOf(lines, tally, seen);
      const { sale, return: back } = groups;
      if (batch.isFullWith(sale?.lines.length ?? 0, back?.lines.length ?? 0)) await send();
      if (sale) batch.addOrder(sale, memory);
      if (back) batch.addReturn(back, memory);
      if (groups.writeOff) batch.writeOffs.push(groups.writeOff);
      batch.badDebts.push(...(groups.badDebt?.lines ?? []));
      read += lines.length;
    }
    await send();
  } finally {
    // nothing is booked any more once the import is said to have failed
    await Promise.all(underWay);
  }
  if (failure) throw failure as Error;
}

type Groups = Partial<Record<'sale' | 'return' | 'writeOff' | 'badDebt', Document>>;
/** The lines of an invoice by what becomes of them; the refused ones go to the tally. */
function groupsOf(lines: readonly RetailLine[], tally: Tally, seen: Map<string, number>): Groups {
  const groups: Groups = {};
  const [first] = lines;
  if (!first) return groups;
  const times = (seen.get(first.invoice) ?? 0) + 1;
  seen.set(first.invoice, times);
  const number = times === 1 ? first.invoice : `${first.invoice}/${times}`;
  for (const line of lines) {
    const booking = bookingOf(line);
    if ('refused' in booking) {
      tally.refuse(line.line, booking.refused, amountOf(line), booking.cell);
      continue;
    }
    const { customer, at } = line;
    const group = (groups[booking.kind] ??= { number, customer, at, lines: [] });
    group.lines.push(line);
  }
  return groups;
}
