/** Answers of commands: given again for seven days, then pruned by whoever holds the lease. */
import { freshDatabase } from '@morrow/dev-services';
import { expect, it, onTestFinished } from 'vitest';
import { openTills, tillContext } from '../worlds/till-world.ts';

const dayMs = 86_400_000;

it('answers a key again for seven days, and then takes it for a new one', async () => {
  const { drop, database, ...server } = await freshDatabase('receipts');
  onTestFinished(drop);
  let day = 0;
  const clock = { now: () => new Date(Date.parse('2026-03-01T08:00:00.000Z') + day * dayMs) };
  const open = async () => {
    const opened = await openTills({ server, database, clock });
    onTestFinished(opened.close);
    return opened;
  };
  const processes = [await open(), await open()] as const;
  const [{ port, stores }] = processes;
  for (const { keeper } of processes) keeper.start();
  const deposit = (key: string) =>
    port.deposit({ till: 'main', amount: { minor: 5n } }, tillContext(key));
  const pass = (days: number) => {
    day += days;
    for (const { poke } of processes) poke();
  };
  const kept = async () =>
    (await stores.sourceOf('main').query('select count(*)::int as n from receipt'))[0].n;
  expect(await deposit('first')).toEqual({ minor: 5n });
  pass(6.9);
  expect(await deposit('second')).toEqual({ minor: 10n });
  expect(await deposit('first')).toEqual({ minor: 5n });
  expect(await kept()).toBe(2);
  pass(0.2);
  await expect.poll(kept).toBe(1);
  expect(await deposit('second')).toEqual({ minor: 10n });
  expect(await deposit('first')).toEqual({ minor: 15n });
});
