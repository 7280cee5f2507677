/** Random writers, relays and a reader at once: at the end every stored event was read once, in
 * order. */
import { closes, noteRow, opens, publishAll, receiptOf, sale, unit } from '@morrow/engines/suite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Store } from '@morrow/engines';
import { world } from './store-world.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
const kinds = ['open', 'close', 'repeat', 'post', 'roll back', 'publish'] as const;
const steps = fc.array(
  fc.record({ kind: fc.constantFrom(...kinds), process: fc.nat(1), note: fc.nat(11) }),
  { minLength: 20, maxLength: 120 },
);

describe(`interleavings, seed ${seed}`, () => {
  it('reconcile exactly', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const first = await world();
        const stores: readonly Store[] = [first.store, await first.again()];
        const rows = Array.from({ length: 12 }, (_, at) => noteRow(`N-${at}`));
        let stored = 0;
        const count = (events: number) => (): void => void (stored += events);
        const refused = () => undefined;
        const run = async ({ kind, process, note }: (typeof plan)[number], at: number) => {
          const store = stores[process] ?? first.store;
          const row = rows[note] ?? noteRow('none');
          if (kind === 'open') await store.commit(unit([opens(row)])).then(count(1), refused);
          if (kind === 'close') await store.commit(unit([closes(row)])).then(count(2), refused);
          if (kind === 'repeat') {
            const once = unit([opens(noteRow(`R-${at}`))], { receipt: receiptOf(`k-${note}`) });
            await store.commit(once).then(count(1), refused);
          }
          if (kind === 'post') {
            const posting = unit([], { entries: [sale(`s-${note}`, BigInt(note))] });
            await store.commit(posting).then(count(1), refused);
          }
          if (kind === 'roll back')
            await store
              .transact('reaction', async (session) => {
                await session.write(unit([opens(noteRow(`B-${at}`))]));
                throw new Error('rolled back');
              })
              .catch(refused);
          if (kind === 'publish') await publishAll(store, `relay ${process}`).catch(refused);
        };
        await Promise.all(plan.map(run));
        await first.query('update relay set lease_until = now()');
        await expect
          .poll(async () => {
            await publishAll(first.store, 'last');
            return first.store.relay.position();
          })
          .toEqual({ published: stored, waiting: 0 });
        const read = await first.store.eventsSince(0, 1000);
        expect(read.map(({ number }) => number)).toEqual(read.map((_, at) => at + 1));
        expect(read).toHaveLength(stored);
        const places = read.map(({ streamId, streamVersion }) => `${streamId} ${streamVersion}`);
        expect(new Set(places).size).toBe(stored);
        expect(await first.store.upkeep.faults()).toEqual([]);
      }),
      { seed, numRuns: 8, endOnFailure: true },
    );
  });
});
