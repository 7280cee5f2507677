/** Instances of workflows from the command line: a step that is stuck is seen, done again, skipped
 * and resolved; what people are asked is decided, once. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { units } from '@morrow/kernel';
import { testPostgres } from '@morrow/dev-services';
import { Companies } from '@morrow/protocol-companies';
import { Items } from '@morrow/protocol-items';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Warehouses } from '@morrow/protocol-warehouses';
import { Workflows, type InstanceState } from '@morrow/protocol-workflows';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openSession, type Session } from './session.ts';
import { openShop } from './shop.features.ts';

// a test starts the command line up to twenty times
vi.setConfig({ testTimeout: 240_000 });
const tenant = `halted${process.pid}`;
const shop = await openShop(await testPostgres(), [tenant]);
process.env['M_DATA'] = shop.folder;
const session: Session = await openSession(tenant);
afterAll(async () => {
  await session.close();
  await shop.close();
});
const morrow = (...args: readonly string[]) => shop.morrow(tenant, ...args);
const workflow = (...args: readonly string[]) => morrow('workflow', ...args);
const item = `TEA-${'x'.repeat(28)}`;
const says = (out: string) => ({ code: 0, out, problem: '' });
const refuses = (problem: string) => ({ code: 1, out: '', problem });

/** Published from a file: it takes the orders whose numbers begin with its name. */
async function publish(name: string, steps: string, isTaken = 'true'): Promise<void> {
  const file = join(shop.folder, `${name}.yaml`);
  const text = `form: morrow.workflow/1
name: ${name}
version: 1
summary: Takes the orders whose numbers begin with its name
trigger:
  event: orders.orderPlaced
  when: $substringBefore(trigger.data.number, "-") = "${name}" and ${isTaken}
  key: trigger.data.number
steps:
${steps}`;
  writeFileSync(file, text);
  expect((await workflow('publish', file)).out).toMatch(/ is published, /);
}
async function place(number: string, lineCount = 1): Promise<void> {
  const at = new Date('2026-03-02T10:00:00.000Z');
  const line = { item, quantity: units(1n), price: 2_000_000n };
  const order = {
    ...{ number, customer: 'C1', warehouse: 'MAIN', currency: 'GBP', placedAt: at },
    lines: Array.from({ length: lineCount }, () => line),
  };
  await session.port(Orders).place(order, session.context());
}
/** The one instance of a workflow, as soon as it stands there. */
async function standing(name: string, state: InstanceState) {
  const asked = { workflow: name, state, limit: 10 };
  const found = async () =>
    (await session.port(Workflows).instances(asked, session.context())).instances;
  await expect.poll(async () => (await found()).length, { timeout: 30_000 }).toBe(1);
  const [one] = await found();
  return one?.instanceId ?? '';
}
beforeAll(async () => {
  const { port, context } = session;
  await port(Companies).setUp({ name: 'Shop', currency: 'GBP' }, context());
  const items = [{ code: item, name: 'Tea', category: 'goods' as const }];
  await port(Items).upsertMany({ items }, context());
  const parties = [{ code: 'C1', name: 'Ann', role: 'customer' as const, country: 'France' }];
  await port(Parties).upsertMany({ parties }, context());
  await port(Warehouses).open({ code: 'MAIN', name: 'Main' }, context());
});

it('a step that is stuck is seen, done again, resolved and undone', async () => {
  expect(await workflow('stuck')).toEqual(says('Nothing is stuck.\n'));
  await publish(
    'look',
    `  look:
    label: '"Look for " & trigger.data.number'
    call: orders.get
    input: { orderId: =trigger.data.number }
  skim:
    call: orders.get
    input: { orderId: =trigger.data.number }
  wait:
    after: [look]
    sleep: P1D
`,
  );
  await place('look-1');
  const id = await standing('look', 'stuck');
  const why = /orders\.get: .+/;
  const list = await workflow('stuck');
  expect(list.out).toMatch(new RegExp(`^${id} look@1 look\\|look-1\n {2}look: ${why.source}\n`));
  expect(list.out).toContain('`morrow workflow retry ID STEP` runs a step again');
  expect((await workflow('instance', id)).out).toMatch(/│ look +│ stuck +│ Look for look-1 +│/);
  expect((await workflow('instances', 'look', '--state', 'stuck')).out).toContain(id);
  expect((await workflow('list')).out).toMatch(/│ look@1 +│ +│ published +│ 1 stuck +│/);
  expect((await morrow('lag')).out).toContain('workflows: instances stuck: 1, parked: 0; see');
  expect(await morrow('verify')).toMatchObject({
    code: 0,
    out: expect.stringMatching(
      new RegExp(
        `^All laws hold\\.\nPending:\n  orders: 1 waiting for stock\n` +
          `  workflows: the instance look@1 ${id} is stuck: orders\\.get: `,
      ),
    ),
  });
  const retried = await workflow('retry', id, 'look', '--note', 'once more');
  expect(retried).toMatchObject({ code: 0, out: expect.stringMatching(/^look will run again; /) });
  const gone = async () => (await workflow('stuck')).out;
  await expect.poll(gone, { timeout: 30_000 }).toMatch(why);
  const skipped = await workflow('skip', id, 'skim', '--note', 'not needed');
  expect(skipped).toMatchObject({ code: 0, problem: '' });
  await expect
    .poll(async () => (await workflow('stuck')).out, { timeout: 30_000 })
    .toContain(' look: orders.get');
  const resolved = await workflow('resolve', id, 'look', '--output', '{"state":"placed"}');
  expect(resolved).toEqual(says('look is resolved; the instance is running.\n'));
  const none = 'The step look is not stuck; there is nothing to decide about it.';
  expect(await workflow('skip', id, 'look')).toEqual(refuses(none));
  expect(await workflow('cancel', id)).toMatchObject({ code: 0, problem: '' });
  await standing('look', 'undone');
  const over = 'The instance is undone; it can no longer be cancelled.';
  expect(await workflow('cancel', id)).toEqual(refuses(over));
  expect(await workflow('stuck')).toEqual(says('Nothing is stuck.\n'));
});

it('an event that a trigger throws on is told of where people look for what is stuck', async () => {
  await publish('broken', '  wait: { sleep: P1D }\n', '$error("no such number")');
  await place('broken-1');
  await expect
    .poll(async () => (await workflow('stuck')).out, { timeout: 30_000 })
    .toMatch(
      /^No workflow has taken 1 event: \S.*\n {2}broken: trigger.when: .*: no such number.\n/,
    );
  await workflow('pause', 'broken@1');
  const [, which = ''] = /orders (\d+) failed/.exec((await morrow('letter', 'list')).out) ?? [];
  await morrow('letter', 'retry', 'workflows', 'follow.orders', 'orders', which);
  expect(await workflow('stuck')).toEqual(says('Nothing is stuck.\n'));
});

it('what people are asked is listed by role and decided, once', async () => {
  await publish(
    'ask',
    `  ask:
    approval: { role: sales, title: ="Ship " & trigger.data.number & "?" }
output: { decision: =steps.ask.output.decision }
`,
  );
  await place('ask-1');
  const id = await standing('ask', 'running');
  const listed = async (role: string) =>
    JSON.parse((await morrow('approvals', '--role', role, '--json')).out) as {
      readonly approvalId: string;
      readonly title: string;
    }[];
  const [asked, ...others] = await listed('sales');
  expect([asked?.title, others, await listed('nobody')]).toEqual(['Ship ask-1?', [], []]);
  const approvalId = asked?.approvalId ?? '';
  expect((await morrow('approvals')).out).toMatch(new RegExp(`│ ${approvalId} +│ sales +│`));
  expect(await morrow('approve', approvalId, '--note', 'gladly')).toEqual(
    says('The approval is approved.\n'),
  );
  const twice = /^The approval has already been decided: approved by .+ on .+ UTC\.$/;
  expect(await morrow('reject', approvalId)).toMatchObject({
    code: 1,
    problem: expect.stringMatching(twice),
  });
  expect(await morrow('approve', approvalId)).toEqual(says('The approval is approved.\n'));
  await standing('ask', 'done');
  expect((await workflow('instance', id)).out).toContain('Output: {"decision":"approved"}');
  const nobody = '00000000-0000-7000-8000-000000000000';
  const unknown = `There is no workflow instance ${nobody}.`;
  expect(await workflow('instance', nobody)).toEqual(refuses(unknown));
});

it.each([
  [
    'throws',
    '$error("no such customer")',
    'input.orderId: The expression gives no value: no such customer.',
  ],
  [
    'loops',
    '($turn := function($n) { $turn($n + 1) }; $turn(1))',
    'input.orderId: The expression gives no value: it takes more than 100000 steps.',
  ],
  ['mistypes', 'trigger.data.number', 'orders.get: '],
])('an expression that %s leaves its instance stuck, with the place', async (name, text, why) => {
  await publish(
    name,
    `  look:
    call: orders.get
    input: { orderId: '=${text}' }
`,
  );
  await place(`${name}-1`);
  const id = await standing(name, 'stuck');
  const { out } = await workflow('stuck');
  const [, sentence = ''] = out.split(`${id} ${name}@1 ${name}|${name}-1\n  look: `);
  expect(sentence.startsWith(why), out).toBe(true);
});

it('an answer that is too long to keep leaves its step stuck', async () => {
  await publish(
    'long',
    `  look:
    call: orders.get
    input: { orderId: =trigger.data.orderId }
`,
  );
  await place('long-1', 1000);
  const id = await standing('long', 'stuck');
  const why = /look: It was done, and its answer has \d{5,6} bytes, more than 65536\./;
  expect((await workflow('stuck')).out).toMatch(why);
  const shown = (await workflow('instance', id)).out;
  expect(shown).toMatch(/│ look +│ stuck +│/);
  expect(shown).toMatch(/It was done, and its answer has \d{5,6} bytes/);
  // a person says what later steps read in its place
  await workflow('resolve', id, 'look', '--output', '{"lines":1000}');
  await standing('long', 'done');
});
