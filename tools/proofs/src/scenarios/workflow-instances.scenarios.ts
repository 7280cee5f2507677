/** Scenarios of workflows that run: what people are asked, what is undone, and what they decide
 * about a step that is stuck. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Protocol } from '@morrow/contract';
import type { Id } from '@morrow/kernel';
import { Orders } from '@morrow/protocol-orders';
import { Stock } from '@morrow/protocol-stock';
import { Workflows, type InstanceState } from '@morrow/protocol-workflows';
import { expect } from 'vitest';
import { furtherOrder, orderOf, orderWorkflow } from '../worlds/order-workflow.ts';
import type { Scenario, World } from '../worlds/world.ts';

const nobody = '00000000-0000-7000-8000-000000000000';
const asInstance = (id: string) => id as Id<'workflowInstance'>;
const asApproval = (id: string) => id as Id<'workflowApproval'>;

/** Whoever plays without orders and stock need not begin. */
const publish = (world: World, text: string) => {
  const used: readonly Protocol[] = [Orders, Stock];
  for (const protocol of used) world.port(protocol);
  return world.port(Workflows).publish({ text }, world.context());
};
/** Places an order, and waits until its goods are set aside. */
const place = async (world: World, number: string) => {
  const placed = await world.port(Orders).place(orderOf(number), world.context());
  await world.settled();
  return placed;
};

/** The instance that an order has started, as soon as it stands there. */
async function seen(world: World, number: string, state: InstanceState) {
  const [name = ''] = number.split('-');
  for (;;) {
    const asked = { limit: 100, state, workflow: name };
    const { instances } = await world.port(Workflows).instances(asked, world.context());
    const found = instances.find(({ startKey }) => startKey === `${name}|${number}`);
    if (found) return found;
    await pause(20);
  }
}
async function standing(world: World, instanceId: Id<'workflowInstance'>) {
  const shown = await world.port(Workflows).instance({ instanceId }, world.context());
  const steps = shown.steps.map(({ step, state, sentence }) => ({ step, state, sentence }));
  return { state: shown.state, sentence: shown.sentence, steps, output: shown.output };
}
async function askedOf(world: World, role: string) {
  for (;;) {
    const page = await world.port(Workflows).approvals({ role, limit: 10 }, world.context());
    if (page.approvals.length) return page.approvals;
    await pause(20);
  }
}

const review = `  review:
    approval: { role: boss of review, title: ="Ship " & trigger.data.number & "?" }
  ship:
    after: [review]
    when: steps.review.output.decision = "approved"
    label: '"Ship " & trigger.data.number'
    call: orders.ship
    input: { orderId: =trigger.data.orderId }
output: { decision: =steps.review.output.decision }
`;
const saga = `${furtherOrder('second')}  reserved:
    after: [second]
    await:
      event: orders.orderReserved
      when: event.data.orderId = steps.second.output.orderId
  look:
    after: [reserved]
    call: orders.get
    input: { orderId: ${nobody} }
`;
const stuck = `  look:
    call: orders.get
    input: { orderId: =trigger.data.number }
  ask:
    approval: { role: nobody in particular, title: Is anybody there? }
  wait:
    sleep: P1D
`;

export const scenarios: Readonly<Record<string, Scenario>> = {
  async 'a workflow asks a person and goes on as they have decided'(world) {
    const workflows = world.port(Workflows);
    await publish(world, orderWorkflow('review', review));
    const { orderId } = await place(world, 'review-1');
    const [asked] = await askedOf(world, 'boss of review');
    const approvalId = asked?.approvalId ?? asApproval(nobody);
    const approve = { approvalId, decision: 'approved', note: 'gladly' } as const;
    const answer = await workflows.decide(approve, world.context());
    const { instanceId } = await seen(world, 'review-1', 'done');
    await place(world, 'review-2');
    const [other] = await askedOf(world, 'boss of review');
    const reject = { approvalId: other?.approvalId ?? approvalId, decision: 'rejected' } as const;
    await workflows.decide(reject, world.context());
    const second = await seen(world, 'review-2', 'done');
    const again = await workflows.decide(reject, world.context());
    expect(again).toEqual({ approvalId: reject.approvalId, state: 'rejected' });
    const change = { ...reject, decision: 'approved' } as const;
    const late = await world.refusal(() => workflows.decide(change, world.context()));
    const none = { ...approve, approvalId: asApproval(nobody) };
    const unknown = await world.refusal(() => workflows.decide(none, world.context()));
    expect(late).toMatchObject({ code: 'alreadyDecided', data: { state: 'rejected' } });
    const counts = await workflows.countInstances({}, world.context());
    const order = await world.port(Orders).get({ orderId }, world.context());
    return {
      title: asked?.title,
      answer: answer.state,
      shipped: await standing(world, instanceId),
      kept: await standing(world, second.instanceId),
      unknown,
      counts: counts.counts.filter(({ workflow }) => workflow === 'review'),
      order: order.state,
    };
  },
  async 'what a workflow did before a step was refused is undone'(world) {
    await publish(world, orderWorkflow('saga', saga));
    await place(world, 'saga-1');
    const { instanceId } = await seen(world, 'saga-1', 'undone');
    const list = await world.port(Orders).list({ limit: 200 }, world.context());
    const second = list.orders.find(({ number }) => number === 'second to saga-1');
    return { saga: await standing(world, instanceId), second: second?.state };
  },
  async 'a step that is stuck waits for a person, who has it done again, skips it or resolves it'(
    world,
  ) {
    const workflows = world.port(Workflows);
    await publish(world, orderWorkflow('stuck', stuck));
    const states = [];
    for (const number of ['stuck-1', 'stuck-2', 'stuck-3']) await place(world, number);
    const [one, two, three] = [
      await seen(world, 'stuck-1', 'stuck'),
      await seen(world, 'stuck-2', 'stuck'),
      await seen(world, 'stuck-3', 'stuck'),
    ];
    states.push(await standing(world, one.instanceId));
    const look = { instanceId: one.instanceId, step: 'look' };
    await workflows.retryStep(look, world.context());
    await seen(world, 'stuck-1', 'stuck');
    const skipped = await workflows.skipStep({ ...look, note: 'gone' }, world.context());
    const done = { instanceId: two.instanceId, step: 'look', output: '{"state":"placed"}' };
    const resolved = await workflows.resolveStep(done, world.context());
    const again = await world.refusal(() => workflows.resolveStep(done, world.context()));
    expect(again).toMatchObject({ code: 'notStuck' });
    const { instanceId } = three;
    await workflows.skipStep({ instanceId, step: 'look' }, world.context());
    const end = { instanceId, note: 'not needed' };
    await workflows.cancel(end, world.context());
    await seen(world, 'stuck-3', 'undone');
    states.push(await standing(world, instanceId));
    const over = await world.refusal(() => workflows.cancel(end, world.context()));
    expect(over).toMatchObject({ code: 'isOver', data: { state: 'undone' } });
    for (const { instanceId: open } of [one, two])
      await workflows.cancel({ instanceId: open }, world.context());
    await seen(world, 'stuck-1', 'undone');
    await seen(world, 'stuck-2', 'undone');
    const none = { instanceId: asInstance(nobody) };
    const unknown = await world.refusal(() => workflows.instance(none, world.context()));
    return { states, skipped: skipped.state, resolved: resolved.state, unknown };
  },
};
