/** The first page names what waits for people, with what to type; nothing where nothing does. */
import { units } from '@morrow/kernel';
import { Orders } from '@morrow/protocol-orders';
import { Workflows } from '@morrow/protocol-workflows';
import { expect, it } from 'vitest';
import { groundOf, openGround } from '../worlds/ground.ts';
import { served } from '../worlds/served.features.ts';
import { World } from '../worlds/world.ts';

const file = `form: morrow.workflow/1
name: people
version: 1
summary: Asks, and cannot look
trigger: { event: orders.orderPlaced }
steps:
  ask:
    approval: { role: sales, title: ="Ship <b>" & trigger.data.number & "</b>?" }
  look:
    call: orders.get
    input: { orderId: =trigger.data.number }
`;

it('the first page shows open questions and what is stuck', async () => {
  const { running, tenant, ask } = await served();
  const signed = (context: Parameters<typeof running.signed>[0]) => running.signed(context);
  const world = new World((protocol) => running.port(protocol), tenant, 30_000, signed);
  const page = async () => (await ask('/')).text();
  expect(await page()).not.toContain('Waiting for people');
  await openGround(groundOf(world));
  const published = { text: Buffer.from(file).toString('base64url') };
  await world.port(Workflows).publish(published, world.context());
  const line = { item: 'A', quantity: units(1), price: 20_000_000n };
  const placedAt = new Date('2026-03-02T10:00:00.000Z');
  const header = { number: 'N1', customer: 'C1', currency: 'GBP', warehouse: 'MAIN', placedAt };
  await world.port(Orders).place({ ...header, lines: [line] }, world.context());
  await expect.poll(page, { timeout: 30_000 }).toContain('people@1 is stuck');
  const shown = await page();
  const { approvals } = await world.port(Workflows).approvals({ limit: 1 }, world.context());
  const { instances } = await world.port(Workflows).instances({ limit: 1 }, world.context());
  const commandLine = (command: string) =>
    `<code tabindex="0">npx --no morrow ${command} --tenant ${tenant}</code>`;
  for (const told of [
    '<th scope="row">Ship &lt;b&gt;N1&lt;/b&gt;?</th><td>Waiting for sales</td>',
    commandLine(`approve ${approvals[0]?.approvalId}`),
    commandLine(`workflow instance ${instances[0]?.instanceId}`),
    'orders.get: ',
  ])
    expect(shown).toContain(told);
});
