/** Lines and files of the retail form for tests: a plain sale, with what a test is
 * about changed. */
import { Readable } from 'node:stream';
import { columns, retailLines, type BadLine, type RetailLine } from './retail-lines.ts';

const pound = 1_000_000n;

/** One piece of goods for one pound, sold to customer 17850 on 1 December 2010. */
export const lineOf = (changed: Partial<RetailLine> = {}): RetailLine => ({
  line: 2,
  invoice: '536365',
  code: '85123A',
  description: 'WHITE HANGING HEART',
  quantity: 1n,
  at: new Date('2010-12-01T08:26:00.000Z'),
  price: pound,
  customer: '17850',
  country: 'United Kingdom',
  ...changed,
});

export const header = columns.join(',');
export const goodRow =
  '536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26,2.55,17850,United Kingdom';

/** A file of the header and these rows. */
export const fileOf = (...rows: readonly string[]): Buffer =>
  Buffer.from(`${[header, ...rows].join('\n')}\n`);

/** All lines that the importer reads in these bytes, which come in pieces of so many. */
export async function linesIn(
  bytes: Buffer,
  pieceBytes = 65_536,
): Promise<(RetailLine | BadLine)[]> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes)
    pieces.push(bytes.subarray(at, at + pieceBytes));
  const lines: (RetailLine | BadLine)[] = [];
  for await (const line of retailLines(Readable.from(pieces))) lines.push(line);
  return lines;
}
