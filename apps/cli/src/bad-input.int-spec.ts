/** Files that will not do are refused in one sentence before anything is written, and the server
 * goes on; lines that will not do are named as an editor counts them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { testPostgres } from '@morrow/dev-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShop } from './shop.features.ts';

const sample = resolve(import.meta.dirname, '../../../deploy/samples/online-retail-2010-12.csv.gz');
const packed = readFileSync(sample);
const [header = ''] = gunzipSync(packed).toString().split(/\r?\n/);
const good = '536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26,2.55,17850,United Kingdom';
const tenants = ['l', 'm'].map((end) => `bad${process.pid}${end}`);
const [untouched = '', odd = ''] = tenants;
const shop = await openShop(await testPostgres(), tenants);
afterAll(() => shop.close());

const fileOf = (name: string, content: string | Buffer) => {
  const file = join(shop.folder, name);
  writeFileSync(file, content);
  return file;
};
const rows = (...lines: readonly string[]) => [header, ...lines, ''].join('\n');
const allLawsHold = { code: 0, out: 'All laws hold.\n', problem: '' };
const says = {
  wanted: `This is no Online Retail file: its first line must be ${header}`,
  notUtf8: 'The file is not UTF-8 text: save it as CSV in UTF-8 and try again.',
  nul: 'The file holds a NUL byte, as no text does: save it as CSV in UTF-8 and try again.',
  zip: 'This is an Excel or ZIP file: open it, save the sheet as CSV in UTF-8, and import that.',
  cut: 'The gzip file ends too early: it was cut off; fetch it again.',
  dates:
    'No line of the file can be read; line 2: Not a date: 12/1/2010 8:26. ' +
    'Write dates as 2010-12-01 08:26 and prices as 2.55, and try again.',
  empty: 'The file is empty: save it again, and import that.',
  nothing: 'The file has no lines after its header: there is nothing to import.',
};
const mend = (line: number, what: string) =>
  `Line ${line} ${what}: mend that line, or save the file as CSV again.`;
const quote = 'has a quotation mark that is out of place or not closed';
const american = good.replace('2010-12-01 08:26', '12/1/2010 8:26');
const latin1 = Buffer.from(rows(good.replace('HEART', 'CAF\xc9')), 'latin1');
const utf16 = Buffer.from(`\uFEFF${rows(good)}`, 'utf16le');
const picture = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const workbook = Buffer.from('504b0304140006000800', 'hex');
const huge = good.replace('HEART', 'x'.repeat(10_000_000));
const unclosed = good.replace('WHITE', '"WHITE');

describe('a file is refused and nothing is written', () => {
  const before = { digest: '' };
  beforeAll(async () => {
    before.digest = (await shop.morrow(untouched, 'digest')).out;
  });
  it.each([
    ['of unknown columns', 'a.csv', 'Id,Name\n1,A\n', `${says.wanted}, not with Id, Name.`],
    ['of JSON', 'b.json', '{"InvoiceNo": 1,\n"StockCode": 2}\n', `${says.wanted}.`],
    ['in Latin-1', 'c.csv', latin1, says.notUtf8],
    ['in UTF-16', 'd.csv', utf16, says.notUtf8],
    ['that is a picture', 'e.png', picture, says.notUtf8],
    ['that is a workbook', 'f.xlsx', workbook, says.zip],
    ['of gzip that is cut off', 'g.gz', packed.subarray(0, 200_000), says.cut],
    ['of too few cells', 'h.csv', rows(good, '1,A,6'), mend(3, 'has 3 cells instead of 8')],
    ['of dates of another form', 'i.csv', rows(american), says.dates],
    ['with a NUL byte', 'j.csv', rows(good.replace('HEART', '\0')), says.nul],
    ['with a huge cell', 'k.csv', rows(good, huge), mend(3, 'is longer than 65536 bytes')],
    ['with a mark left open', 'l.csv', rows(good, unclosed, good), mend(3, quote)],
    ['that is empty', 'm.csv', '', says.empty],
    ['of a header only', 'n.csv', rows(), says.nothing],
  ] as const)('%s', async (_what, name, content, problem) => {
    const [file, report] = [fileOf(name, content), join(shop.folder, `${name}.report.json`)];
    const answer = await shop.morrow(untouched, 'import', 'retail', file, '--report', report);
    expect(answer).toEqual({ code: 1, out: '', problem });
    expect(existsSync(report)).toBe(false);
    expect((await shop.morrow(untouched, 'digest')).out).toBe(before.digest);
  });

  it('that is a folder, or has no place for its report', async () => {
    expect(await shop.morrow(untouched, 'import', 'retail', shop.folder)).toEqual({
      code: 1,
      out: '',
      problem: `${shop.folder} is a folder: name a file in it.`,
    });
    const report = join(shop.folder, 'nowhere', 'report.json');
    expect(await shop.morrow(untouched, 'import', 'retail', 'sample', '--report', report)).toEqual({
      code: 1,
      out: '',
      problem: `The report cannot be written to ${report}: name another file.`,
    });
    expect((await shop.morrow(untouched, 'digest')).out).toBe(before.digest);
  });
});

it('Lines are named as an editor counts them, and charges of any sign are booked', async () => {
  const lines = [
    header,
    good,
    '536366,22633,"HAND WARMER\r\nUNION\r\nJACK",6,2010-12-01 08:28,1.85,17850,Spain',
    '',
    '536367,22633,HAND WARMER,6,30.02.2011,1.85,17850,United Kingdom',
    '536368,M,Manual,-1,2010-12-01 09:00,0,17850,United Kingdom',
    '536369,POST,POSTAGE,-2,2010-12-01 09:01,0,17850,United Kingdom',
    '536369,85123A,lost,-1,2010-12-01 09:01,0,,United Kingdom',
    '536370,D,Discount,-1,2010-12-01 09:02,-27.5,17850,United Kingdom',
    '536371,M,Manual,1,2010-12-01 09:03,-3.5,17850,United Kingdom',
    'C536372,POST,POSTAGE,-1,2010-12-01 09:04,0,,United Kingdom',
    '536373,85123A,WHITE HANGING HEART,0,2010-12-01 09:05,2.55,17850,United Kingdom',
    ' ',
    ',,,,,,,',
    '',
  ];
  const [file, report] = ['odd.csv', 'odd.json'].map((name) => join(shop.folder, name));
  writeFileSync(`${file}`, lines.join('\r\n'));
  const imported = await shop.morrow(odd, 'import', 'retail', `${file}`, '--report', `${report}`);
  expect(imported).toMatchObject({ code: 2, problem: '' });
  expect(imported.out).toContain('    line 7: Not a date: 30.02.2011\n');
  expect(JSON.parse(readFileSync(`${report}`, 'utf8'))).toMatchObject({
    lines: 10,
    amount: '61.5',
    posted: { lines: 8, amount: '50.4' },
    refused: {
      lines: 2,
      amount: '11.1',
      reasons: [
        { line: 7, reason: 'Not a date: 30.02.2011', amount: '11.1' },
        { line: 14, reason: 'A quantity of zero moves nothing', amount: '0' },
      ],
    },
  });
  expect(await shop.morrow(odd, 'verify')).toEqual(allLawsHold);
  // the server, which had all the others too, takes the good one
  expect(await shop.morrow(untouched, 'verify')).toEqual(allLawsHold);
}, 120_000);
