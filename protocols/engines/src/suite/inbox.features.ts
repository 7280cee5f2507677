/** What every inbox does: each event is handled once, whatever the order and however often it
 * arrives; what cannot be handled is kept. */
import { describe, expect, it } from 'vitest';
import type { Store } from '../store.ts';
import type { OpenBooks } from './notes.ts';

const taking = (store: Store) => (numbers: readonly number[]) =>
  store.transact('reaction', (session) => session.take('handler', 'orders', numbers));

export function inboxSuite(engine: string, open: OpenBooks): void {
  describe(`the inbox ${engine}`, () => {
    givesOnce(open);
    movesCheckpoints(open);
    keepsLetters(open);
  });
}

function givesOnce(open: OpenBooks): void {
  it('gives each number once, shuffled and doubled as they come', async () => {
    const { store } = await open();
    const take = taking(store);
    expect(await take([3, 1, 3])).toEqual([1, 3]);
    expect(await store.inbox.watermark('handler', 'orders')).toBe(1);
    expect(await store.inbox.fresh('handler', 'orders', [1, 2, 3, 4])).toEqual([2, 4]);
    expect(await take([2, 2, 1])).toEqual([2]);
    expect(await store.inbox.watermark('handler', 'orders')).toBe(3);
    expect(await take([1, 2, 3])).toEqual([]);
    expect(await take([4, 5, 6])).toEqual([4, 5, 6]);
    expect(await store.inbox.watermark('handler', 'orders')).toBe(6);
  });

  it('has its watermark below the first number that it has not seen', async () => {
    const { store } = await open();
    const take = taking(store);
    await take([2, 3, 7]);
    expect(await store.inbox.watermark('handler', 'orders')).toBe(0);
    await take([1, 5]);
    expect(await store.inbox.watermark('handler', 'orders')).toBe(3);
    expect(await store.inbox.fresh('handler', 'orders', [8, 7, 6, 5, 4, 3])).toEqual([8, 6, 4]);
  });

  it('takes nothing when the work of its transaction fails', async () => {
    const { store } = await open();
    const work = store.transact('reaction', async (session) => {
      await session.take('handler', 'orders', [1]);
      throw new Error('could not');
    });
    await expect(work).rejects.toThrow('could not');
    expect(await taking(store)([1])).toEqual([1]);
  });

  it('hands a number to one of two who take it at the same moment', async () => {
    const { store } = await open();
    const take = taking(store);
    const taken = await Promise.all(Array.from({ length: 8 }, () => take([1, 2, 3])));
    expect(taken.flat().toSorted()).toEqual([1, 2, 3]);
  });

  it('keeps handlers and producers apart', async () => {
    const { store } = await open();
    await taking(store)([1]);
    const take = (handler: string, producer: string) =>
      store.transact('x', (session) => session.take(handler, producer, [1]));
    expect([await take('handler', 'wms'), await take('other', 'orders')]).toEqual([[1], [1]]);
  });
}

function movesCheckpoints(open: OpenBooks): void {
  it('moves a checkpoint from where it stands, for one of two at the same moment', async () => {
    const { store } = await open();
    const move = (from: number, to: number) =>
      store.transact('projection', (session) => session.checkpoint('tally', 'orders', from, to));
    expect(await move(0, 7)).toBe(true);
    expect(await move(0, 9)).toBe(false);
    expect(await store.inbox.watermark('tally', 'orders')).toBe(7);
    const moved = await Promise.all([move(7, 9), move(7, 8)]);
    expect(moved.toSorted()).toEqual([false, true]);
    expect(await move(moved[0] ? 9 : 8, 0)).toBe(true);
    expect(await store.inbox.watermark('tally', 'orders')).toBe(0);
  });
}

function keepsLetters(open: OpenBooks): void {
  it('parks what could not be handled until it is settled', async () => {
    const { store } = await open();
    const letter = { handler: 'h', producer: 'orders', number: 7, sentence: 'no such item' };
    const retryAt = '2026-03-01T08:00:05.000Z';
    const first = { ...letter, attempts: 1 };
    const settle = () => store.transact('x', (session) => session.settle('h', 'orders', 7));
    await store.transact('x', (session) => session.park({ ...first, retryAt }));
    expect(await store.inbox.letters({ limit: 10 })).toEqual([{ ...first, retryAt }]);
    await store.inbox.postpone(first, { sentence: 'no such item' });
    await store.inbox.postpone(first, { sentence: 'late news', tryAt: retryAt });
    expect(await store.inbox.letters({ limit: 10 })).toEqual([
      { ...letter, attempts: 2, retryAt: undefined },
    ]);
    expect([await settle(), await settle()]).toEqual([true, false]);
    await store.inbox.postpone({ ...letter, attempts: 2 }, { sentence: 'late news' });
    expect(await store.inbox.letters({ limit: 10 })).toEqual([]);
  });

  it('pages letters, and gives those of a handler however many others have', async () => {
    const { store } = await open();
    const parked = (handler: string, number: number) => ({
      ...{ handler, producer: 'orders', number, attempts: 1, sentence: 'no such item' },
      retryAt: new Date(Date.UTC(2026, 2, 1) + number).toISOString(),
    });
    const all = [
      ...Array.from({ length: 150 }, (_, at) => parked('busy', at + 1)),
      ...[9, 3].map((number) => parked('late', number)),
    ];
    await store.transact('x', async (session) => {
      for (const letter of all) await session.park(letter);
    });
    await taking(store)([1, 2]);
    const first = await store.inbox.letters({ limit: 100 });
    const second = await store.inbox.letters({ limit: 100, after: first.at(-1) });
    expect([first.length, second.length]).toEqual([100, 52]);
    expect(
      new Set([...first, ...second].map((each) => `${each.handler} ${each.number}`)).size,
    ).toBe(152);
    const due = await store.inbox.toRetry('late', 'orders', 10);
    expect(due.map(({ number }) => number)).toEqual([3, 9]);
    const late = { handler: 'late', producer: 'orders' };
    expect(await store.inbox.letter({ ...late, number: 9 })).toEqual(parked('late', 9));
    expect(await store.inbox.letter({ ...late, number: 8 })).toBeUndefined();
    const standings = await store.inbox.standings();
    expect(standings.toSorted((a, b) => (a.handler < b.handler ? -1 : 1))).toEqual([
      { handler: 'busy', producer: 'orders', watermark: 0, parked: 150 },
      { handler: 'handler', producer: 'orders', watermark: 2, parked: 0 },
      { handler: 'late', producer: 'orders', watermark: 0, parked: 2 },
    ]);
  });
}
