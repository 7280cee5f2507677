/** Work that events and timers ask for: for whom it is done, and what becomes of it in failure. */
import type { Failpoint } from '@morrow/business/parts/failpoints';
import type { CallContext, HandledEvent, Reaction } from '@morrow/contract';
import { freshDatabase } from '@morrow/dev-services';
import { keepingOperations, type KeepingTools } from '@morrow/event-keeper';
import { expect, it, onTestFinished } from 'vitest';
import { counting, openTills, tillContext, type TillGround } from '../worlds/till-world.ts';

const opening = '2026-03-01T08:00:00.000Z';
const untold = { about: {}, replays: {}, tenantTools: {} } as unknown as KeepingTools;

/** A shop of which a reaction follows the deposits; by itself it counts each till once. */
async function shop(
  follow?: (event: HandledEvent, context: CallContext) => void,
  more: Pick<TillGround, 'wants' | 'arrange'> = {},
) {
  const { drop, database, ...server } = await freshDatabase('handlers');
  onTestFinished(drop);
  let nowMs = Date.parse(opening);
  const clock = { now: () => new Date(nowMs) };
  const count = counting(clock);
  const batches: (readonly [actedFor: string | undefined, ...tills: string[]])[] = [];
  const handle: Reaction['handle'] = async (events, context, session) => {
    const tills = events.map(({ data }) => (data as { readonly till: string }).till);
    for (const event of events) {
      follow?.(event, context);
      await count(event, context, session);
    }
    batches.push([context.onBehalfOf, ...tills]);
  };
  let failpoint: Failpoint = () => undefined;
  const commitPoint: Failpoint = (label, when) => failpoint(label, when);
  const opened = await openTills({
    ...{ server, database, clock, commitPoint },
    follow: follow && handle,
    ...more,
  });
  onTestFinished(opened.close);
  const { keeper, stores, store, port, poke } = opened;
  const operations = keepingOperations('shop', { ...untold, stores, keeper });
  let keys = 0;
  const asked = () => tillContext(`k-${keys++}`);
  return {
    batches,
    start: () => keeper.start(),
    position: () => keeper.handlersOf('main')[0]?.position,
    deposit: (till: string, minor = 5n, actor = 'person:ada') =>
      port.deposit({ till, amount: { minor } }, tillContext(`k-${keys++}`, actor)),
    pass: (seconds: number) => {
      nowMs += seconds * 1000;
      poke();
    },
    counts: async (name: string) =>
      (await store.findBy('till', 'name', [name]))[0]?.fields['counts'],
    letters: async () => (await operations.deadLetters({}, asked())).letters,
    retry: (letter: Parameters<typeof operations.retry>[0]) => operations.retry(letter, asked()),
    skip: (letter: Parameters<typeof operations.skip>[0]) => operations.skip(letter, asked()),
    /** The process fails once, at this place. */
    failOnce(place: string) {
      failpoint = (label, when) => {
        if (`${label}:${when}` !== place) return;
        failpoint = () => undefined;
        throw new Error(`failed at ${place}`);
      };
    },
  };
}

it('acts for one person at a time: a batch ends where the person changes', async () => {
  const { batches, start, deposit } = await shop(() => undefined);
  const [ada, bob] = ['person:ada', 'person:bob'];
  await deposit('a', 5n, ada);
  await deposit('b', 5n, ada);
  await deposit('c', 5n, bob);
  await deposit('d', 5n, ada);
  start();
  const expected = [[ada, 'a', 'b'], [bob, 'c'], [ada, 'd']]; // prettier-ignore
  await expect.poll(() => batches).toEqual(expected);
});

it('passes by what the handler does not want now, whoever did it, and for good', async () => {
  const asked: string[] = [];
  let isWanted = false;
  const wants = (tenant: string, type: string) => {
    asked.push(`${tenant} ${type}`);
    return isWanted;
  };
  const { batches, start, deposit, pass, counts, position } = await shop(() => undefined, {
    wants,
  });
  await deposit('a', 5n, 'person:ada');
  await deposit('b', 5n, 'person:bob');
  start();
  await expect.poll(position).toBe(4);
  isWanted = true;
  await deposit('c', 5n, 'person:ada');
  pass(1);
  await expect.poll(() => counts('c')).toBe(1);
  expect(batches).toEqual([['person:ada', 'c']]);
  expect([await counts('a'), await counts('b')]).toEqual([0, 0]);
  expect(new Set(asked)).toEqual(new Set(['main deposited']));
});

it('handles a batch as it was wanted when the batch was made', async () => {
  let isWanted = true;
  const { batches, start, deposit, position } = await shop(() => undefined, {
    wants: () => isWanted,
    arrange(batch) {
      isWanted = false;
      return batch;
    },
  });
  await deposit('a', 5n, 'person:ada');
  await deposit('b', 5n, 'person:bob');
  start();
  await expect.poll(position).toBe(5);
  expect(batches).toEqual([['person:ada', 'a']]);
});

const letter = { handler: 'follow', producer: 'shop', number: 2 };
const broken = () => {
  let isBroken = true;
  const follow = () => {
    if (isBroken) throw new Error('The drawer is locked.');
  };
  return { follow, mend: () => (isBroken = false) };
};

it('handles a dead letter and removes it in one commit, also where two do it at once', async () => {
  const { follow, mend } = broken();
  const { start, deposit, letters, retry, counts, failOnce } = await shop(follow);
  await deposit('main');
  start();
  const parked = { ...letter, attempts: 1, sentence: 'The drawer is locked.' };
  await expect.poll(letters).toEqual([parked]);
  expect(await retry(letter)).toEqual({ handled: false });
  expect(await letters()).toEqual([{ ...parked, attempts: 2 }]);
  mend();
  failOnce('follow.retried:before');
  await retry(letter);
  expect([await counts('main'), await letters()]).toMatchObject([0, [letter]]);
  failOnce('follow.retried:after');
  // the one that comes late finds no letter
  for (const tried of await Promise.allSettled([retry(letter), retry(letter)]))
    if (tried.status === 'rejected') expect(tried.reason).toMatchObject({ code: 'unknownLetter' });
  expect([await counts('main'), await letters()]).toEqual([1, []]);
  await expect(retry(letter)).rejects.toMatchObject({ code: 'unknownLetter' });
});

it('leaves no letter of an event that was handled in the end', async () => {
  let failures = 0;
  const { start, deposit, letters, counts, failOnce } = await shop(() => {
    // in its batch, then alone
    if (failures++ < 2) throw new Error('The drawer is locked.');
  });
  await deposit('main');
  failOnce('follow.parked:before');
  start();
  await expect.poll(() => counts('main')).toBe(1);
  expect(await letters()).toEqual([]);
});

it('passes over an event for good where a person says so', async () => {
  const { follow, mend } = broken();
  const { start, deposit, letters, skip, pass, counts } = await shop(follow);
  await deposit('main');
  start();
  await expect.poll(letters).toMatchObject([letter]);
  expect(await skip(letter)).toEqual({});
  expect(await letters()).toEqual([]);
  await expect(skip(letter)).rejects.toMatchObject({ code: 'unknownLetter' });
  mend();
  pass(1);
  await deposit('other');
  await expect.poll(() => counts('other')).toBe(1);
  expect(await counts('main')).toBe(0);
});

/** A shop with a timer that has failed so often that nobody tries it any more. */
async function stuckShop() {
  const opened = await shop();
  await opened.deposit('stuck');
  await opened.deposit('stuck', -5n);
  opened.start();
  for (const [at, seconds] of [60, 1, 5, 30, 120, 600, 3600].entries()) {
    opened.pass(seconds);
    await expect.poll(opened.letters).toMatchObject([{ attempts: at + 1 }]);
  }
  const [timer] = await opened.letters();
  if (!timer) throw new TypeError('It has failed');
  return { ...opened, timer };
}

it('shows a timer that failed among the dead letters, and fires it when told to', async () => {
  const { timer, letters, retry, deposit, pass, counts } = await stuckShop();
  const sentence = 'The till is stuck.';
  expect(timer).toMatchObject({ handler: 'count', producer: 'shop', number: 0, sentence });
  pass(86_400);
  expect(await retry(timer)).toEqual({ handled: false });
  expect(await letters()).toEqual([{ ...timer, attempts: 8 }]);
  await deposit('stuck', 1n);
  expect(await letters()).toEqual([]);
  await expect(retry(timer)).rejects.toMatchObject({ code: 'unknownLetter' });
  pass(60);
  await expect.poll(() => counts('stuck')).toBe(1);
});

it('drops a timer that failed where a person says so', async () => {
  const { timer, letters, skip, counts } = await stuckShop();
  expect(await skip(timer)).toEqual({});
  expect([await letters(), await counts('stuck')]).toEqual([[], 0]);
  await expect(skip(timer)).rejects.toMatchObject({ code: 'unknownLetter' });
});
