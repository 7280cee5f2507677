/** What every relay does: it numbers each committed event once, without a gap, whoever runs it. */
import { describe, expect, it } from 'vitest';
import { closes, meta, noteRow, opens, publishAll, sale, unit, type OpenBooks } from './notes.ts';

const numbersOf = (events: readonly { readonly number: number }[]) =>
  events.map(({ number }) => number);

export function relaySuite(engine: string, open: OpenBooks): void {
  describe(`the relay ${engine}`, () => {
    numbersEvents(open);
    changesHands(open);
  });
}

function numbersEvents(open: OpenBooks): void {
  it('gives dense numbers in order, and pages that begin anywhere', async () => {
    const { store } = await open();
    const rows = ['a', 'b', 'c'].map((number) => noteRow(number));
    expect(await store.relay.isBehind()).toBe(false);
    await store.commit(unit(rows.map(opens)));
    for (const row of rows) await store.commit(unit([closes(row)]));
    expect(await store.relay.position()).toEqual({ published: 0, waiting: 6 });
    expect([await store.relay.isBehind(), await store.eventsSince(0, 9)]).toEqual([true, []]);
    const published = await publishAll(store);
    expect(numbersOf(published)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await store.relay.position()).toEqual({ published: 9, waiting: 0 });
    expect(await store.eventsSince(0, 100)).toEqual(published);
    for (let after = 0; after <= 9; after++)
      expect(numbersOf(await store.eventsSince(after, 2))).toEqual(
        [after + 1, after + 2].filter((number) => number <= 9),
      );
  });

  it('numbers the same without reading what nobody hears', async () => {
    const { store, again } = await open();
    for (const number of ['a', 'b', 'c']) await store.commit(unit([opens(noteRow(number))]));
    const fence = (await store.relay.lease('one', 60_000)) ?? 0;
    expect(await store.relay.number(fence, 2)).toBe(2);
    expect(numbersOf(await store.eventsSince(0, 10))).toEqual([1, 2]);
    expect(numbersOf(await store.relay.publish(fence, 10))).toEqual([3]);
    await store.commit(unit([opens(noteRow('d'))]));
    expect(await store.relay.number(fence, 10)).toBe(1);
    expect(await store.relay.number(fence, 10)).toBe(0);
    expect(numbersOf(await store.eventsSince(0, 10))).toEqual([1, 2, 3, 4]);
    expect(await store.relay.position()).toEqual({ published: 4, waiting: 0 });
    expect(await store.upkeep.faults()).toEqual([]);
    await store.relay.release('one');
    await (await again()).relay.lease('two', 60_000);
    await expect(store.relay.number(fence, 10)).rejects.toThrow(/taken over/);
  });

  it('numbers the event of an entry, whose stream has the id of the entry', async () => {
    const { store } = await open();
    const { event, ...entry } = sale('s-1', 5n);
    await store.commit(unit([], { entries: [{ ...entry, event }, sale('s-2', 5n)] }));
    expect(await store.ledger.lastChanges([entry.id])).toEqual([
      { streamId: entry.id, at: '2026-03-01T08:00:00.000Z', meta },
    ]);
    expect(await store.eventsOf(entry.id)).toEqual([]);
    await publishAll(store);
    expect(await store.eventsOf(entry.id)).toEqual([
      {
        ...event,
        ...{ number: 1, documentType: 'entry', streamId: entry.id, streamVersion: 1, meta },
        at: '2026-03-01T08:00:00.000Z',
      },
    ]);
  });
}

function changesHands(open: OpenBooks): void {
  it('is one process at a time, and the next one only when the lease has ended', async () => {
    const { store, again } = await open();
    const second = await again();
    await store.commit(unit([opens(noteRow('a'))]));
    const fence = (await store.relay.lease('one', 60_000)) ?? 0;
    expect(await second.relay.lease('two', 60_000)).toBeUndefined();
    // the same owner keeps it, for less time from now on
    expect(await store.relay.lease('one', 1)).toBe(fence);
    await expect.poll(() => second.relay.lease('two', 60_000)).toBe(fence + 1);
    await expect(store.relay.publish(fence, 10)).rejects.toThrow(/taken over/);
    expect(numbersOf(await second.relay.publish(fence + 1, 10))).toEqual([1]);
  });

  it('hands over at once when it is released', async () => {
    const { store, again } = await open();
    const second = await again();
    const fence = await store.relay.lease('one', 60_000);
    await store.relay.release('one');
    expect(await second.relay.lease('two', 60_000)).toBe((fence ?? 0) + 1);
    await expect(store.relay.publish(fence ?? 0, 10)).rejects.toThrow(/taken over/);
  });

  it('continues the numbers after a take-over in the middle', async () => {
    const { store, again } = await open();
    const second = await again();
    await store.commit(unit(['a', 'b', 'c'].map((number) => opens(noteRow(number)))));
    const fence = await store.relay.lease('one', 60_000);
    expect(numbersOf(await store.relay.publish(fence ?? 0, 2))).toEqual([1, 2]);
    await store.relay.release('one');
    expect(numbersOf(await publishAll(second, 'two'))).toEqual([3]);
    expect(await second.upkeep.faults()).toEqual([]);
  });
}
