/** Operations called by name: values in wire form both ways, and only what workflows may call. */
import { expect, it } from 'vitest';
import { z } from 'zod';
import type { CallContext } from '../context.ts';
import {
  command,
  defineProtocol,
  query,
  type PortOf,
  type Protocol,
  type ProtocolSpec,
} from '../define-protocol.ts';
import { Minor, Text } from '../schema/index.ts';
import { bindLocal } from './connect.ts';
import { invokerOf } from './invoke.ts';

const summary = 'Cash of a shop';
const named = (version: number) =>
  defineProtocol({
    ...{ name: 'safe', version, summary, domain: 'shop' },
    errors: {
      locked: { fault: 'conflict', data: z.object({ safe: Text(9) }), sentence: '{safe} is shut.' },
    },
    operations: {
      put: command({
        summary,
        input: z.object({ safe: Text(9), minor: Minor }),
        output: z.object({ minor: Minor }),
        errors: ['locked'],
        workflow: true,
      }),
      look: query({ summary, input: z.object({}), output: z.object({}), errors: [] }),
    },
    events: {},
  });
const Safe = named(1);
const context: CallContext = {
  tenant: 'main',
  actor: 'workflow:close@1',
  trace: '00-1-1-01',
  deadlineAt: Date.now() + 60_000,
  key: 'instance/put/0',
};

/** The invoker over a safe that holds 5, and what reached it. */
function opened(protocols: readonly Protocol[] = [Safe]) {
  const calls: unknown[] = [];
  const asked: number[] = [];
  const port = bindLocal(Safe, {
    put: async (input, { key }) => {
      calls.push({ input, key });
      if (input.safe === 'shut') throw Safe.fail('locked', { safe: input.safe });
      return { minor: input.minor + 5n };
    },
    look: async () => ({}),
  });
  const invoke = invokerOf(protocols, ({ spec }) => {
    asked.push(spec.version);
    return port as unknown as PortOf<ProtocolSpec>;
  });
  return { calls, asked, invoke };
}

it('takes and gives wire forms, and hands the context on', async () => {
  const { calls, asked, invoke } = opened();
  const put = () => invoke('safe.put', { safe: 'main', minor: '12' }, context);
  expect([await put(), await put()]).toEqual([{ minor: '17' }, { minor: '17' }]);
  const call = { input: { safe: 'main', minor: 12n }, key: context.key };
  expect(calls).toEqual([call, call]);
  expect(asked).toEqual([1]);
});

it('throws what the operation declares', async () => {
  const { invoke } = opened();
  const refused = invoke('safe.put', { safe: 'shut', minor: '1' }, context);
  await expect(refused).rejects.toMatchObject({ code: 'locked', message: 'shut is shut.' });
});

it.each([
  ['vault.put', 'missing', 'No hosted domain offers the operation vault.put.'],
  ['put', 'missing', 'No hosted domain offers the operation put.'],
  ['', 'missing', 'No hosted domain offers the operation .'],
  ['safe.take', 'missing', 'safe has no operation take.'],
  ['safe.toString', 'missing', 'safe has no operation toString.'],
  ['safe.', 'missing', 'safe has no operation .'],
  ['safe.look', 'forbidden', 'Workflows may not call safe.look.'],
])('refuses %s as %s', async (operation, fault, message) => {
  const { calls, invoke } = opened();
  await expect(invoke(operation, {}, context)).rejects.toMatchObject({
    code: fault,
    fault,
    message,
  });
  expect(calls).toEqual([]);
});

it('refuses an input that does not fit, with the place, and calls nothing', async () => {
  const { calls, invoke } = opened();
  const refused = invoke('safe.put', { safe: 'main', minor: 12 }, context);
  await expect(refused).rejects.toMatchObject({
    protocol: 'safe',
    fault: 'invalid',
    data: { issues: [{ path: ['minor'] }] },
    message: expect.stringMatching(/^The input is not valid: minor: /) as string,
  });
  expect(calls).toEqual([]);
});

it('calls the newer of two versions', async () => {
  const { asked, invoke } = opened([named(2), Safe]);
  await invoke('safe.put', { safe: 'main', minor: '1' }, context);
  expect(asked).toEqual([2]);
});
