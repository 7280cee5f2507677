/** Checkouts over HTTP on a server of our own: order, reservation, shipment, ledger, until the last
 * reaction has settled. */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { httpTransport } from '@morrow/adapter-http';
import { systemIds } from '@morrow/adapter-local';
import { connect, type Protocol } from '@morrow/contract';
import { units, type Id } from '@morrow/kernel';
import { Companies } from '@morrow/protocol-companies';
import { Items } from '@morrow/protocol-items';
import { keepingOf } from '@morrow/protocol-keeping';
import { Orders } from '@morrow/protocol-orders';
import { Parties } from '@morrow/protocol-parties';
import { Stock } from '@morrow/protocol-stock';
import { Warehouses } from '@morrow/protocol-warehouses';
import { baseServer, serveVariants } from '../subject.ts';
import { callContext } from './priced.ts';

const itemsCount = 100;
const domains = ['masters', 'orders', 'wms', 'finance'] as const;
const folder = mkdtempSync(join(tmpdir(), 'morrow-bench-shop-'));
writeFileSync(join(folder, 'tenants.json'), JSON.stringify([`b${process.pid}`]));
const { host, port, user } = baseServer;
const main = resolve(import.meta.dirname, '../../../../apps/business/src/main.ts');
const server = fork(main, [], {
  env: {
    ...process.env,
    M_DATA: folder,
    M_FLEET: '1',
    PORT: '0',
    LOG_LEVEL: 'error',
    DATABASE_URL: `postgres://${user}@${host}:${port}/`,
  },
});
const url = await new Promise<string>((ready) =>
  server.once('message', (message: { readonly ready: string }) => ready(message.ready)),
);
const context = () => ({ ...callContext(systemIds.next()), tenant: `b${process.pid}` });
const portOf = <P extends Protocol>(protocol: unknown) => httpTransport(url, protocol as P);
const orders = connect(Orders, portOf(Orders));

const codeOf = (at: number) => `P${at % itemsCount}`;
const header = { currency: 'GBP', warehouse: 'MAIN' };
await connect(Companies, portOf(Companies)).setUp({ name: 'Bench', currency: 'GBP' }, context());
await connect(Warehouses, portOf(Warehouses)).open({ code: 'MAIN', name: 'Main' }, context());
const codes = Array.from({ length: itemsCount }, (_, at) => codeOf(at));
await connect(Items, portOf(Items)).upsertMany(
  { items: codes.map((code) => ({ code, name: code, category: 'goods' })) },
  context(),
);
const customer = { code: 'C1', name: 'Ann', role: 'customer', country: 'France' } as const;
await connect(Parties, portOf(Parties)).upsertMany({ parties: [customer] }, context());
await connect(Stock, portOf(Stock)).receive(
  {
    ...header,
    number: 'OPEN',
    effectiveAt: new Date('2026-01-01T00:00:00.000Z'),
    lines: codes.map((item) => ({ item, quantity: units(1_000_000), cost: 6_000_000n })),
  },
  context(),
);

/** Waits until every event has been handled, twice in a row. */
async function settled(): Promise<void> {
  for (let calm = 0; calm < 2;) {
    const lags = await Promise.all(
      domains.map(async (domain) => {
        const keeping = keepingOf(domain);
        const lag = await connect(keeping, portOf(keeping)).lag({}, context());
        return { domain, ...lag };
      }),
    );
    const published = new Map<string, number>(lags.map((lag) => [lag.domain, lag.published]));
    const isCalm = lags.every(
      ({ waiting, handlers }) =>
        !waiting &&
        handlers.every(({ producer, watermark }) => watermark === published.get(producer)),
    );
    calm = isCalm ? calm + 1 : 0;
    await pause(50);
  }
}

let placed = 0;
/** One order of two lines, placed and shipped: its reservation, issue, cost and revenue follow. */
async function place(): Promise<Id<'order'>> {
  const at = placed++;
  const line = (code: string) => ({ item: code, quantity: units(1), price: 10_000_000n });
  const number = `SO-${process.pid}-${at}`;
  const lines = [line(codeOf(at)), line(codeOf(at + 7))];
  const asked = { ...header, number, customer: 'C1', placedAt: new Date(), lines };
  return (await orders.place(asked, context())).orderId;
}

/** Callers place for the time given; when all is reserved they ship, until nothing is in flight. */
async function run({ concurrency, ms }: { readonly concurrency: number; readonly ms: number }) {
  const start = performance.now();
  const open: Id<'order'>[] = [];
  const until = start + ms / 2;
  const buy = async () => {
    while (performance.now() < until) open.push(await place());
  };
  await Promise.all(Array.from({ length: concurrency }, buy));
  const ops = open.length;
  await settled();
  const ship = async () => {
    for (let orderId = open.pop(); orderId; orderId = open.pop())
      await orders.ship({ orderId }, context());
  };
  await Promise.all(Array.from({ length: concurrency }, ship));
  await settled();
  return { ops, elapsedMs: performance.now() - start };
}

await serveVariants([{ name: 'checkout', concurrencies: [8], run }], async () => {
  server.kill('SIGTERM');
  await new Promise((ended) => server.once('exit', ended));
  rmSync(folder, { recursive: true, force: true });
});
