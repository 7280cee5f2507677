/** A handler is given what its producer has published, whatever the bus says besides. */
import fc from 'fast-check';
import { openMemoryStores } from '@morrow/adapter-memory';
import { Till } from '@morrow/contract/suite';
import type { Pulse, StoredEvent } from '@morrow/engines';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HandlerLoop } from './handler-loop.ts';

const deposited = (number: number, minor = `${number}`): StoredEvent => ({
  number,
  protocol: 'till',
  type: 'deposited',
  schemaVersion: 1,
  data: { till: 'main', minor },
  documentType: 'till',
  streamId: '0190a1b2-0000-7000-8000-000000000000',
  streamVersion: number,
  meta: { actor: 'person:ada', trace: '' },
  at: '2026-11-21T08:30:00.000Z',
});
const oneTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1);

function newPulse(): Pulse {
  let isPoked = false;
  let wake: (() => void) | undefined;
  return {
    poke() {
      isPoked = true;
      wake?.();
    },
    next: (timeoutMs) =>
      new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          isPoked = false;
          wake = undefined;
          resolve();
        };
        const timer = setTimeout(done, timeoutMs);
        wake = done;
        if (isPoked) done();
      }),
  };
}

/** The database of a handler's domain. */
const newStore = () =>
  openMemoryStores({
    domain: { name: 'shop', documents: [], keeps: [] },
    tenants: ['main'],
  }).of('main');

/** A loop whose producer has published so many events; `reach` waits for a number of them. */
function looping(published: { last: number }) {
  const given: (readonly [number, bigint])[] = [];
  const waiting: { count: number; go: () => void }[] = [];
  let reads = 0;
  const loop = new HandlerLoop({
    tenant: 'main',
    domain: 'shop',
    handler: {
      kind: 'reaction',
      name: 'count',
      on: Till,
      events: ['deposited'],
      async handle(events) {
        for (const { number, data } of events)
          given.push([number, (data as { minor: bigint }).minor]);
        for (const { count, go } of waiting) if (given.length >= count) go();
      },
    },
    store: newStore(),
    source: {
      async since(after, limit) {
        reads++;
        return oneTo(published.last)
          .slice(after, after + limit)
          .map((one) => deposited(one));
      },
    },
    pulse: newPulse(),
    clock: { now: () => new Date() },
    onProblem: (sentence, cause) => expect.fail(`${sentence}: ${String(cause)}`),
  });
  loop.start();
  onTestFinished(() => loop.stop());
  const reach = (count: number) =>
    new Promise<void>((go) => (given.length >= count ? go() : void waiting.push({ count, go })));
  return { loop, given, reach, reads: () => reads };
}
const asPublished = (last: number) => oneTo(last).map((number) => [number, BigInt(number)]);

describe('a handler', () => {
  it('is given what the owner has published where the bus told of numbers far ahead', async () => {
    const published = { last: 1 };
    const { loop, given, reach } = looping(published);
    await reach(1);
    loop.offer(oneTo(5_000).map((one) => deposited(one + 1_000, '666')));
    published.last = 40;
    loop.offer(oneTo(39).map((one) => deposited(one + 1)));
    await reach(40);
    published.last = 1_200;
    loop.offer([deposited(41)]);
    await reach(1_200);
    expect(given).toEqual(asPublished(1_200));
  });

  it('is given the events of the owner where others came for their numbers', async () => {
    const published = { last: 1 };
    const { loop, given, reach } = looping(published);
    await reach(1);
    loop.offer([4, 3].map((number) => deposited(number, '666')));
    published.last = 5;
    loop.offer([deposited(5)]);
    await reach(5);
    expect(given).toEqual(asPublished(5));
  });

  it('reads nothing while the hints of the bus have no gap', async () => {
    const published = { last: 1 };
    const { loop, reach, reads } = looping(published);
    await reach(1);
    await expect.poll(reads).toBe(2);
    for (const number of oneTo(20)) {
      published.last = number + 1;
      loop.offer([deposited(number + 1)]);
      await reach(number + 1);
    }
    // once a second it looks in any case
    expect(reads()).toBeLessThanOrEqual(4);
  });

  it('is given each event once and in order, whatever order hints come in', async () => {
    const hint = fc.integer({ min: 1, max: 30 });
    const ahead = fc.integer({ min: 32, max: 5_000 });
    const hints = fc.array(fc.oneof({ weight: 4, arbitrary: hint }, ahead), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(hints, async (numbers) => {
        const { loop, given, reach } = looping({ last: 30 });
        for (const number of numbers) loop.offer([deposited(number)]);
        await reach(30);
        await loop.stop();
        expect(given).toEqual(asPublished(30));
      }),
      { numRuns: 30 },
    );
  });
});
