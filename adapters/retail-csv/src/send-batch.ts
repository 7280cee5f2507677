/** Sends a batch by commands of fixed keys, and books what was taken and refused in the tally. */
import { codeFrom, isProtocolError } from '@morrow/contract';
import type { Run } from './import-retail.ts';
import {
  currency,
  tallyDocument,
  warehouse,
  type Document,
  type RetailBatch,
} from './retail-batch.ts';
import { amountOf, type RetailLine } from './retail-lines.ts';
import { steady } from './steady.ts';
import { rounded, type Tally } from './tally.ts';

const million = 1_000_000n;
const microPerMinor = 10_000n;

interface Answer {
  readonly refused?:
    | { readonly code: string; readonly subject: string; readonly sentence?: string | undefined }
    | undefined;
}
function settle(tally: Tally, documents: readonly Document[], results: readonly Answer[], kind: 'sale' | 'return') {
  for (const [at, { lines }] of documents.entries()) {
    const refused = results[at]?.refused;
    if (!refused) tallyDocument(tally, lines, kind);
    else
      for (const line of lines)
        tally.refuse(line.line, reasonOf(refused), amountOf(line));
  }
} // prettier-ignore
const taken = (number: string) => `There is a document ${number} already`;
const reasonOf = ({ code, subject, sentence }: NonNullable<Answer['refused']>) =>
  code === 'numberTaken' ? taken(subject) : (sentence ?? `${code}: ${subject}`);

/** Sends the sales of a batch at once, and the rest when its sales and those of all batches before
 * are booked: nothing is given back before it was sold. */
export function sendBatch(run: Run, batch: RetailBatch, step: number, soldBefore: Promise<void>) {
  const sold = Promise.all([soldBefore, placeOrders(run, batch, step)]).then(() => undefined);
  return { sold, done: sold.then(() => sendRest(run, batch, step)) };
}

async function placeOrders({ ports, keyed, tally }: Run, batch: RetailBatch, step: number) {
  if (!batch.orders.length) return;
  const placing = batch.placing();
  const { results } = await steady(() => ports.orders.placeMany(placing, keyed(`orders:${step}`)));
  settle(tally, batch.orders, results, 'sale');
}

async function sendRest(run: Run, batch: RetailBatch, step: number): Promise<void> {
  const { ports, keyed, tally } = run;
  if (batch.returns.length) {
    const receiving = batch.receiving();
    const { results } = await steady(() =>
      ports.returns.receiveMany(receiving, keyed(`returns:${step}`)),
    );
    settle(tally, batch.returns, results, 'return');
  }
  await Promise.all(batch.writeOffs.map((document) => writeOff(run, document)));
  for (const line of batch.badDebts) await bookBadDebt(run, line);
}

/** Characters of the reason of an adjustment. */
const reasonMax = 60;

async function writeOff(
  { ports, keyed, tally }: Run,
  { number, at, lines }: Document,
): Promise<void> {
  const reason = codeFrom(lines[0]?.description ?? '', reasonMax);
  const adjustment = {
    number: `WO-${number}`,
    warehouse,
    currency,
    effectiveAt: at,
    reason: reason || 'No reason given',
    origin: 'import' as const,
    lines: lines.map(({ code: item, quantity }) => ({
      item,
      quantity: (quantity * million) as never,
    })),
  };
  try {
    await steady(() => ports.stock.adjust(adjustment, keyed(`write-off:${number}`)));
    tally.post('write-offs', lines.length, 0n, 0n);
  } catch (error) {
    if (!isProtocolError(error) || error.code !== 'numberTaken') throw error;
    for (const { line } of lines) tally.refuse(line, taken(adjustment.number), 0n);
  }
}

/** A positive amount is owed again, a negative one is given up. */
async function bookBadDebt({ ports, keyed, tally }: Run, line: RetailLine): Promise<void> {
  const amount = amountOf(line);
  const booked = rounded(amount);
  const minor = booked / microPerMinor;
  if (minor !== 0n) {
    const writtenOff = {
      reference: `retail:${line.invoice}:${line.line}`,
      date: line.at.toISOString().slice(0, 10) as never,
      currency,
      memo: `Bad debt ${line.invoice}`,
      amount: -minor,
    };
    await steady(() => ports.ledger.writeOff(writtenOff, keyed(`bad-debt:${line.line}`)));
  }
  tally.post('bad debt', 1, amount, booked);
}
