/** Uploads within limits: of size as sent and as unpacked, of time, of how many at once; and none
 * goes on when its client has gone. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { boot } from '@morrow/business/parts/boot';
import { openHttp } from '@morrow/business/parts/http-shell';
import { readSettings } from '@morrow/business/parts/settings';
import { afterAll, expect, it } from 'vitest';
import { asking, newGround } from '../worlds/served.features.ts';

const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
const ground = await newGround(afterAll);
const running = await boot(readSettings({ ...ground.env, M_UPLOAD_MAX_MB: '20' }), {});
afterAll(() => running.stop());
const file = { bytesMax: 20_000_000, idleMs: 1_000 };
const shell = await openHttp(running, { file });
afterAll(() => shell.close());
const ask = asking(shell.url, ground.tenant);
const path = '/api/imports/retail?file=shop.csv';
const folder = join(ground.folder, 'uploads');
const kept = () => (existsSync(folder) ? readdirSync(folder) : []);

async function upload(body: Buffer) {
  const answer = await ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/gzip' },
    body: new Uint8Array(body),
  });
  return [answer.status, ((await answer.json()) as { detail: string }).detail];
}
/** An upload that has begun and is open; what is written to it goes on. */
function begun() {
  const headers = { 'content-type': 'text/csv', 'x-tenant': ground.tenant };
  const call = request(new URL(path, shell.url), { method: 'POST', headers });
  const answered = new Promise<[number, string, string | undefined]>((done) => {
    call.on('error', () => done([0, '', undefined]));
    call.on('response', (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () =>
        done([response.statusCode ?? 0, text, response.headers['retry-after']]),
      );
      response.on('error', () => done([0, '', undefined]));
    });
  });
  call.write(`${header}\n`);
  return { call, answered };
}

it('a file that is larger than it may be is refused, as sent and as unpacked', async () => {
  const sentence = 'The file is larger than 20 MB (M_UPLOAD_MAX_MB).';
  expect(await upload(Buffer.alloc(20_000_001, 'x'))).toEqual([413, sentence]);
  const { call, answered } = begun();
  for (let at = 0; at < 21; at++) call.write(Buffer.alloc(1_000_000, 'x'));
  call.end();
  expect((await answered)[0]).toBe(413);
  expect(await upload(gzipSync(Buffer.alloc(25_000_000, ',')))).toEqual([
    413,
    'The file unpacks to more than 16 MB, which is not accepted.',
  ]);
  expect(kept()).toEqual([]);
});

it('a small file of line ends or separators is told what it is', async () => {
  expect(await upload(gzipSync(Buffer.alloc(1_150_000, '\n')))).toEqual([
    400,
    'The file has no lines after its header: there is nothing to import.',
  ]);
  expect(await upload(gzipSync(Buffer.alloc(15_000_000, ',')))).toEqual([
    400,
    expect.stringMatching(/^Line 1 has more than 64 cells/),
  ]);
});

it('a third upload at once is asked to come again, and a slow one is given up', async () => {
  const [one, two] = [begun(), begun()];
  await expect.poll(() => kept().length).toBe(2);
  const modes = kept().map((name) => statSync(join(folder, name)).mode & 0o777);
  expect([...modes, statSync(folder).mode & 0o777]).toEqual([0o600, 0o600, 0o700]);
  const third = begun();
  third.call.end();
  expect(await third.answered).toEqual([429, expect.stringContaining('Try again'), '10']);
  for (const { answered } of [one, two])
    expect(await answered).toEqual([408, expect.stringContaining('did not arrive'), undefined]);
  expect(kept()).toEqual([]);
});

it('an import ends when its client goes away, and the next one goes on', async () => {
  const lines = Array.from({ length: 40_000 }, (_, at) => {
    const minute = String(at % 60).padStart(2, '0');
    return `${600_000 + at},85123A,LANTERN,1,2010-12-01 08:${minute},2.55,17850,United Kingdom`;
  });
  const { call, answered } = begun();
  call.end(`${lines.join('\n')}\n`);
  const latest = async () => {
    const answer = await ask('/api/imports/latest');
    return ((await answer.json()) as { run?: { status: string; sentence?: string } }).run;
  };
  const listed = async () => (await latest())?.status;
  await expect.poll(listed, { timeout: 30_000 }).toBe('running');
  call.destroy();
  await answered;
  await expect.poll(listed, { timeout: 30_000 }).toBe('failed');
  const disconnected = 'The client disconnected before the file was imported.';
  expect(await latest()).toMatchObject({ sentence: disconnected });
  await expect.poll(kept).toEqual([]);
});
