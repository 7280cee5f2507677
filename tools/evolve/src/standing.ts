/** Where every order stands: the lifecycle that it is pinned to, the version of its workflow, and
 * its state. */
import type { StoredEvent } from '@morrow/engines';
import type { Id } from '@morrow/kernel';
import { keepingOf } from '@morrow/protocol-keeping';
import { Orders } from '@morrow/protocol-orders';
import { flowName } from './phases.ts';
import type { Session } from './running-copy.ts';
import { instancesOf, orderIdOf } from './settled.ts';

export interface OrderStanding {
  readonly number: string;
  /** `salesOrder@2 fulfilOrder@1`. */
  readonly flow: string;
  readonly state: string;
  readonly instance: string;
  readonly isFinished: boolean;
}

interface Told {
  /** Version of the lifecycle that an order was pinned to when it began, by its id. */
  readonly pins: Map<string, number>;
  /** How many orders went on to each state of their own flow. */
  readonly moves: Map<string, number>;
}
/** What the events of orders say. */
async function toldOf({ port, context }: Session): Promise<Told> {
  const [pins, moves] = [new Map<string, number>(), new Map<string, number>()];
  for (let after = 0; ;) {
    const asked = { after, limit: 1000 };
    const { page, last } = await port(keepingOf('orders')).eventsSince(asked, context());
    if (last <= after) return { pins, moves };
    after = last;
    const events = JSON.parse(Buffer.from(page, 'base64url').toString()) as StoredEvent[];
    for (const { type, streamId, meta, data } of events) {
      if (type === 'orderPlaced') pins.set(streamId, meta.lifecycle?.version ?? 0);
      const to = String(data['to']);
      if (type === 'orderMoved') moves.set(to, (moves.get(to) ?? 0) + 1);
    }
  }
}

async function statesOf({ port, context }: Session) {
  const states = new Map<string, { readonly number: string; readonly state: string }>();
  for (let after: Id<'order'> | undefined; ;) {
    const page = await port(Orders).list({ after, limit: 200 }, context());
    for (const { orderId, number, state } of page.orders) states.set(orderId, { number, state });
    after = page.next;
    if (after === undefined) return states;
  }
}

const ends = new Set(['shipped', 'cancelled']);

export interface Standings {
  readonly standings: readonly OrderStanding[];
  /** How many orders went on to each state of their own flow, such as split. */
  readonly moves: ReadonlyMap<string, number>;
}
export async function standingsOf(session: Session): Promise<Standings> {
  const [{ pins, moves }, states] = [await toldOf(session), await statesOf(session)];
  const instances = new Map((await instancesOf(session)).map((each) => [orderIdOf(each), each]));
  const standings = [...states].map(([orderId, { number, state }]) => {
    const instance = instances.get(orderId);
    const workflow = instance ? `${instance.workflow}@${instance.version}` : 'no workflow';
    const isFinished = ends.has(state) && instance?.state === 'done';
    const flow = flowName(pins.get(orderId) ?? 0, workflow);
    return { number, flow, state, instance: instance?.state ?? 'none', isFinished };
  });
  return { standings, moves };
}

/** Lines of a table: how many orders of each flow stand in each state. */
export function tableOf(all: readonly OrderStanding[]): readonly string[] {
  const groups = Map.groupBy(all, ({ flow, state, instance }) => `${flow}|${state}|${instance}`);
  const rows = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  const cells = rows.map(([key, orders]) => [...key.split('|'), String(orders.length)]);
  const table = [['flow', 'order', 'workflow', 'orders'], ...cells];
  const widths = [0, 1, 2].map((at) => Math.max(...table.map((row) => row[at]?.length ?? 0)));
  return table.map((row) =>
    row.map((cell, at) => (at < 3 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(6))).join('  '),
  );
}
