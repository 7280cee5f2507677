// What reads or moves the world, planted in libs/ and seen caught; what only computes passes.
import { expect, it } from 'vitest';
import { lintPlanted } from './planted-world.ts';

const refusal = (use: string) =>
  `'${use}' reads or moves the world: take it as an argument or a port.`;

it.each([
  ['Date.now();', 'Date.now'],
  ["Date['now']();", 'Date.now'],
  ['[1].map(Date.now);', 'Date.now'],
  ['new Date();', 'Date()'],
  ['Date();', 'Date()'],
  ['Math.random();', 'Math.random'],
  ['setTimeout(f, 1);', 'setTimeout'],
  ['setInterval(f, 1);', 'setInterval'],
  ['queueMicrotask(f);', 'queueMicrotask'],
  ['process.env.HOME;', 'process'],
  ['performance.now();', 'performance'],
  ['crypto.randomUUID();', 'crypto'],
  ['globalThis.Date.now();', 'globalThis'],
  ["console.log('x');", 'console'],
  ["fetch('/x');", 'fetch'],
  ["eval('1');", 'eval'],
])('catches %s', async (text, use) => {
  expect(await lintPlanted('@morrow/some-domain', text)).toEqual([refusal(use)]);
});

it.each([
  'new Date(0);',
  "Date.parse('2026-01-01');",
  'Math.max(1, 2);',
  'const process = (x) => x; process(1);',
  'const clock = { now: () => 0 }; clock.now();',
  'export const f = (setTimeout) => setTimeout;',
  'export type T = typeof x; const x = { fetch: 1 }; x.fetch;',
])('lets %s pass', async (text) => {
  expect(await lintPlanted('@morrow/some-domain', text)).toEqual([]);
});

it('leaves adapters their clock', async () => {
  expect(await lintPlanted('@morrow/some-adapter', 'Date.now();')).toEqual([]);
});
