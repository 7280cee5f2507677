/** A rolling deploy: an old client calls a new server, and a new client an old one, within a
 * version. */
import { expect, it } from 'vitest';
import { z } from 'zod';
import type { CallContext } from '../context.ts';
import { defineProtocol, query } from '../define-protocol.ts';
import { connect } from '../dispatch/connect.ts';
import { serve } from '../dispatch/serve.ts';
import { Minor, Text } from '../schema/index.ts';

const name = Text(40);
const tillOf = <I extends z.ZodObject, O extends z.ZodObject>(input: I, output: O) =>
  defineProtocol({
    name: 'till',
    version: 1,
    summary: 'Cash in the drawers of a shop',
    domain: 'shop',
    errors: {},
    operations: { balance: query({ summary: 'What lies in a till', input, output, errors: [] }) },
    events: {},
  });
const old = tillOf(z.object({ till: name }), z.object({ minor: Minor }));
/** The same version later: one more question that may be left out, one more answer. */
const grown = tillOf(
  z.object({ till: name, floor: z.int().min(0).optional() }),
  z.object({ minor: Minor, countedBy: name.optional() }),
);
const context = (): CallContext => ({
  tenant: 'main',
  actor: 'person:ann',
  trace: '00-1-1-01',
  deadlineAt: Date.now() + 5000,
});
const serving = {
  receipts: { find: async () => undefined, keep: async () => undefined },
  hasTenant: () => true,
  onDefect: () => undefined,
};
const throughBytes = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

it('an old client is answered by a new server', async () => {
  const handle = serve(grown, { balance: async () => ({ minor: 5n, countedBy: 'ann' }) }, serving);
  const client = connect(old, async (operation, input, call) =>
    throughBytes(await handle(operation, throughBytes(input), call)),
  );
  expect(await client.balance({ till: 'main' }, context())).toEqual({ minor: 5n });
});
it('a new client is answered by an old server', async () => {
  const seen: unknown[] = [];
  const port = {
    async balance(input: { till: string }) {
      seen.push(input);
      return { minor: 7n };
    },
  };
  const handle = serve(old, port, serving);
  const client = connect(grown, async (operation, input, call) =>
    throughBytes(await handle(operation, throughBytes(input), call)),
  );
  expect(await client.balance({ till: 'main', floor: 2 }, context())).toEqual({ minor: 7n });
  expect(seen).toEqual([{ till: 'main' }]);
});
