/** Reads the retail file as lines: unpacked, checked to be text, split by the CSV parser, each cell
 * checked. */
import type { Hash } from 'node:crypto';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Code } from '@morrow/contract';
import { formatDecimal, parseDecimal } from '@morrow/kernel';
import { CsvError, parse, type Options } from 'csv-parse';
import { boundedRecords, RecordLines } from './bounded-records.ts';
import { ImportProblem } from './import-problem.ts';

export const columns = [
  'InvoiceNo', 'StockCode', 'Description', 'Quantity', 'InvoiceDate', 'UnitPrice', 'CustomerID', 'Country',
] as const; // prettier-ignore

export interface RetailLine {
  /** Line of the file, the header being 1. */
  readonly line: number;
  readonly invoice: string;
  readonly code: string;
  readonly description: string;
  /** Whole units; below zero for what came back or was lost. */
  readonly quantity: bigint;
  /** Local time of the shop, taken as UTC. */
  readonly at: Date;
  /** Millionths of a pound for one unit. */
  readonly price: bigint;
  /** Empty where the file names none. */
  readonly customer: string;
  readonly country: string;
}
/** A line that cannot be read. */
export interface BadLine {
  readonly line: number;
  readonly reason: string;
  /** Millionths of a pound; zero where quantity or price is what cannot be read. */
  readonly amount: bigint;
  readonly cell: Cell;
}
/** The cell of a line that is to blame, 60 characters of it at most. */
export interface Cell {
  readonly column: (typeof columns)[number];
  readonly value: string;
}
export const cellOf = (
  { invoice, code, quantity, price }: RetailLine,
  column: 'InvoiceNo' | 'StockCode' | 'Quantity' | 'UnitPrice',
): Cell => {
  const values = {
    InvoiceNo: invoice,
    StockCode: code,
    Quantity: String(quantity),
    UnitPrice: formatDecimal(price, 6),
  };
  return { column, value: values[column] };
};

/** Millionths of a pound: quantity × price, exact. */
export const amountOf = ({ quantity, price }: RetailLine): bigint => quantity * price;

const gzipMagic = [0x1f, 0x8b];
/** A ZIP archive, as the workbooks of Excel are. */
const zipMagic = Buffer.from('PK\u0003\u0004');

/** Refuses bytes that are no UTF-8, or hold NUL, as they pass. */
function checkedText(): Transform {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const check = (bytes: Buffer | undefined) => {
    try {
      decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw new ImportProblem('The file is not UTF-8 text: save it as CSV in UTF-8 and try again.');
    }
    if (bytes?.includes(0))
      throw new ImportProblem(
        'The file holds a NUL byte, as no text does: save it as CSV in UTF-8 and try again.',
      );
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        check(chunk);
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
    flush(done) {
      try {
        check(undefined);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

/** The file's text, unpacked where it begins as gzip does; `hash` sees the bytes as they are
 * stored. */
async function* unpacked(source: Readable, hash: Hash | undefined): AsyncIterable<Buffer> {
  const rest = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const next = async () => {
    const { value, done } = await rest.next();
    if (done) return undefined;
    hash?.update(value);
    return value as Buffer;
  };
  let first = Buffer.alloc(0);
  for (
    let chunk = await next();
    chunk;
    chunk = first.length < zipMagic.length ? await next() : undefined
  )
    first = Buffer.concat([first, chunk]);
  if (!first.length) throw new ImportProblem('The file is empty: save it again, and import that.');
  if (first.subarray(0, zipMagic.length).equals(zipMagic))
    throw new ImportProblem(
      'This is an Excel or ZIP file: open it, save the sheet as CSV in UTF-8, and import that.',
    );
  const isGzip = gzipMagic.every((byte, at) => first[at] === byte);
  const bytes = async function* () {
    yield first;
    for (let chunk = await next(); chunk; chunk = await next()) yield chunk;
  };
  if (!isGzip) {
    yield* bytes();
    return;
  }
  const gunzip = createGunzip();
  const feeding = pipeline(Readable.from(bytes()), gunzip);
  feeding.catch(() => undefined);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
    await feeding;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'Z_BUF_ERROR' || code === 'ERR_STREAM_PREMATURE_CLOSE')
      throw new ImportProblem('The gzip file ends too early: it was cut off; fetch it again.');
    if (code?.startsWith('Z_'))
      throw new ImportProblem('The gzip file is damaged: fetch it again.');
    throw error;
  }
}

/** A shop's day: the years 1900 to 2999. */
const dateShape = /^((?:19|2\d)\d{2}-\d{2}-\d{2}) (\d{1,2}:\d{2})(:\d{2})?$/;
function readDate(text: string): Date | undefined {
  const match = dateShape.exec(text);
  if (!match) return undefined;
  const [, day = '', time = '', seconds = ':00'] = match;
  const at = new Date(`${day}T${time.padStart(5, '0')}${seconds}.000Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === day ? at : undefined;
}

const StockCode = Code(32);
const stockCode = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_. /-]*$/u;

/** Seven digits of quantity and of price: of more no ledger could add up the amounts. */
function readLine(line: number, cells: readonly string[]): RetailLine | BadLine {
  const [
    invoice = '',
    givenCode = '',
    description = '',
    quantity = '',
    date = '',
    price = '',
    customer = '',
    country = '',
  ] = cells.map((cell) => cell.normalize('NFC'));
  // a sheet shows no blanks around a code, and no item has them
  const code = givenCode.trim();
  let amount = 0n;
  const bad = (column: Cell['column'], what: string, text: string): BadLine => ({
    line,
    reason: `Not a${what}: ${text.slice(0, 20) || 'nothing'}`,
    amount,
    cell: { column, value: text.slice(0, 60) },
  });
  if (!/^-?\d{1,7}$/.test(quantity)) return bad('Quantity', ' quantity', quantity);
  if (!/^-?\d{1,7}(\.\d{1,6})?$/.test(price)) return bad('UnitPrice', ' price', price);
  amount = BigInt(quantity) * parseDecimal(price, 6);
  if (!/^[A-Za-z]?\d{1,12}$/.test(invoice)) return bad('InvoiceNo', 'n invoice number', invoice);
  const isCode = stockCode.test(code) && StockCode.safeParse(code).success;
  if (!isCode) return bad('StockCode', ' stock code', code);
  if (!/^\d{0,12}(\.0)?$/.test(customer)) return bad('CustomerID', ' customer', customer);
  const at = readDate(date);
  if (!at) return bad('InvoiceDate', ' date', date);
  return {
    line,
    invoice,
    code,
    description: description.trim(),
    quantity: BigInt(quantity),
    at,
    price: parseDecimal(price, 6),
    customer: customer.replace(/\.0$/, ''),
    country,
  };
}

const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => !cell.trim());

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}
/** The CSV parser, which takes from `lines` where each row begins. */
function rowParser(lines: RecordLines) {
  const options: Options<Row, string[]> = {
    bom: true,
    relax_column_count: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    on_record(cells: string[]): Row | null {
      const line = lines.take();
      return isBlank(cells) ? null : { line, cells };
    },
  };
  // typed for records that stay as they were read
  return parse(options as unknown as Options);
}

/** The lines of the file in order, blank ones left out. Throws ImportProblem where the file as a
 * whole will not do. */
export async function* retailLines(
  source: Readable,
  hash?: Hash,
): AsyncIterable<RetailLine | BadLine> {
  const starts = new RecordLines();
  const parser = rowParser(starts);
  const feeding = pipeline(unpacked(source, hash), checkedText(), boundedRecords(starts), parser);
  feeding.catch(() => undefined);
  let rows = 0;
  try {
    for await (const { line, cells } of parser as AsyncIterable<Row>) {
      if (rows++ === 0) {
        checkHeader(cells);
        continue;
      }
      if (cells.length !== columns.length)
        throw new ImportProblem(
          `Line ${line} has ${cells.length} cells instead of ${columns.length}: ${mend}`,
        );
      yield readLine(line, cells);
    }
    await feeding;
  } catch (error) {
    throw error instanceof CsvError ? csvProblem(starts.current()) : error;
  }
  if (rows < 2)
    throw new ImportProblem('The file has no lines after its header: there is nothing to import.');
}

const mend = 'mend that line, or save the file as CSV again.';
/** What the parser could not read, by the line on which the row begins. */
function csvProblem(line: number): ImportProblem {
  if (line === 1) return noRetailFile();
  return new ImportProblem(
    `Line ${line} has a quotation mark that is out of place or not closed: ${mend}`,
  );
}
const noRetailFile = (unknown: readonly string[] = []) =>
  new ImportProblem(
    `This is no Online Retail file: its first line must be ${columns.join(',')}` +
      (unknown.length ? `, not with ${unknown.slice(0, 3).join(', ').slice(0, 80)}.` : '.'),
  );

function checkHeader(cells: readonly string[]): void {
  const unknown = cells.filter((name) => !columns.includes(name as (typeof columns)[number]));
  if (cells.join() !== columns.join()) throw noRetailFile(unknown);
}
