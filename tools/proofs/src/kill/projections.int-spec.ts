/** Projections: each event counts once whoever is killed in between, and the same events give the
 * same state again. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { LocalBus } from '@morrow/adapter-local';
import { connectNats, messageKeyFrom, messageSeal, NatsBus } from '@morrow/adapter-nats';
import type { Handler } from '@morrow/contract';
import { freshDatabase, testNats } from '@morrow/dev-services';
import type { Bus } from '@morrow/engines';
import { expect, it, onTestFinished } from 'vitest';
import { fromSource } from '../worlds/programs.ts';
import { openTally, spoil, tallied, tallyIn, tallyOf } from '../worlds/tally-world.ts';
import { openTills, tillContext } from '../worlds/till-world.ts';

const clock = { now: () => new Date('2026-03-01T08:00:00.000Z') };
async function shop(projections: readonly Handler[] = tallyOf(), bus: Bus = new LocalBus()) {
  const { drop, database, ...server } = await freshDatabase('projections');
  onTestFinished(drop);
  const ground = { server, database, clock };
  const open = async () => {
    const opened = await openTills({ ...ground, projections, bus });
    onTestFinished(opened.close);
    return opened;
  };
  const first = await open();
  const { port, store } = first;
  let keys = 0;
  const deposit = (till: string, actor?: string) =>
    port.deposit({ till, amount: { minor: 5n } }, tillContext(`k-${keys++}`, actor));
  return {
    ...{ ground, open, first, store, deposit },
    /** Into each till, by two people. */
    depositAll: () =>
      Promise.all(tallied.map((till, at) => deposit(till, `person:${at % 2 ? 'ada' : 'bob'}`))),
    /** Gives every event its number. */
    async publishAll() {
      const fence = (await store.relay.lease('the test', 60_000)) ?? 0;
      while (await store.relay.number(fence, 1_000));
      await store.relay.release('the test');
    },
    tally: () => tallyIn(store),
  };
}
const each = (deposits: bigint, cash: bigint) =>
  Object.fromEntries(tallied.map((till) => [till, [deposits, cash]]));

/** A process that tallies the shop. Ends with the signal that ended it. */
function tallying({ server, database }: Awaited<ReturnType<typeof shop>>['ground'], kill: string) {
  const orders = { server, database, now: clock.now().toISOString(), isTallied: true };
  const program = resolve(import.meta.dirname, '../worlds/till-process.ts');
  const env = { ...process.env, TILLS: JSON.stringify(orders), M_FAILPOINT: kill };
  const child = spawn(process.execPath, fromSource(program), { env, stdio: 'inherit' });
  return new Promise((done) => child.once('exit', (_, signal) => done(signal)));
}

it('counts each event once, though processes are killed around its checkpoints', async () => {
  const { ground, first, depositAll, publishAll, tally } = await shop();
  await depositAll();
  await depositAll();
  await publishAll();
  const deposits = async () =>
    Object.values(await tally()).reduce((sum, [count = 0n]) => sum + count, 0n);
  // the state of a batch that was not committed is not there, and that of one that was is
  for (const [kill, isFurther] of [
    ['tally:before:1', false],
    ['tally:after:1', true],
    ['tally:before:2', true],
  ] as const) {
    const before = await deposits();
    expect(await tallying(ground, kill)).toBe('SIGKILL');
    expect((await deposits()) > before).toBe(isFurther);
  }
  first.keeper.start();
  await expect.poll(tally).toEqual(each(2n, 15n));
});

it('keeps one checkpoint for a batch, and no row for each event, in two processes', async () => {
  const { first, open, depositAll, store, tally } = await shop();
  const second = await open();
  for (const { keeper } of [first, second]) keeper.start();
  await depositAll();
  await depositAll();
  await expect.poll(tally).toEqual(each(2n, 15n));
  const { published } = await store.relay.position();
  await expect.poll(() => store.inbox.watermark('tally', 'shop')).toBe(published);
  expect(await store.inbox.fresh('tally', 'shop', [published, published + 1])).toEqual([
    published + 1,
  ]);
});

it('derives its state again, from the first event on, with what had failed', async () => {
  let isBroken = true;
  const { first, store, depositAll, tally } = await shop(
    tallyOf((till) => {
      if (isBroken && till === 'till-7') throw new Error('The till is locked.');
    }),
  );
  first.keeper.start();
  await depositAll();
  const letters = () => store.inbox.letters({ limit: 10 });
  const all = each(1n, 5n);
  const { 'till-7': _, ...others } = all;
  await expect.poll(tally).toMatchObject(others);
  await expect.poll(letters).toMatchObject([{ handler: 'tally', sentence: 'The till is locked.' }]);
  isBroken = false;
  await spoil(store, 'till-3');
  await first.keeper.resetProjections('main');
  await expect.poll(tally).toEqual(all);
  expect(await letters()).toEqual([]);
});

const nats = await testNats();
const overNats = async () => {
  if ('missing' in nats) throw new Error(nats.missing);
  const seal = messageSeal([messageKeyFrom(Buffer.from(`projections ${process.pid}`))]);
  const link = await connectNats({ url: nats.url, name: 'projections', seal });
  onTestFinished(() => link.close());
  return new NatsBus(link);
};
const buses = [['of this process', async () => new LocalBus()] as const];
it.each('missing' in nats ? buses : [...buses, ['over NATS', overNats] as const])(
  'follows another domain by a bus %s, and derives the same again',
  async (_name, openBus) => {
    const bus = await openBus();
    const { ground, first, depositAll } = await shop([], bus);
    const books = await openTally(first, ground, bus);
    onTestFinished(books.close);
    for (const { keeper } of [first, books]) keeper.start();
    await depositAll();
    const tally = () => tallyIn(books.store);
    await expect.poll(tally).toEqual(each(1n, 5n));
    await spoil(books.store, 'till-3');
    await books.keeper.resetProjections('main');
    await depositAll();
    await expect.poll(tally).toEqual(each(2n, 15n));
  },
);
