/** Hands the orders of a share in as they would come in, not shipped yet. */
import { units } from '@morrow/kernel';
import { batchOrderLinesMax, Orders } from '@morrow/protocol-orders';
import { currency, mainWarehouse } from './ground.ts';
import type { Session } from './running-copy.ts';
import type { FileOrder } from './shares.ts';

/** Fewer than a message can hold: the flow is steady. */
const batchOrdersMax = 40;

export interface PlacedShare {
  /** Id of each order by its number. */
  readonly placed: ReadonlyMap<string, string>;
  /** How many each rule has refused. */
  readonly refused: ReadonlyMap<string, number>;
}

function* batchesOf(share: readonly FileOrder[]): Iterable<FileOrder[]> {
  let [batch, lines]: [FileOrder[], number] = [[], 0];
  for (const order of share) {
    const isFull =
      batch.length >= batchOrdersMax || lines + order.lines.length > batchOrderLinesMax;
    if (isFull && batch.length) {
      yield batch;
      [batch, lines] = [[], 0];
    }
    batch.push(order);
    lines += order.lines.length;
  }
  if (batch.length) yield batch;
}

/** Throws where an order is refused for another reason than a rule. */
export async function placeShare(
  { port, context }: Session,
  share: readonly FileOrder[],
): Promise<PlacedShare> {
  const placed = new Map<string, string>();
  const refused = new Map<string, number>();
  for (const batch of batchesOf(share)) {
    const orders = batch.map(({ number, customer, placedAt }) => ({
      ...{ number, customer, placedAt },
      ...{ currency, warehouse: mainWarehouse },
    }));
    const lines = batch.flatMap((each, order) =>
      each.lines.map(({ code: item, quantity, price }) => ({
        ...{ order, item, price },
        quantity: units(quantity),
      })),
    );
    const { results } = await port(Orders).placeMany({ orders, lines }, context());
    for (const { number, orderId, refused: refusal } of results) {
      if (orderId) placed.set(number, orderId);
      else if (refusal?.code === 'refusedByRule')
        refused.set(refusal.subject, (refused.get(refusal.subject) ?? 0) + 1);
      else throw new Error(`Order ${number} was refused: ${refusal?.code} ${refusal?.subject}`);
    }
  }
  return { placed, refused };
}
