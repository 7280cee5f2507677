/** How loops rest: how often they look after work, and that few of many look often. */
import type { Clock } from '@morrow/kernel';
import { expect, it } from 'vitest';
import { Looks, pollMs, Rest, restMs } from './rest.ts';

/** A clock that stands until it is told. */
function newClock() {
  let ms = Date.parse('2026-03-01T08:00:00.000Z');
  const clock: Clock = { now: () => new Date(ms) };
  return { clock, pass: (wait: number) => (ms += wait), now: () => ms };
}
const never = () => ({ next: () => new Promise<void>(() => undefined), poke: () => undefined });

it('looks nine times after work, less and less often, and then rests', () => {
  const { clock, pass } = newClock();
  const rest = new Rest({ clock });
  const waits: number[] = [];
  while (!rest.isResting) {
    waits.push(rest.waitMs());
    pass(rest.waitMs());
  }
  expect(waits).toHaveLength(9);
  expect(waits).toEqual([...waits].sort((a, b) => a - b));
  expect(waits[0]).toBe(pollMs);
  expect(rest.waitMs()).toBe(restMs);
});

it('comes back for what is due, and not before', () => {
  const { clock, pass, now } = newClock();
  const rest = new Rest({ clock, isLively: false });
  expect(rest.waitMs(now() + 5000)).toBe(5000);
  expect(rest.waitMs(now() + 2 * restMs)).toBe(restMs);
  rest.work();
  pass(20_000);
  expect(rest.waitMs(now() + 60_000)).toBe(10_000);
});

it('of many that have worked, those that worked last stay lively', () => {
  const { clock } = newClock();
  const looks = new Looks(never);
  const rests = Array.from({ length: 100 }, () => new Rest({ clock, looks }));
  const [first] = rests;
  expect(first?.isResting).toBe(true);
  first?.work();
  const lively = rests.filter(({ isResting }) => !isResting);
  expect(lively).toEqual([first, ...rests.slice(-39)]);
});
