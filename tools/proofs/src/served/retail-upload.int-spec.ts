/** A file of the shop as an upload: what comes in, and what is told of a file that will not do. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { served } from '../worlds/served.features.ts';

const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
const sale = '536365,85123A,LANTERN,6,2010-12-01 08:26:00,2.55,17850,United Kingdom';
const good = `${header}\n${sale}\n`;
const american = good.replace('2010-12-01 08:26:00', '12/1/2010 8:26');
const huge = 'x'.repeat(10_000_000);
const path = '/api/imports/retail';
type Body = string | Buffer;

const { ask, folder } = await served(afterAll);
const upload = (body: Body, type = 'text/csv', name = 'shop.csv') =>
  ask(`${path}?file=${name}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: new Uint8Array(Buffer.from(body)),
  });
const leftovers = () => {
  const uploads = join(folder, 'uploads');
  return existsSync(uploads) ? readdirSync(uploads) : [];
};

describe('an upload that will not do', () => {
  it.each<[string, Body, number, RegExp, string?]>([
    ['is empty', '', 400, /^The file is empty/],
    ['is no text', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]), 400, /not UTF-8|NUL/],
    ['is of another kind', '{"orders": []}', 400, /^This is no Online Retail file/],
    ['is a workbook', Buffer.from('504b0304140006000800', 'hex'), 400, /Excel or ZIP file/],
    ['is in Latin-1', Buffer.from(good.replace('LANTERN', 'CAF\xc9'), 'latin1'), 400, /not UTF-8/],
    ['has too few cells', `${good}1,A\n`, 400, /^Line 3 has 2 cells instead of 8/],
    ['has a huge cell', good.replace('LANTERN', huge), 400, /^Line 2 is longer than/],
    ['has dates of another form', american, 400, /line 2: Not a date: 12\/1\/2010 8:26/],
    ['holds a NUL byte', `${good}5\0,x\n`, 400, /NUL byte/],
    ['is damaged gzip', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4]), 400, /gzip/],
    ['is gzip cut off', gzipSync(good).subarray(0, 40), 400, /gzip file ends too early/],
    ['has no lines', `${header}\n`, 400, /no lines after its header/],
    ['has other columns', 'a,b\n1,2\n', 400, /first line must be InvoiceNo/],
    ['is of no type that is taken', good, 415, /text\/csv/, 'image/png'],
  ])('says so: it %s', async (_, body, status, sentence, type) => {
    const answer = await upload(body, type);
    const problem = (await answer.json()) as { status: number; detail: string };
    expect([answer.status, problem.status]).toEqual([status, status]);
    expect(problem.detail).toMatch(sentence);
    expect(problem.detail).not.toMatch(/\n|Error|undefined/);
    expect(leftovers()).toEqual([]);
  });
});

it.each([
  ['fil=a.csv', /fil is not a field of the upload of a retail file; did you mean file\?$/],
  ['file=a.csv&file=b.csv', /^The input is not valid: file: /],
])('an upload with the query %s is refused, and nothing is read', async (query, sentence) => {
  const headers = { 'content-type': 'text/csv' };
  const answer = await ask(`${path}?${query}`, { method: 'POST', headers, body: good });
  const { detail } = (await answer.json()) as { detail: string };
  expect(answer.status).toBe(400);
  expect(detail).toMatch(sentence);
  expect(leftovers()).toEqual([]);
});

it('an upload comes in and is on the first page; the server went on', async () => {
  const answer = await upload(gzipSync(good), 'application/gzip', 'one.csv.gz');
  expect([answer.status, await answer.json()]).toEqual([
    200,
    expect.objectContaining({
      lines: 1,
      posted: { lines: 1, amount: '15.3' },
      refused: { lines: 0, amount: '0', reasons: [] },
    }),
  ]);
  const again = await upload(gzipSync(good), 'application/gzip', 'again.csv.gz');
  expect([again.status, await again.json()]).toEqual([
    200,
    expect.objectContaining({ lines: 1, importedAt: expect.any(String) }),
  ]);
  const more = await upload(`${good}${sale}\n`, 'text/csv', 'more.csv');
  expect([more.status, ((await more.json()) as { detail: string }).detail]).toEqual([
    409,
    expect.stringMatching(
      /^The file overlaps with one\.csv\.gz, which was imported \(1 lines from/,
    ),
  ]);
  const page = await (await ask('/')).text();
  for (const shown of ['one.csv.gz', '15.30', 'File = posted + refused', 'up to date'])
    expect(page).toContain(shown);
  expect(leftovers()).toEqual([]);
});
