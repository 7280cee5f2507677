/** Calls: in process with their parts, and over NATS beside the peers. */
import { bindLocal, codecOf, type PortOf, type ProtocolSpec } from '@morrow/contract';
import { units, type Id } from '@morrow/kernel';
import { Orders } from '@morrow/protocol-orders';
import { cellOf, drive, startServers, type Cell } from './side-by-side.ts';
import { median, type Figure, type Load } from './figures.ts';
import { callContext, Priced, priced } from './subjects/priced.ts';

const linesOfOrder = 50;
const orderOf = (number: string) => ({
  number,
  customer: 'C-1',
  currency: 'GBP',
  warehouse: 'MAIN',
  placedAt: new Date('2026-03-02T10:00:00.000Z'),
  lines: Array.from({ length: linesOfOrder }, (_, at) => ({
    item: `ITEM-${at}-${number}`,
    quantity: units(at + 1),
    price: 2_550_000n + BigInt(at),
  })),
});
/** Inputs take turns, so that no call is about the values of the one before. */
const inTurn = <T>(values: readonly T[]): (() => T) => {
  let at = 0;
  return () => values[at++ % values.length] as T;
};
const differing = 64;
const placed = {
  orderId: '01890000-0000-7000-8000-000000000001' as Id<'order'>,
  number: 'SO-1',
  state: 'placed',
  total: 1n,
} as const;

/** Microseconds of one run, the median of rounds. */
async function microsecondsOf(run: () => unknown, times: number, rounds: number): Promise<number> {
  const found: number[] = [];
  for (let round = -2; round < rounds; round++) {
    const start = performance.now();
    for (let at = 0; at < times; at++) await run();
    if (round >= 0) found.push(((performance.now() - start) * 1000) / times);
  }
  return median(found);
}

export async function callsLocal({ isQuick }: Load): Promise<readonly Figure[]> {
  const rounds = isQuick ? 1 : 9;
  const small = bindLocal(Priced, priced, { hasTenant: () => true });
  const stub = { place: async () => placed } as unknown as PortOf<ProtocolSpec>;
  const orders = bindLocal(Orders, anyPort(stub), { hasTenant: () => true });
  const numbers = Array.from({ length: differing }, (_, at) => at);
  const input = inTurn(numbers.map((id) => ({ id, sku: `ABC-${id}`, qty: 3 + id })));
  const order = inTurn(numbers.map((at) => orderOf(`SO-${at}`)));
  const context = callContext('k');
  const { price } = Priced.spec.operations;
  const { place } = Orders.spec.operations;
  const asText = () => JSON.parse(JSON.stringify(codecOf(place.input).encode(order()))) as unknown;
  const time = (run: () => unknown, times: number) => microsecondsOf(run, times, rounds);
  const µs = (name: string, value: number, atMost?: number): Figure => ({
    name,
    value,
    unit: 'µs',
    bar: atMost === undefined ? undefined : { atMost },
  });
  return [
    µs('small call', await time(() => small.price(input(), context), 50_000), 2),
    µs(
      '  its input copied and checked',
      await time(() => codecOf(price.input).copy(input()), 50_000),
    ),
    µs('  an async function alone', await time(() => priced.price(input(), context), 50_000)),
    µs(
      `order of ${linesOfOrder} lines`,
      await time(() => orders.place(order(), context), 5_000),
      30,
    ),
    µs(
      '  its input copied and checked',
      await time(() => codecOf(place.input).copy(order()), 5_000),
    ),
    µs('  the same as JSON text and back', await time(asText, 5_000)),
  ];
}
/** The stub answers the one operation that is measured. */
function anyPort(stub: PortOf<ProtocolSpec>) {
  const missing = Object.fromEntries(
    Object.keys(Orders.spec.operations).map((name) => [name, async () => undefined]),
  );
  return { ...missing, ...stub } as unknown as Orders;
}

export async function callsOverNats({ isQuick }: Load): Promise<readonly Figure[]> {
  startServers();
  const cells = drive({
    title: 'rpc',
    theirs: ['rpc-nats', 'rpc-moleculer'],
    ours: ['rpc-morrow.ts'],
    callers: [64],
    only: 'natsjs-v3$|moleculer-nats',
    baseline: 'rpc-nats/natsjs-v3',
    rounds: isQuick ? 1 : 7,
    ms: isQuick ? 300 : 1500,
  });
  const at64 = (key: string) => cellOf(cells, key, 64);
  const [same, claimed] = [at64('rpc-morrow/protocol'), at64('rpc-morrow/claimed')];
  const peers = [
    { named: "the nats client's request()", peer: at64('rpc-nats/natsjs-v3'), atLeast: 2 },
    { named: "Moleculer's transporter", peer: at64('rpc-moleculer/moleculer-nats'), atLeast: 1 },
  ];
  const over = (ours: Cell, peer: Cell) => ({
    value: (ours.ratio ?? Number.NaN) / (peer.ratio ?? Number.NaN),
    unit: '×',
    detail: `${Math.round(ours.rate)} 1/s over ${Math.round(peer.rate)} 1/s`,
  });
  return [
    ...peers.map(({ named, peer, atLeast }) => ({
      ...{ name: `over ${named}`, bar: { atLeast } },
      ...over(same, peer),
    })),
    ...peers.map(({ named, peer, atLeast }) => ({
      ...{ name: `with a signed claim, over ${named}`, bar: { atLeast } },
      ...over(claimed, peer),
    })),
    {
      name: 'CPU of a sealed call with a claim, both sides and the server',
      value: (claimed.app + claimed.srv) * 1000,
      unit: 'µs',
    },
  ];
}
