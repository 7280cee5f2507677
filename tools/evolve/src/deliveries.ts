/** What is delivered before the orders of a share come in: enough for most of them, and for some
 * of them too little on purpose. */
import { mainWarehouse, otherWarehouse, type Delivery } from './ground.ts';
import { goodsOf, type FileOrder } from './shares.ts';

/** One in so many orders finds too little. */
const shortEach = 5;
/** Larger orders always find their goods. */
const shortLinesMax = 60;

type Goods = Map<string, bigint>;
const add = (goods: Goods, item: string, pieces: bigint) =>
  goods.set(item, (goods.get(item) ?? 0n) + pieces);

export interface Deliveries {
  readonly deliveries: readonly Delivery[];
  /** Orders that are meant to find too little in the main warehouse. */
  readonly short: number;
}

/** With a second warehouse a third of the short orders lie there whole, and of a third it has what
 * the main one lacks; the rest wait for the next delivery. */
export function deliveriesFor(
  share: readonly FileOrder[],
  isStrict: boolean,
  hasOther: boolean,
): Deliveries {
  const [main, other]: [Goods, Goods] = [new Map(), new Map()];
  const last = new Map<string, FileOrder>();
  for (const order of share) for (const item of goodsOf(order).keys()) last.set(item, order);
  let short = 0;
  for (const [at, order] of share.entries()) {
    const goods = goodsOf(order);
    const isChosen = isStrict && at % shortEach === shortEach - 1;
    const isSmall = order.lines.length <= shortLinesMax;
    // whoever asks for it later would be short in its place
    const lacking =
      isChosen && isSmall ? [...goods.keys()].find((item) => last.get(item) === order) : undefined;
    if (lacking !== undefined) short++;
    const kind = lacking !== undefined && hasOther ? 1 + ((short - 1) % 3) : 1;
    for (const [item, pieces] of goods) {
      if (item !== lacking) add(main, item, pieces);
      if (kind === 2 || (kind === 3 && item === lacking)) add(other, item, pieces);
    }
  }
  const effectiveAt = share[0]?.placedAt ?? new Date(0);
  const deliveries = [
    { warehouse: mainWarehouse, effectiveAt, goods: main },
    { warehouse: otherWarehouse, effectiveAt, goods: other },
  ];
  return { deliveries: deliveries.filter(({ goods }) => goods.size > 0), short };
}
