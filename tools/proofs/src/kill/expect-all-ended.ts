/** What holds when every play has ended: nothing is lost, doubled or left open. */
import { units } from '@morrow/kernel';
import { Orders } from '@morrow/protocol-orders';
import { Stock } from '@morrow/protocol-stock';
import { Workflows } from '@morrow/protocol-workflows';
import { expect } from 'vitest';
import type { World } from '../worlds/world.ts';
import { persist } from './persist.ts';
import { endOf, ordersOf, query, stocked, type Kind, type Stage } from './played-workflows.ts';

/** Events of which a document has one, and an instance one for each step. */
const once =
  /^(order(Shipped|Cancelled)|instance(Started|Turned|Done|Undone)|approval.+|step(Ended|Undone))$/;

/** What has come about twice: an order shipped, a step ended or undone, a decision. */
async function doubled(world: World): Promise<readonly string[]> {
  const seen = new Set<string>();
  const twice: string[] = [];
  for (const { type, streamId, data } of await persist(() => world.events())) {
    if (!once.test(type)) continue;
    const at = [type, streamId, data['step']].join(' ');
    if (seen.has(at)) twice.push(at);
    seen.add(at);
  }
  return twice;
}

/** `plays`: how often each kind was played. */
export async function expectAllEnded(
  stage: Stage,
  plays: ReadonlyMap<Kind, number>,
): Promise<void> {
  const { world } = stage;
  const { counts } = await persist(() => world.port(Workflows).countInstances({}, world.context()));
  const ended = counts.map(({ workflow, state, instances }) => [`${workflow} ${state}`, instances]);
  const planned = [...plays].map(([kind, number]) => [`${kind} ${endOf(kind)}`, number]);
  expect(Object.fromEntries(ended)).toEqual(Object.fromEntries(planned));
  await persist(() => world.settled());

  const due = new Map<string, number>();
  for (const [kind, number] of plays)
    for (const [state, orders] of Object.entries(ordersOf(kind)))
      due.set(state, (due.get(state) ?? 0) + orders * number);
  const { states } = await persist(() => world.port(Orders).countByState({}, world.context()));
  expect(new Map(states.map(({ state, orders }) => [state, orders]))).toEqual(due);
  const key = { item: 'A', warehouse: 'MAIN' };
  const { onHand, reserved } = await persist(() =>
    world.port(Stock).getBalance(key, world.context()),
  );
  expect({ onHand, reserved }).toEqual({
    onHand: units(stocked - (due.get('shipped') ?? 0)),
    reserved: units(due.get('reserved') ?? 0),
  });

  expect(await doubled(world)).toEqual([]);
  const left = await query(
    stage,
    `select (select count(*)::int from workflows.workflow_awaiting) as awaited,
      (select count(*)::int from workflows.workflow_heard
         where at < now() - interval '7 days') as old,
      (select count(*)::int from workflows.timer) as alarms`,
  );
  expect(left).toEqual([{ awaited: 0, old: 0, alarms: 0 }]);
  expect(await persist(() => world.faults())).toEqual([]);
}
