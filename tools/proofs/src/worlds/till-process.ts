/** A process that counts tills, at a moment that it is given, until it is killed. */
import { failpointsFrom } from '@morrow/business/parts/failpoints';
import { tallyOf } from './tally-world.ts';
import { openTills, type TillGround } from './till-world.ts';

/** What its parent says in `TILLS`, as JSON. */
export interface TillOrders extends Pick<TillGround, 'server' | 'database'> {
  /** ISO 8601: its clock stands there. */
  readonly now: string;
  readonly isTallied?: boolean;
}
const { now, isTallied, ...ground } = JSON.parse(process.env['TILLS'] ?? '') as TillOrders;

const { keeper } = await openTills({
  ...ground,
  ...(isTallied && { projections: tallyOf() }),
  clock: { now: () => new Date(now) },
  commitPoint: failpointsFrom(process.env),
});
keeper.start();
// Its pulses do not keep it alive.
setInterval(() => undefined, 60_000);
process.send?.('ready');
