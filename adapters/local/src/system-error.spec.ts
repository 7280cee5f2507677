/** Errors of the operating system, really met, as people read them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { systemSentence } from './system-error.ts';

function sentenceOf(fail: () => unknown): string | undefined {
  try {
    fail();
  } catch (error) {
    return systemSentence(error);
  }
  return expect.unreachable();
}
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'morrow-errors-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

it('a file that is none is named', () => {
  const here = folder();
  const file = join(here, 'a');
  writeFileSync(file, '');
  expect(sentenceOf(() => readFileSync(join(here, 'b')))).toBe(
    `There is no file ${join(here, 'b')}.`,
  );
  expect(sentenceOf(() => readFileSync(join(file, 'c')))).toBe(
    `${join(file, 'c')} leads through a file where a folder is needed.`,
  );
  const written = sentenceOf(() => writeFileSync(here, ''));
  expect(written).toBe(`${here} is a folder. Name a file in it.`);
});

it('a port that is taken, and one where nobody listens, are named', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const [taken] = (await once(createServer().listen(port, '127.0.0.1'), 'error')) as [Error];
  expect(systemSentence(taken)).toBe(
    `Port ${port} is in use by another program. Choose another port: PORT=3001 npm start.`,
  );
  server.close();
  await once(server, 'close');
  const [refused] = (await once(connect({ port, host: '127.0.0.1' }), 'error')) as [Error];
  const sentence = `Nothing answers at 127.0.0.1:${port}. Check that the server runs.`;
  expect(systemSentence(refused)).toBe(sentence);
  const fetched = await fetch(`http://127.0.0.1:${port}/`).catch((error: unknown) => error);
  expect(systemSentence(fetched)).toBe(sentence);
});

it('a program that is not installed is named', async () => {
  const [missing] = (await once(spawn('/nowhere/at-all'), 'error')) as [Error];
  expect(systemSentence(missing)).toBe('The program /nowhere/at-all is not installed.');
});

it('what the system did not say is left as it is', () => {
  for (const other of [new Error('ENOENT'), 'text', null, undefined, { code: 'constructor' }])
    expect(systemSentence(other)).toBeUndefined();
  const cause = Object.assign(new Error('EACCES: no'), { code: 'EACCES', path: '/x' });
  expect(systemSentence(new Error('The data belongs to another user.', { cause }))).toBe(undefined);
  expect(systemSentence(new Error('failed', { cause }))).toMatch(/^\/x cannot be opened/);
  expect(systemSentence({ code: '53100' })).toMatch(/^The disk is full/);
});
