/** What every rebuild does: it derives tables, compares them, and swaps them while others write. */
import { describe, expect, it } from 'vitest';
import type { Derived, MovementFact, Stream } from '../rebuild.ts';
import type { Store } from '../store.ts';
import type { DocumentRow } from '../documents.ts';
import type { MovementRow } from '../stock-tables.ts';
import { closes, newId, noteRow, opens, publishAll, sale, unit, type OpenBooks } from './notes.ts';

/** The note after these events. */
function rowAfter({ id, events }: Stream): DocumentRow | undefined {
  const [first] = events;
  const lifecycle = first?.meta.lifecycle;
  if (!lifecycle) return undefined;
  return {
    id,
    version: events.length,
    state: events.length > 1 ? 'closed' : 'open',
    lifecycle,
    fields: Object.assign({}, noteRow('').fields, ...events.map(({ data }) => data)),
  };
}
/** The rows that the notes and sales of the suite come from. */
const derive = (stream: Stream): Derived => {
  const row = stream.documentType === 'note' ? rowAfter(stream) : undefined;
  const createdAt = stream.events[0]?.at ?? '';
  const updatedAt = stream.events.at(-1)?.at ?? '';
  return {
    streamId: stream.id,
    document: row && { documentType: 'note', row, createdAt, updatedAt },
    entries: [],
    facts: [],
  };
};
/** As another release derives them, where all notes are Bob's. */
const deriveBobs = (stream: Stream): Derived => {
  const { document, ...derived } = derive(stream);
  if (!document) return derived;
  const fields = { ...document.row.fields, customer: 'bob' };
  return { ...derived, document: { ...document, row: { ...document.row, fields } } };
};

async function rebuilt(store: Store, derivation = derive) {
  const rebuild = await store.rebuild();
  if (!rebuild) throw new Error('Another rebuild is under way');
  for await (const streams of rebuild.streams()) await rebuild.write(streams.map(derivation));
  await rebuild.settle(() => []);
  return rebuild;
}

export function rebuildSuite(engine: string, open: OpenBooks): void {
  describe(`a rebuild ${engine}`, () => {
    compares(open);
    swaps(open);
    settles(open);
  });
}

function compares(open: OpenBooks): void {
  it('finds tables as their events make them', async () => {
    const { store } = await open();
    const row = noteRow('N-1');
    await store.commit(unit([opens(row)]));
    await store.commit(unit([closes(row, { customer: 'ann' })]));
    await store.commit(unit([opens(noteRow('N-2'))]));
    const equal = await rebuilt(store);
    expect(await equal.count()).toBe(4);
    const notes = (await equal.compare()).find(({ table }) => table === 'note');
    expect(notes).toMatchObject({ stored: { rows: 2 }, differences: [] });
    expect(notes?.rebuilt).toEqual(notes?.stored);
    await equal.close();
  });

  it('names what differs, and the event that set it', async () => {
    const { store } = await open();
    const row = noteRow('N-1');
    await store.commit(unit([opens(row)]));
    await store.commit(unit([closes(row, { customer: 'ann' })]));
    const entry = sale('S-1', 5n);
    await store.commit(unit([], { entries: [entry] }));
    const made = { ...derive({ id: '', documentType: '', events: [] }), streamId: newId() };
    const more = noteRow('N-2', {}, made.streamId);
    const rebuild = await rebuilt(store, deriveBobs);
    const document = {
      documentType: 'note',
      row: more,
      createdAt: entry.date,
      updatedAt: entry.date,
    };
    await rebuild.write([{ ...made, document }]);
    const differences = async (...args: Parameters<typeof rebuild.compare>) =>
      (await rebuild.compare(...args)).flatMap((table) => table.differences);
    const sentence = `note ${row.id}: customer is "ann", its events make it "bob"`;
    const [first, second, third] = await differences();
    expect([first, second]).toEqual([sentence, `note ${more.id} is missing, its events make it`]);
    expect(third).toBe(`entry ${entry.id} is stored, but no event makes it`);
    const stepsOf = (stream: Stream) =>
      stream.events.flatMap((_, at) => {
        const { document: after } = deriveBobs({
          ...stream,
          events: stream.events.slice(0, at + 1),
        });
        return after ? [after.row] : [];
      });
    expect((await differences(stepsOf))[0]).toBe(
      `${sentence}, set by noteOpened, its 1st event, of 2026-03-01`,
    );
    await rebuild.close();
  });

  it('counts the rows that it does not name', async () => {
    const { store } = await open();
    const rows = Array.from({ length: 23 }, (_, at) => noteRow(`N-${at}`));
    await store.commit(unit(rows.map((row) => opens(row))));
    const rebuild = await rebuilt(store, deriveBobs);
    const found = (await rebuild.compare()).flatMap(({ differences }) => differences);
    expect([found.length, found.at(-1)]).toEqual([21, '3 more rows of note differ']);
    await rebuild.close();
  });

  it('lets one rebuild run at a time', async () => {
    const { store, again } = await open();
    const rebuild = await rebuilt(store);
    expect(await (await again()).rebuild()).toBeUndefined();
    await rebuild.close();
    const next = await store.rebuild();
    expect(next).toBeDefined();
    await next?.close();
  });
}

function swaps(open: OpenBooks): void {
  it('puts derived tables in place with what came in between; writers go on', async () => {
    const { store } = await open();
    const row = noteRow('N-1');
    await store.commit(unit([opens(row), opens(noteRow('N-2'))]));
    await publishAll(store);
    const bobs = await rebuilt(store, deriveBobs);
    await bobs.swap(deriveBobs, () => () => []);
    await bobs.close();
    expect(await store.load('note', row.id)).toMatchObject({ fields: { customer: 'bob' } });
    const rebuild = await rebuilt(store);
    const late = noteRow('N-3');
    await store.commit(unit([opens(late)]));
    await store.commit(unit([closes(row, { customer: 'ann' })]));
    const writers = Array.from({ length: 20 }, (_, at) =>
      store.commit(unit([opens(noteRow(`M-${at}`))])),
    );
    await rebuild.swap(derive, () => () => []);
    await rebuild.close();
    await Promise.all(writers);
    await store.commit(unit([closes(late)]));
    expect(await store.count('note')).toBe(23);
    expect(await store.load('note', row.id)).toMatchObject({
      state: 'closed',
      fields: { customer: 'ann' },
    });
    const again = await rebuilt(store);
    expect((await again.compare()).flatMap(({ differences }) => differences)).toEqual([]);
    await again.close();
  });
}

/** What one stream says about stock: two receipts, goods set aside, and a line that waits. */
const key = { item: 'TEA', warehouse: 'W1' };
const movement = (place: string, quantity: bigint): MovementFact => ({
  ...{ fact: 'movement', ...key, place, documentId: newId(), kind: 'receipt' },
  ...{ quantity, cost: 2_000_000n, minorUnits: 2 },
});
/** Everything is worth two minor units. */
const valueAll = () => {
  let onHandAfter = 0n;
  return (facts: readonly MovementFact[]): readonly MovementRow[] =>
    facts.map(({ fact: _, minorUnits: __, ...rest }) => {
      onHandAfter += rest.quantity;
      const figures = { onHandAfter, valueAfter: onHandAfter * 2n, costAfter: 2_000_000n };
      return { ...rest, value: rest.quantity * 2n, correction: 0n, ...figures };
    });
};

function settles(open: OpenBooks): void {
  it('settles what came since the snapshot when it swaps', async () => {
    const { store } = await open();
    const rebuild = await rebuilt(store);
    await store.commit(unit([opens(noteRow('N-1'))]));
    const derived = (stream: Stream) => ({ ...derive(stream), facts: [movement('a', 3n)] });
    await rebuild.swap(derived, valueAll);
    await rebuild.close();
    expect(await store.stock.balances([key])).toMatchObject([{ onHand: 3n, value: 6n }]);
  });

  it('settles balances of accounts and of stock from what was written', async () => {
    const { store } = await open();
    const rebuild = await rebuilt(store);
    const { event: _, ...entry } = sale('S-1', 5n);
    const streamId = newId();
    const facts = [
      movement('2026-03-02', 3n),
      movement('2026-03-01', 2n),
      { fact: 'reserved', ...key, quantity: 4n } as const,
      { fact: 'waiting', ...key, rank: 'a', quantity: 9n } as const,
    ];
    await rebuild.write([{ streamId, entries: [entry], facts }]);
    // a stream that is written again replaces what it said before
    await rebuild.write([{ streamId, entries: [entry], facts }]);
    await rebuild.settle(valueAll());
    const nothing = () => ({ streamId: newId(), entries: [], facts: [] });
    await rebuild.swap(nothing, valueAll);
    await rebuild.close();
    expect(await store.ledger.entry(entry.id)).toEqual(entry);
    expect((await store.ledger.totals('EUR'))[0]).toEqual({
      ...{ account: '1000', debit: 5n, credit: 0n },
    });
    expect(await store.stock.balances([key])).toEqual([
      {
        ...key,
        ...{ onHand: 5n, reserved: 4n, value: 10n, lastCost: 2_000_000n, lastPlace: '2026-03-02' },
      },
    ]);
    const movements = await store.stock.movements(key, '', 9);
    expect(movements.map(({ onHandAfter }) => onHandAfter)).toEqual([2n, 5n]);
    expect(await store.stock.waiting({}, undefined, 9)).toEqual([
      { reservation: streamId, ...key, rank: 'a', quantity: 9n },
    ]);
    expect(await store.upkeep.faults()).toEqual([]);
  });
}
