/** The loops of a domain's own, beside its relay and its handlers. */
import { loopsOf } from '@morrow/business/parts/loops';
import type { Work } from '@morrow/contract';
import { freshDatabase } from '@morrow/dev-services';
import { expect, it, onTestFinished } from 'vitest';
import { openTills, tillContext } from '../worlds/till-world.ts';

const clock = { now: () => new Date('2026-03-01T08:00:00.000Z') };

/** A shop with work of its own: at its end it deposits what is at hand. */
async function shop(end?: () => Promise<void>) {
  const { drop, database, ...server } = await freshDatabase('loops');
  onTestFinished(drop);
  const tills = await openTills({ server, database, clock });
  onTestFinished(tills.close);
  const started: string[] = [];
  const deposit = (key: string) =>
    tills.port.deposit({ till: key, amount: { minor: 5n } }, tillContext(key));
  const work: Work = {
    start: (tenant) => void started.push(tenant),
    stop: end ?? (async () => void (await deposit('last'))),
  };
  return { ...tills, deposit, started, loops: loopsOf(tills.stores, tills.keeper, work) };
}

it('are started once for each tenant, also where it was added before the start', async () => {
  const { loops, started } = await shop();
  loops.startTenant('main');
  loops.start();
  loops.startTenant('main');
  expect(started).toEqual(['main']);
  await loops.stop();
});

it('end before the store does, and may still change something', async () => {
  const { loops, store, keeper } = await shop();
  loops.start();
  await loops.stop();
  expect(await store.findBy('till', 'name', ['last'])).toHaveLength(1);
  expect(keeper.relays('main')).toBe(false);
});

it('end beside a relay that ends too, where one of them cannot', async () => {
  const { loops, keeper } = await shop(() => Promise.reject(new Error('The drawer is locked.')));
  loops.start();
  await expect.poll(() => keeper.relays('main')).toBe(true);
  await expect(loops.stop()).rejects.toThrow('The drawer is locked.');
  expect(keeper.relays('main')).toBe(false);
});
