/** A definition that takes long to check holds up nobody: the server answers meanwhile, and gives
 * up what takes too long or what nobody waits for. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { definitionChecks } from '@morrow/business/parts/definition-checks';
import { afterAll, expect, it } from 'vitest';
import { served } from '../worlds/served.features.ts';

const { ask, running } = await served(afterAll);
const head = `form: morrow.workflow/1
name: large
version: 1
summary: Large
trigger: { event: orders.orderPlaced }
steps:
`;
/** Two hundred steps, each after many and with an input of expressions; within every limit. */
const large =
  head +
  Array.from({ length: 200 }, (_, at) => {
    const after = Array.from({ length: Math.min(at, 12) }, (__, back) => `s${at - back - 1}`);
    const fields = Array.from({ length: 12 }, (__, n) => `f${n}: "=trigger.data.x${n} + ${n}"`);
    const input = `{ ${fields.join(', ')} }`;
    return `  s${at}: { call: orders.ship, after: [${after.join(', ')}], input: ${input} }\n`;
  }).join('');
const lint = (text: string, signal?: AbortSignal) =>
  ask('/api/workflows/lint', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: Buffer.from(text).toString('base64url') }),
    ...(signal && { signal }),
  });

it('the server answers while a large definition is checked', async () => {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  const checking = lint(large);
  const checked = checking.then(() => 'checked');
  delay.enable();
  let answers = 0;
  const live = () => ask('/health/live').then(({ status }) => status);
  for (; (await Promise.race([checked, live()])) !== 'checked'; answers++);
  delay.disable();
  const answer = await checking;
  expect(answer.status).toBe(200);
  const { problems, more } = (await answer.json()) as { problems: unknown[]; more: number };
  expect([problems.length, more > 1_000]).toEqual([40, true]);
  expect(answers).toBeGreaterThan(5);
  // no part of the check runs here; what remains is a busy machine
  expect(delay.max / 1e6).toBeLessThan(2_000);
});

const budget = { taskMs: 60_000, memoryMb: 256, waitingMax: 2 };
const { placement } = running.settings;
const soon = () => ({ deadlineAt: Date.now() + 60_000 });

it('what takes more than its budget is one sentence', async () => {
  const check = definitionChecks(placement, { ...budget, taskMs: 1 });
  const sentence = 'Checking this text takes too much time or memory. Make the workflow smaller.';
  expect(await check(large, soon())).toEqual({
    problems: [{ place: '', line: 1, column: 1, sentence }],
  });
});

it('what nobody waits for is not gone on with, and too many are sent away', async () => {
  const check = definitionChecks(placement, budget);
  const caller = new AbortController();
  const codeOf = (error: { code: string }) => error.code;
  const first = check(large, { ...soon(), signal: caller.signal }).catch(codeOf);
  const second = check(head, soon());
  const third = check(large, soon()).catch(codeOf);
  caller.abort();
  expect(await first).toBe('unavailable');
  expect(await third).toBe('unavailable');
  expect((await second).problems).toHaveLength(1);
});
