/** The full checkout: CPU of all processes together, beside the plain order of the base. */
import { cellOf, drive, startServers } from './side-by-side.ts';
import type { Figure, Load } from './figures.ts';

const callers = 8;

export async function checkout({ isQuick }: Load): Promise<readonly Figure[]> {
  startServers();
  const base = 'floor-order/order-http';
  const cells = drive({
    title: 'checkout',
    theirs: ['floor-order'],
    ours: ['checkout.ts'],
    callers: [callers],
    only: 'floor-order/order-http',
    baseline: base,
    rounds: isQuick ? 1 : 4,
    ms: isQuick ? 1500 : 5000,
  });
  const [ours, floor] = [cellOf(cells, 'checkout/checkout', callers), cellOf(cells, base, callers)];
  const spent = ours.app + ours.srv;
  const least = floor.app + floor.srv;
  const parts = `${ours.app.toFixed(2)} ms of Node and ${ours.srv.toFixed(2)} ms of PostgreSQL`;
  return [
    {
      name: 'CPU of a checkout over that of the plain order',
      value: spent / least,
      unit: '×',
      bar: { atMost: 3 },
      detail: `${parts} over ${least.toFixed(2)} ms; ${Math.round(ours.rate)} 1/s`,
    },
  ];
}
