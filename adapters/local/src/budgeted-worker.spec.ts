/** Work in a thread: answered in turn, and ended when its budget is used up or nobody waits. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { budgetedWorker } from './budgeted-worker.ts';

const program = `
import { parentPort } from 'node:worker_threads';
parentPort.on('message', (task) => {
  while (task === 'spin');
  const kept = [];
  while (task === 'fill') kept.push(new Array(100_000).fill(task));
  parentPort.postMessage({ answer: 'did ' + task });
});
parentPort.postMessage({ isReady: true });
`;
function opened(taskMs = 60_000) {
  const folder = mkdtempSync(join(tmpdir(), 'morrow-worker-'));
  const file = join(folder, 'worker.mjs');
  writeFileSync(file, program);
  const budget = { taskMs, memoryMb: 64, waitingMax: 3 };
  const worker = budgetedWorker<string, string>(pathToFileURL(file), undefined, budget);
  onTestFinished(async () => {
    await worker.stop();
    rmSync(folder, { recursive: true });
  });
  return worker;
}
const patient = () => ({ deadlineAt: Date.now() + 60_000 });

it('answers each task in its turn, and refuses what would wait too long', async () => {
  const worker = opened();
  const tasks = ['a', 'b', 'c', 'd'].map((task) =>
    worker.run(task, patient()).catch((error: { reason: string }) => error.reason),
  );
  expect(await Promise.all(tasks)).toEqual(['did a', 'did b', 'did c', 'busy']);
});

it('ends a task that takes too long or too much memory, and goes on with the next', async () => {
  const worker = opened(500);
  const spinning = worker.run('spin', patient());
  const next = worker.run('next', patient());
  await expect(spinning).rejects.toMatchObject({ reason: 'overrun' });
  expect(await next).toBe('did next');
  await expect(opened().run('fill', patient())).rejects.toMatchObject({ reason: 'overrun' });
});

it('ends a task for which nobody waits any more', async () => {
  const worker = opened();
  const caller = new AbortController();
  const spinning = worker.run('spin', { ...patient(), signal: caller.signal });
  caller.abort();
  await expect(spinning).rejects.toMatchObject({ reason: 'abandoned' });
  const late = worker.run('spin', { deadlineAt: Date.now() + 200 });
  await expect(late).rejects.toMatchObject({ reason: 'abandoned' });
  expect(await worker.run('next', patient())).toBe('did next');
});
