/** Sends a batch by commands of fixed keys, and books what was taken and refused in the tally. */
import { codeFrom, isProtocolError, type CallContext } from '@morrow/contract';
import { decided, decidedEach, type Refused, type Result } from './attempts.ts';
import type { Run } from './retail-run.ts';
import {
  currency,
  placing,
  receiving,
  tallyDocument,
  warehouse,
  type Document,
  type RetailBatch,
  type ReturnDocument,
} from './retail-batch.ts';
import { amountOf, type RetailLine } from './retail-lines.ts';
import { rounded, type Tally } from './tally.ts';

const million = 1_000_000n;
const microPerMinor = 10_000n;

function settle(tally: Tally, documents: readonly Document[], results: readonly Result[], kind: 'sale' | 'return') {
  for (const [at, { lines }] of documents.entries()) {
    const refused = results[at]?.refused;
    if (!refused) tallyDocument(tally, lines, kind);
    else
      for (const line of lines)
        tally.refuse(line.line, reasonOf(refused), amountOf(line));
  }
} // prettier-ignore
const taken = (number: string) => `There is already a document ${number}`;
const reasonOf = ({ code, subject, sentence }: Refused) =>
  code === 'numberTaken' ? taken(subject) : (sentence ?? `${code}: ${subject}`).slice(0, 200);

/** Sends the sales of a batch at once, and the rest when its sales and those of all batches before
 * are booked: nothing is given back before it was sold. */
export function sendBatch(run: Run, batch: RetailBatch, step: number, soldBefore: Promise<void>) {
  const sold = Promise.all([soldBefore, placeOrders(run, batch, step)]).then(() => undefined);
  return { sold, done: sold.then(() => sendRest(run, batch, step)) };
}

async function placeOrders(run: Run, { orders }: RetailBatch, step: number) {
  if (!orders.length) return;
  const send = async (some: readonly Document[], context: CallContext) =>
    (await run.ports.orders.placeMany(placing(some), context)).results;
  settle(run.tally, orders, await decidedEach(run, `orders:${step}`, orders, send), 'sale');
}

async function sendRest(run: Run, batch: RetailBatch, step: number): Promise<void> {
  const { returns } = batch;
  if (returns.length) {
    const send = async (some: readonly ReturnDocument[], context: CallContext) =>
      (await run.ports.returns.receiveMany(receiving(some), context)).results;
    settle(run.tally, returns, await decidedEach(run, `returns:${step}`, returns, send), 'return');
  }
  await Promise.all(batch.writeOffs.map((document) => writeOff(run, document)));
  for (const line of batch.badDebts) await bookBadDebt(run, line);
}

/** Characters of the reason of an adjustment. */
const reasonMax = 60;

async function writeOff(run: Run, { number, at, lines }: Document): Promise<void> {
  const { ports, tally } = run;
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
    await decided(run, `write-off:${number}`, (context) => ports.stock.adjust(adjustment, context));
    tally.post('write-offs', lines.length, 0n, 0n);
  } catch (error) {
    if (!isProtocolError(error) || error.code !== 'numberTaken') throw error;
    for (const { line } of lines) tally.refuse(line, taken(adjustment.number), 0n);
  }
}

/** A positive amount is owed again, a negative one is given up. */
async function bookBadDebt(run: Run, line: RetailLine): Promise<void> {
  const { ports, tally } = run;
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
    await decided(run, `bad-debt:${line.line}`, (context) =>
      ports.ledger.writeOff(writtenOff, context),
    );
  }
  tally.post('bad debt', 1, amount, booked);
}
