/** Timers through the local binding: in their time, once each, whoever is killed in between. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { freshDatabase } from '@morrow/dev-services';
import { expect, it, onTestFinished } from 'vitest';
import { fromSource } from '../worlds/programs.ts';
import { openTills, tillContext } from '../worlds/till-world.ts';

const opening = '2026-03-01T08:00:00.000Z';
async function shop() {
  const { drop, database, ...server } = await freshDatabase('tills');
  onTestFinished(drop);
  let nowMs = Date.parse(opening);
  const clock = { now: () => new Date(nowMs) };
  const problems: string[] = [];
  const open = async () => {
    const onProblem = (sentence: string) => void problems.push(sentence);
    const opened = await openTills({ server, database, clock, onProblem });
    onTestFinished(opened.close);
    return opened;
  };
  const processes = [await open(), await open()] as const;
  const [{ port, store }] = processes;
  let keys = 0;
  return {
    server, database, problems, processes, store,
    start: () => processes.forEach(({ keeper }) => keeper.start()),
    pass: (seconds: number) => {
      nowMs += seconds * 1000;
      for (const { poke } of processes) poke();
    },
    deposit: (till: string, minor = 5n) =>
      port.deposit({ till, amount: { minor } }, tillContext(`k-${keys++}`)),
    counts: async () => {
      const rows = await store.list('till', { limit: 100 });
      return Object.fromEntries(rows.map(({ fields }) => [fields['name'], fields['counts']]));
    },
    left: () => store.timers.next(['count']),
  }; // prettier-ignore
}
const names = Array.from({ length: 40 }, (_, at) => `till-${at}`);
const each = (counts: number) => Object.fromEntries(names.map((name) => [name, counts]));

it('fires each timer once in two processes, and none before its time', async () => {
  const { start, pass, deposit, counts, left } = await shop();
  start();
  await Promise.all(names.map((name) => deposit(name)));
  pass(59);
  expect(await left()).toBe('2026-03-01T08:01:00.000Z');
  expect(await counts()).toEqual(each(0));
  pass(1);
  await expect.poll(counts).toEqual(each(1));
  expect(await left()).toBeUndefined();
  pass(3600);
  await deposit('till-0');
  expect(await counts()).toEqual(each(1));
});

it('fires at the moment that the last unit gave, or not at all', async () => {
  const { start, pass, deposit, counts, left } = await shop();
  start();
  await Promise.all([deposit('moved'), deposit('dropped'), deposit('kept')]);
  pass(30);
  await deposit('moved');
  await deposit('dropped', 0n);
  pass(30);
  await expect.poll(counts).toEqual({ moved: 0, dropped: 0, kept: 1 });
  expect(await left()).toBe('2026-03-01T08:01:30.000Z');
  pass(30);
  await expect.poll(counts).toEqual({ moved: 1, dropped: 0, kept: 1 });
});

it('fires what came due while nobody was running', async () => {
  const { start, pass, deposit, counts } = await shop();
  await deposit('main');
  pass(86_400);
  expect(await counts()).toEqual({ main: 0 });
  start();
  await expect.poll(counts).toEqual({ main: 1 });
});

it('tries one that fails again later, and does not hold up the others', async () => {
  const { start, pass, deposit, counts, left, problems, store } = await shop();
  await deposit('stuck');
  await deposit('stuck', -5n);
  await deposit('main');
  start();
  pass(60);
  await expect.poll(counts).toEqual({ stuck: 0, main: 1 });
  await expect.poll(left).toBe('2026-03-01T08:01:01.000Z');
  // both processes may have tried it before one of them put it off
  expect([...new Set(problems)]).toEqual([
    expect.stringMatching(/^shop could not handle the timer count /),
  ]);
  pass(1);
  await expect.poll(left).toBe('2026-03-01T08:01:06.000Z');
  const [stuck] = await store.findBy('till', 'name', ['stuck']);
  await deposit('stuck', 1n);
  expect(await left()).toBe('2026-03-01T08:02:01.000Z');
  pass(60);
  await expect.poll(counts).toEqual({ stuck: 1, main: 1 });
  expect(await store.load('till', stuck?.id ?? '')).toMatchObject({ fields: { minor: '1' } });
});

it('counts every till once, though processes are killed around their commits', async () => {
  const { server, database, deposit, counts, left } = await shop();
  await Promise.all(names.map((name) => deposit(name)));
  const run = (failpoint?: string) => {
    const child = spawn(
      process.execPath,
      fromSource(resolve(import.meta.dirname, '../worlds/till-process.ts')),
      {
        env: {
          ...process.env,
          TILLS: JSON.stringify({ server, database, now: '2026-03-01T09:00:00.000Z' }),
          ...(failpoint === undefined ? {} : { M_FAILPOINT: failpoint }),
        },
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      },
    );
    const ended = new Promise((done) => child.once('exit', (_, signal) => done(signal)));
    return { child, ended };
  };
  const counted = async () => Object.values(await counts()).filter((n) => n === 1).length;
  for (const [failpoint, then] of [
    ['timer.fire:before:3', 2],
    ['timer.fire:after:4', 6],
    ['timer.fire:before:1', 6],
  ] as const) {
    expect(await run(failpoint).ended).toBe('SIGKILL');
    expect(await counted()).toBe(then);
  }
  const last = [run(), run(), run()];
  await expect.poll(left, { timeout: 50_000 }).toBeUndefined();
  expect(await counts()).toEqual(each(1));
  for (const { child } of last) child.kill('SIGKILL');
  await Promise.all(last.map(({ ended }) => ended));
});
