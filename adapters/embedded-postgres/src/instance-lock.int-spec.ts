// Two starts on one data directory: one serves, the other learns where.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { askInstance, holdInstance, type InstanceDescription } from './instance-lock.ts';

const directory = join('/nowhere', `morrow-${process.pid}`);

it('lets one hold a directory and tells the second its address once it has one', async () => {
  let me: InstanceDescription = { pid: 7, url: undefined };
  const hold = await holdInstance(directory, () => me);
  expect(await holdInstance(directory, () => me)).toBeUndefined();
  const asked = askInstance(directory);
  me = { pid: 7, url: 'http://127.0.0.1:3000' };
  expect(await asked).toEqual(me);
  await hold?.release();
});

it('knows nobody when nobody holds the directory', async () => {
  expect(await askInstance(directory)).toBeUndefined();
});

it('gives up on a holder that gets no address in time', async () => {
  const hold = await holdInstance(directory, () => ({ pid: 7, url: undefined }));
  expect(await askInstance(directory, { waitMs: 0 })).toBeUndefined();
  await hold?.release();
});

it('is free again after it was released', async () => {
  await (await holdInstance(directory, () => ({ pid: 1, url: 'first' })))?.release();
  const again = await holdInstance(directory, () => ({ pid: 2, url: 'second' }));
  expect(await askInstance(directory)).toEqual({ pid: 2, url: 'second' });
  await again?.release();
});
