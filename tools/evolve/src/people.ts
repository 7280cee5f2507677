/** The people of the shop: they decide what they are asked, some of it a phase later, and fetch
 * the goods that orders wait for. */
import type { Id } from '@morrow/kernel';
import { Orders } from '@morrow/protocol-orders';
import { Stock } from '@morrow/protocol-stock';
import { Workflows, type Approval } from '@morrow/protocol-workflows';
import type { Session } from './running-copy.ts';
import type { Waiting } from './settled.ts';

/** One in so many is refused. */
const rejectedEach = 6;
/** One in so many of those that are asked in a phase is left for the next. */
const leftEach = 3;

export class People {
  #decided = 0;
  rejected = 0;

  /** Decides what was asked before a moment, and most of what was asked since; `isLast`: all. */
  async decide({ port, context }: Session, begunAt: Date, isLast: boolean): Promise<number> {
    // by what is asked, so that the same are refused however the orders overtake each other
    const open = (await openApprovals({ port, context })).sort((a, b) =>
      a.title < b.title ? -1 : 1,
    );
    const old = open.filter(({ requestedAt }) => requestedAt < begunAt);
    const fresh = open.filter(({ requestedAt }) => requestedAt >= begunAt);
    const due = isLast ? open : [...old, ...fresh.filter((_, at) => at % leftEach !== 0)];
    for (const { approvalId } of due) {
      const isRejected = ++this.#decided % rejectedEach === 0;
      const decision = isRejected ? ('rejected' as const) : ('approved' as const);
      if (isRejected) this.rejected++;
      await port(Workflows).decide({ approvalId, decision }, context());
    }
    return due.length;
  }
}

async function openApprovals({ port, context }: Session): Promise<Approval[]> {
  const all: Approval[] = [];
  for (let after: Id<'workflowApproval'> | undefined; ;) {
    const page = await port(Workflows).approvals({ after, limit: 60 }, context());
    all.push(...page.approvals);
    after = page.next;
    if (after === undefined) return all;
  }
}

/** Pieces by item that a warehouse lacks for the orders which wait for goods. */
export async function awaitedGoods(
  { port, context }: Session,
  warehouse: string,
  waiting: readonly Waiting[],
): Promise<ReadonlyMap<string, bigint>> {
  const goods = new Map<string, bigint>();
  for (const { orderId, isForPerson } of waiting) {
    if (isForPerson) continue;
    const order = await port(Orders).get({ orderId: orderId as Id<'order'> }, context());
    for (const { item, quantity, category } of order.lines)
      if (category === 'goods') goods.set(item, (goods.get(item) ?? 0n) + quantity / piece);
  }
  const items = [...goods.keys()];
  if (!items.length) return goods;
  const { available } = await port(Stock).availability({ items }, context());
  for (const place of available) {
    if (place.warehouse !== warehouse) continue;
    const left = (goods.get(place.item) ?? 0n) - place.available / piece;
    if (left > 0n) goods.set(place.item, left);
    else goods.delete(place.item);
  }
  return goods;
}
const piece = 1_000_000n;
