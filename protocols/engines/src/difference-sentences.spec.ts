/** How a row that differs is told: every column once, shortened, in sentences of some length. */
import { expect, it } from 'vitest';
import { differenceSentences } from './difference-sentences.ts';
import type { StreamEvent } from './rebuild.ts';

const keyed = (row: object) => ({ key: 'n1', row: JSON.stringify(row) });
const event = (streamVersion: number) =>
  ({ type: 'closed', streamVersion, at: '2026-03-01T08:00:00.000Z' }) as StreamEvent;

it.each([
  [1, '1st'],
  [2, '2nd'],
  [3, '3rd'],
  [4, '4th'],
  [11, '11th'],
  [112, '112th'],
  [121, '121st'],
])('event %i is called the %s', async (streamVersion, called) => {
  const setBy = async () => new Map([['a', event(streamVersion)]]);
  expect(
    await differenceSentences('note', keyed({ a: 1, b: 2 }), keyed({ a: 3, b: 2 }), setBy),
  ).toEqual([
    `note n1: a is 1, its events make it 3, set by closed, its ${called} event, of 2026-03-01`,
  ]);
});

it('long values are shortened, many columns go into more sentences', async () => {
  const names = Array.from({ length: 9 }, (_, at) => `column_${at}`);
  const row = (text: string) => keyed(Object.fromEntries(names.map((name) => [name, text])));
  const found = await differenceSentences('note', row('x'.repeat(500)), row('y'), undefined);
  expect(Math.max(...found.map(({ length }) => length))).toBeLessThanOrEqual(300);
  for (const name of names) expect(found.join().split(`${name} is`).length).toBe(2);
  expect(found[0]).toContain(`column_0 is "${'x'.repeat(39)}…, its events make it "y"`);
});

it('an absent column stands as nothing; a number may be written in another way', async () => {
  expect(await differenceSentences('note', keyed({}), keyed({ a: 'b' }), undefined)).toEqual([
    'note n1: a is nothing, its events make it "b"',
  ]);
  const written = { key: 'n1', row: '{"a": 1.0}' };
  expect(await differenceSentences('note', written, keyed({ a: 1 }), undefined)).toEqual([
    'note n1: a number is written in another way',
  ]);
});
