/** A release that cannot read a definition: what people decide about its instances is refused in a
 * sentence that says why, and is decided where the definition is known. */
import { boot } from '@morrow/business/parts/boot';
import { readSettings } from '@morrow/business/parts/settings';
import { present, units } from '@morrow/kernel';
import { Orders } from '@morrow/protocol-orders';
import { Workflows, type InstanceState } from '@morrow/protocol-workflows';
import { expect, it } from 'vitest';
import { groundOf, openGround } from '../worlds/ground.ts';
import { newGround, type Ground } from '../worlds/served.features.ts';
import { World } from '../worlds/world.ts';

const definition = `form: morrow.workflow/1
name: check
version: 1
summary: Looks at an order, and asks somebody
trigger: { event: orders.orderPlaced, key: trigger.data.number }
steps:
  look:
    call: orders.get
    input: { orderId: =trigger.data.number }
  ask:
    approval: { role: sales, title: Is it well? }
`;
const base64 = (text: string) => Buffer.from(text).toString('base64url');
const ofNextRelease = definition.replace('workflow/1', 'workflow/2');
const store = (text: string) => `update workflows.workflow set text = '${base64(text)}'`;

/** Does something in the business as it stands; the process ends with it. */
async function during({ tenant, env }: Ground, run: (world: World) => Promise<void>) {
  const running = await boot(readSettings(env), {});
  const { port, signed } = running;
  await run(new World(port, tenant, undefined, signed)).finally(() => running.stop());
}
/** The one instance, as soon as it stands there. */
async function standing(world: World, state: InstanceState) {
  const asked = { state, limit: 10 };
  const found = async () =>
    (await world.port(Workflows).instances(asked, world.context())).instances;
  await expect.poll(async () => (await found()).length, { timeout: 20_000 }).toBe(1);
  return present((await found())[0], 'It stands there');
}
async function openApproval(world: World) {
  const { approvals } = await world.port(Workflows).approvals({ limit: 10 }, world.context());
  return present(approvals[0], 'It is asked for').approvalId;
}

it('a decision about an instance of an unknown definition is refused and says why', async () => {
  const ground = await newGround();
  await during(ground, async (world) => {
    await openGround(groundOf(world));
    await world.port(Workflows).publish({ text: base64(definition) }, world.context());
    const line = { item: 'A', quantity: units(1), price: 20_000_000n };
    const header = { number: '1', customer: 'C1', currency: 'GBP', warehouse: 'MAIN' };
    const placedAt = new Date('2026-03-02T10:00:00.000Z');
    await world.port(Orders).place({ ...header, placedAt, lines: [line] }, world.context());
    await standing(world, 'stuck');
  });

  await ground.statement(store(ofNextRelease));
  await during(ground, async (world) => {
    const workflows = world.port(Workflows);
    const { instanceId } = await standing(world, 'stuck');
    const approvalId = await openApproval(world);
    const ofStep = { instanceId, step: 'look' };
    const why = 'The instance runs on check@1, which is not known here: it waits until it is.';
    const refused = (call: Promise<unknown>) => expect(call).rejects.toThrow(why);
    await refused(workflows.cancel({ instanceId }, world.context()));
    await refused(workflows.retryStep(ofStep, world.context()));
    await refused(workflows.skipStep(ofStep, world.context()));
    await refused(workflows.resolveStep(ofStep, world.context()));
    await refused(workflows.decide({ approvalId, decision: 'approved' }, world.context()));
    const { counts } = await workflows.countInstances({}, world.context());
    expect(counts).toEqual([{ workflow: 'check', version: 1, state: 'stuck', instances: 1 }]);
  });

  await ground.statement(store(definition));
  await during(ground, async (world) => {
    const workflows = world.port(Workflows);
    const approvalId = await openApproval(world);
    await workflows.decide({ approvalId, decision: 'approved' }, world.context());
    const { instanceId } = await standing(world, 'stuck');
    await workflows.skipStep({ instanceId, step: 'look' }, world.context());
    await standing(world, 'done');
  });
}, 60_000);
