/** The sample that comes along, read whole: what it holds, by an account of its own that knows
 * nothing of the importer. */
import { createReadStream, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { bookingOf } from './classify.ts';
import { amountOf, retailLines } from './retail-lines.ts';
import { SalesMemory } from './sales-memory.ts';
import { Survey } from './survey.ts';

const sample = resolve(import.meta.dirname, '../../../deploy/samples/online-retail-2010-12.csv.gz');
type Row = readonly [string, string, string, string, string, string, string, string];
const rows = (parse(gunzipSync(readFileSync(sample))) as unknown as Row[]).slice(1);
/** Thousandths of a pound: the sample's prices have three decimals at most. */
const mills = (price: string) => Math.round(Number(price) * 1000);

async function importerView() {
  const survey = new Survey();
  const memory = new SalesMemory();
  const kinds = { sale: 0, return: 0, writeOff: 0, badDebt: 0, refused: 0 };
  let amount = 0n;
  for await (const line of retailLines(createReadStream(sample))) {
    survey.add(line);
    if ('reason' in line) {
      kinds.refused++;
      continue;
    }
    amount += amountOf(line);
    const { customer, code, price, quantity, invoice } = line;
    const booking = bookingOf(line);
    kinds['refused' in booking ? 'refused' : booking.kind]++;
    if (!('kind' in booking)) continue;
    if (booking.kind === 'sale') memory.sold(customer, code, price, quantity, invoice);
    if (booking.kind === 'return') memory.takeBack(customer, code, price, -quantity);
  }
  return { survey, kinds, amount, matches: memory.counts };
}
const view = await importerView();

it('Every line has a booking, and none is refused', () => {
  expect(view.kinds).toEqual({ sale: 41_683, return: 728, writeOff: 70, badDebt: 0, refused: 0 });
  expect(view.matches).toEqual({ matched: 289, partMatched: 2, unmatched: 437 });
});

it('Lines and amount are those of a plain sum over the file', () => {
  const sum = rows.reduce((total, row) => total + Number(row[3]) * mills(row[5]), 0);
  expect([view.survey.lines, view.amount, view.survey.amount]).toEqual([
    rows.length,
    BigInt(sum) * 1000n,
    748_957_020_000n,
  ]);
});

it('Opening stock is the least that each item needs, walked through row by row', () => {
  const charges = /^(post|dot|c2|m|d|s|bank charges|amazonfee|cruk|pads|b|gift_.*)$/i;
  const level = new Map<string, number>();
  const least = new Map<string, number>();
  for (const [invoice, code, , quantity, , price] of rows) {
    if (charges.test(code)) continue;
    const isLoss = !invoice.startsWith('C') && Number(quantity) < 0 && mills(price) === 0;
    const now = (level.get(code) ?? 0) + (isLoss ? 1 : -1) * Number(quantity);
    level.set(code, now);
    least.set(code, Math.min(least.get(code) ?? 0, now));
  }
  const needed = [...least].filter(([, low]) => low < 0).map(([code, low]) => [code, BigInt(-low)]);
  const found = view.survey.openings().map(({ code, quantity }) => [code, quantity]);
  expect(found).toEqual(needed);
});

it('Names every customer and item of the file', () => {
  expect([...view.survey.customers.keys()].toSorted()).toEqual(
    [...new Set(rows.map((row) => row[6]).filter(Boolean))].toSorted(),
  );
  expect([...view.survey.items.keys()].toSorted()).toEqual(
    [...new Set(rows.map((row) => row[1]))].toSorted(),
  );
});
