/** The retail file is read line by line; a file that will not do is refused in one sentence. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isImportProblem } from './import-problem.ts';
import { fileOf, goodRow, header, linesIn, lineOf } from './retail-line.features.ts';

const good = lineOf({ quantity: 6n, price: 2_550_000n });
const sentenceFor = async (bytes: Buffer): Promise<string> => {
  try {
    await linesIn(bytes);
  } catch (error) {
    if (isImportProblem(error)) return error.message;
    throw error;
  }
  return 'nothing is wrong';
};

describe('a file that will do', () => {
  it.each([
    ['as plain text', fileOf(goodRow)],
    ['gzipped, whatever its name', gzipSync(fileOf(goodRow))],
    ['with a byte order mark', Buffer.from(`\uFEFF${header}\n${goodRow}\n`)],
    ['with line ends of Windows', Buffer.from(`${header}\r\n${goodRow}\r\n`)],
    ['without an end of its last line', Buffer.from(`${header}\n${goodRow}`)],
  ])('is read %s', async (_how, bytes) => {
    expect(await linesIn(bytes)).toEqual([good]);
  });

  it('keeps quotes, commas and letters beyond ASCII, wherever its pieces are cut', async () => {
    const row = '536365,85123A,"SET OF 6, ""CAFÉ"" £",6,2010-12-01 08:26,2.55,17850,United Kingdom';
    const description = 'SET OF 6, "CAFÉ" £';
    for (const pieceBytes of [2, 3, 7])
      expect(await linesIn(fileOf(row), pieceBytes)).toEqual([{ ...good, description }]);
  });

  it('takes codes of any script, in one form', async () => {
    const [composed, typed] = ['KÄSE-1', 'KA\u0308SE-1'];
    const rows = [composed, typed].map((code) => goodRow.replace('85123A', code));
    const line = { ...good, code: composed };
    expect(await linesIn(fileOf(...rows))).toEqual([line, { ...line, line: 3 }]);
  });

  it('is unpacked whatever the pieces in which it comes', async () => {
    expect(await linesIn(gzipSync(fileOf(goodRow)), 1)).toEqual([good]);
  });

  it.each([
    ['an empty line at its end', `${header}\n${goodRow}\n\n`],
    ['lines of blanks at its end', `${header}\r\n${goodRow}\r\n \r\n\t\r\n`],
    ['rows of empty cells at its end', `${header}\n${goodRow}\n,,,,,,,\n,,\n`],
    ['an empty line before its end', `${header}\n\n${goodRow}\n`],
  ])('passes over %s', async (_what, text) => {
    const line = text.startsWith(`${header}\n\n`) ? 3 : 2;
    expect(await linesIn(Buffer.from(text))).toEqual([{ ...good, line }]);
  });

  it.each([
    ['of Unix', '\n'],
    ['of Windows', '\r\n'],
    ['of an old Macintosh', '\r'],
  ])('counts lines as an editor does, ends within quotes too: those %s', async (_whose, end) => {
    const long = goodRow.replace('WHITE HANGING HEART', `"WHITE${end}HANGING${end}HEART"`);
    const lines = await linesIn(Buffer.from([header, long, goodRow, ''].join(end)));
    expect(lines.map(({ line }) => line)).toEqual([2, 5]);
  });

  it('takes ends of lines of both kinds, wherever its pieces are cut', async () => {
    const bytes = Buffer.from(`${header}\r\n${goodRow}\n${goodRow}\r\n`);
    for (const pieceBytes of [1, 7, 65_536])
      expect(await linesIn(bytes, pieceBytes)).toEqual([good, { ...good, line: 3 }]);
  });

  it('takes a customer with the decimals of a spreadsheet, or none', async () => {
    const rows = ['17850.0', ''].map((customer) => goodRow.replace('17850', customer));
    expect(await linesIn(fileOf(...rows))).toEqual([good, { ...good, line: 3, customer: '' }]);
  });
});

it('a stock code stands without the blanks around it', async () => {
  const [line] = await linesIn(fileOf(goodRow.replace('85123A', ' 85123A ')));
  expect(line).toMatchObject({ code: '85123A' });
});

describe('a line that cannot be read', () => {
  it.each([
    ['2010-12-01 08:26', '2010-02-30 08:26', 'Not a date: 2010-02-30 08:26'],
    ['2010-12-01 08:26', 'yesterday', 'Not a date: yesterday'],
    ['2010-12-01 08:26', '2010-12-01 24:00', 'Not a date: 2010-12-01 24:00'],
    ['2010-12-01 08:26', '0000-12-01 08:26', 'Not a date: 0000-12-01 08:26'],
    ['2010-12-01 08:26', '1010-12-01 08:26', 'Not a date: 1010-12-01 08:26'],
    ['536365', 'order 7', 'Not an invoice number: order 7'],
    ['85123A', '?', 'Not a stock code: ?'],
    ['17850', 'Bob', 'Not a customer: Bob'],
  ])('with %s as %s is refused with its reason and its amount', async (was, is, reason) => {
    const bytes = fileOf(goodRow.replace(was, is), goodRow);
    expect(await linesIn(bytes)).toMatchObject([
      { line: 2, reason, amount: 15_300_000n, cell: { value: is } },
      { ...good, line: 3 },
    ]);
  });

  it.each([
    [',6,', ',six,', 'Not a quantity: six'],
    [',6,', ',1.5,', 'Not a quantity: 1.5'],
    ['2.55', '2,55', 'Not a price: 2,55'],
    ['2.55', '1e3', 'Not a price: 1e3'],
    [',6,', ',99999999,', 'Not a quantity: 99999999'],
    ['2.55', '99999999', 'Not a price: 99999999'],
  ])('with %s as %s has no amount', async (was, is, reason) => {
    const cell = is.includes('2,55') ? '"2,55"' : is;
    expect(await linesIn(fileOf(goodRow.replace(was, cell)))).toMatchObject([
      { line: 2, reason, amount: 0n, cell: { value: reason.split(': ')[1] } },
    ]);
  });
});

describe('a file that will not do', () => {
  const packed = gzipSync(fileOf(...Array.from({ length: 2000 }, () => goodRow)));
  const damaged = Buffer.from(packed);
  damaged.fill(0xff, 60, 90);
  const wanted = `This is no Online Retail file: its first line must be ${header}`;
  const notUtf8 = 'The file is not UTF-8 text: save it as CSV in UTF-8 and try again.';
  const nul = 'The file holds a NUL byte, as no text does: save it as CSV in UTF-8 and try again.';
  const zip =
    'This is an Excel or ZIP file: open it, save the sheet as CSV in UTF-8, and import that.';
  const nothing = 'The file has no lines after its header: there is nothing to import.';
  const mend = (line: number, what: string) =>
    `Line ${line} ${what}: mend that line, or save the file as CSV again.`;
  const tooLong = 'is longer than 65536 bytes';
  const cut = 'The gzip file ends too early: it was cut off; fetch it again.';
  const quote = 'has a quotation mark that is out of place or not closed';
  const latin1 = Buffer.from(`${header}\n${goodRow.replace('HEART', 'CAF\xc9')}\n`, 'latin1');
  const long = goodRow.replace('WHITE HANGING HEART', '"WHITE\r\nHANGING"');
  const amid = [header, '', long, goodRow.replace('HEART', 'HE"ART'), ''].join('\r\n');
  const unclosed = goodRow.replace('WHITE', '"WHITE');
  it.each([
    ['is empty', Buffer.alloc(0), 'The file is empty: save it again, and import that.'],
    ['has a header only', fileOf(), nothing],
    ['has unknown columns', Buffer.from('Id,Name\n1,A\n'), `${wanted}, not with Id, Name.`],
    ['has another order', Buffer.from(`${header.split(',').reverse().join()}\n`), `${wanted}.`],
    ['is JSON', Buffer.from('{"InvoiceNo": 1,\n"StockCode": 2}\n'), `${wanted}.`],
    ['is in Latin-1', latin1, notUtf8],
    ['is in UTF-16', Buffer.from(`\uFEFF${header}\n${goodRow}\n`, 'utf16le'), notUtf8],
    ['ends within a letter', Buffer.concat([fileOf(goodRow), Buffer.from([0xc3])]), notUtf8],
    ['is a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), notUtf8],
    ['is an Excel workbook', Buffer.from('504b0304140006000800', 'hex'), zip],
    ['holds a NUL byte', fileOf(goodRow.replace('HEART', '\0')), nul],
    ['is gzip cut off', packed.subarray(0, packed.length - 20), cut],
    ['is damaged gzip', damaged, 'The gzip file is damaged: fetch it again.'],
    ['has too few cells', fileOf(goodRow, '1,A,6'), mend(3, 'has 3 cells instead of 8')],
    ['has a huge cell', fileOf(goodRow.replace('HEART', 'x'.repeat(1_100_000))), mend(2, tooLong)],
    ['has a quote that nothing closes', fileOf(unclosed, goodRow), mend(2, quote)],
    ['has a quote amid a cell', Buffer.from(amid), mend(5, quote)],
    ['has such quotes after a byte order mark', Buffer.from(`\uFEFF${amid}`), mend(5, quote)],
  ])('because it %s is refused in one sentence', async (_what, bytes, sentence) => {
    expect(await sentenceFor(bytes)).toBe(sentence);
  });
});
