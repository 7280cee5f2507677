/** What every store does with stock: balances, movements with running figures, and the order in
 * which those who wait are served. */
import { describe, expect, it } from 'vitest';
import type { BalanceRow, MovementRow, StockKey } from '../stock-tables.ts';
import type { Store } from '../store.ts';
import { newId, type OpenBooks } from './notes.ts';

const key = { item: 'TEA', warehouse: 'W1' };
const received = (place: string, quantity: bigint, running: bigint): MovementRow => ({
  ...key,
  place,
  documentId: newId(),
  kind: 'receipt',
  quantity,
  cost: 2_000_000n,
  value: quantity * 2n,
  correction: 0n,
  onHandAfter: running,
  valueAfter: running * 2n,
  costAfter: 2_000_000n,
});
const balance = (part: Partial<BalanceRow> = {}): BalanceRow => ({
  ...key,
  onHand: 0n,
  reserved: 0n,
  value: 0n,
  lastCost: 0n,
  lastPlace: '',
  ...part,
});
const waits = (reservation: string, rank: string, quantity: bigint, item = key.item) => ({
  ...{ reservation, rank, quantity },
  ...{ warehouse: key.warehouse, item },
});
const saving = (store: Store, balances: readonly BalanceRow[]) =>
  store.transact('stock', async ({ stock }) => {
    await stock.lock(balances);
    await stock.save({ balances, inserted: [], revalued: [] });
  });

export function stockSuite(engine: string, open: OpenBooks): void {
  describe(`stock ${engine}`, () => {
    keepsMovements(open);
    listsBalances(open);
    isReserved(open);
    isWaitedFor(open);
  });
}

function keepsMovements(open: OpenBooks): void {
  it('begins a balance at zero and finds the movements around a place', async () => {
    const { store } = await open();
    const late = received('2026-03-03', 5n, 5n);
    const early = received('2026-03-01', 2n, 2n);
    const revalued = { ...late, onHandAfter: 7n, valueAfter: 14n };
    const saved = balance({ onHand: 7n, value: 14n, lastCost: 2_000_000n, lastPlace: late.place });
    await store.transact('stock', async ({ stock }) => {
      expect(await stock.lock([key])).toEqual([balance()]);
      await stock.save({ balances: [], inserted: [late], revalued: [] });
      expect(await stock.around(key, early.place)).toEqual({ before: undefined, after: [late] });
      await stock.save({ balances: [saved], inserted: [early], revalued: [revalued] });
      expect(await stock.around(key, '2026-03-02')).toEqual({ before: early, after: [revalued] });
    });
    expect(await store.stock.balances([key])).toEqual([saved]);
    expect(await store.stock.movements(key, '', 10)).toEqual([early, revalued]);
    expect(await store.stock.movements(key, early.place, 10)).toEqual([revalued]);
    await expect(store.stock.movements(key, '2026-03-02', 10)).rejects.toThrow(/cursor/);
    expect(await store.stock.totals()).toEqual({ onHand: 7n, value: 14n, movements: 2 });
    expect(await store.upkeep.faults()).toEqual([]);
  });

  it('refuses a second movement at one place', async () => {
    const { store } = await open();
    const movement = received('2026-03-01', 5n, 5n);
    const twice = store.transact('stock', async ({ stock }) => {
      await stock.save({ balances: [], inserted: [movement], revalued: [] });
      await stock.save({ balances: [], inserted: [movement], revalued: [] });
    });
    await expect(twice).rejects.toMatchObject({ problem: 'duplicate' });
    expect(await store.stock.totals()).toEqual({ onHand: 0n, value: 0n, movements: 0 });
  });

  it('names figures that do not add up', async () => {
    const { store } = await open();
    await store.transact('stock', async ({ stock }) => {
      await stock.lock([key]);
      const inserted = [received('2026-03-01', 5n, 6n)];
      await stock.save({
        balances: [balance({ onHand: 4n, reserved: -1n })],
        inserted,
        revalued: [],
      });
    });
    expect(await store.upkeep.faults()).toEqual([
      'TEA in W1: 4 on hand worth 0, but its movements add up to 5 worth 10',
      'TEA in W1: -1 reserved, which is below zero',
      'TEA in W1: the movement at 2026-03-01 stands at 6 worth 12, ' +
        'its predecessors add up to 5 worth 10',
    ]);
  });
}

function listsBalances(open: OpenBooks): void {
  it('adds stock up, however much it is worth', async () => {
    const { store } = await open();
    const value = 10n ** 18n - 1n;
    await saving(
      store,
      ['A', 'B', 'C'].map((item) => balance({ item, value })),
    );
    expect((await store.stock.totals()).value).toBe(3n * value);
  });

  it('lists balances by warehouse and item, those below zero alone too', async () => {
    const { store } = await open();
    const rows = [
      balance({ warehouse: 'W1', item: 'B', onHand: 1n, reserved: 2n }),
      balance({ warehouse: 'W1', item: 'a', onHand: 5n }),
      balance({ warehouse: 'W2', item: 'A', onHand: -1n, reserved: -2n }),
    ];
    await saving(store, rows.toReversed());
    const { listBalances } = store.stock;
    expect(await listBalances(undefined, 2)).toEqual(rows.slice(0, 2));
    expect(await listBalances(rows[1], 2)).toEqual(rows.slice(2));
    expect(await listBalances(undefined, 9, true)).toEqual([rows[0], rows[2]]);
    await expect(listBalances(key, 2)).rejects.toThrow(/cursor/);
  });

  it('finds what is free of items, the most free first', async () => {
    const { store } = await open();
    const rows = [
      balance({ item: 'A', warehouse: 'W2', onHand: 9n, reserved: 1n }),
      balance({ item: 'A', warehouse: 'W1', onHand: 3n }),
      balance({ item: 'A', warehouse: 'W3', onHand: 3n }),
      balance({ item: 'B', warehouse: 'W1', onHand: 99n }),
    ];
    await saving(store, [...rows, balance({ item: 'C', onHand: 2n, reserved: 2n })]);
    expect(await store.stock.available(['B', 'A', 'C'], 9)).toEqual(rows);
    expect(await store.stock.available(['A'], 1)).toEqual(rows.slice(0, 1));
  });
}

function isReserved(open: OpenBooks): void {
  it('lets 40 reservations in two processes take 10 pieces once each', async () => {
    const { store, again } = await open();
    const stores = [store, await again()];
    await saving(store, [balance({ onHand: 10n, value: 20n })]);
    const reserve = (on: Store | undefined) =>
      on?.transact('reserve', async ({ stock }) => {
        const [held = balance()] = await stock.lock([key]);
        if (held.reserved >= held.onHand) return false;
        const balances = [{ ...held, reserved: held.reserved + 1n }];
        await stock.save({ balances, inserted: [], revalued: [] });
        return true;
      });
    const granted = await Promise.all(
      Array.from({ length: 40 }, (_, at) => reserve(stores[at % 2])),
    );
    expect(granted.filter(Boolean)).toHaveLength(10);
    expect(await store.stock.balances([key])).toMatchObject([{ reserved: 10n }]);
  });

  it('locks many balances in one order, so that opposite orders do not deadlock', async () => {
    const { store } = await open();
    const keys = ['A', 'B', 'C', 'D'].map((item) => ({ item, warehouse: 'W1' }));
    const take = (wanted: typeof keys) =>
      store.transact('stock', async ({ stock }) =>
        (await stock.lock(wanted)).map(({ item }) => item).join(''),
      );
    const found = await Promise.all(
      Array.from({ length: 20 }, (_, at) => take(at % 2 ? keys : keys.toReversed())),
    );
    expect(found).toEqual(Array(20).fill('ABCD'));
  });
}

function isWaitedFor(open: OpenBooks): void {
  it('names those that wait and could be served, in the order of service', async () => {
    const { store } = await open();
    const [late, early, big, torn] = [newId(), newId(), newId(), newId()];
    const rows = [
      waits(late, '2026-03-02|b', 4n),
      waits(early, '2026-03-01|c', 10n),
      waits(big, '2026-03-01|a', 11n),
      waits(torn, '2026-03-01|b', 1n),
      waits(torn, '2026-03-01|b', 1n, 'MILK'),
    ];
    const found = await store.transact('stock', async ({ stock }) => {
      const isWaited = [await stock.turn({ freed: [key], isQueueing: true })];
      await stock.lock([key]);
      const balances = [balance({ onHand: 12n, reserved: 2n })];
      await stock.save({ balances, inserted: [], revalued: [] });
      await stock.await(rows);
      const ids = [await stock.servable([key], 9), await stock.servable([key], 1)];
      await stock.forget([early]);
      return { isWaited, ids: [...ids, await stock.servable([key], 9)] };
    });
    expect(found).toEqual({ isWaited: [false], ids: [[early, late], [early], [late]] });
    const turn = (freed: readonly StockKey[]) =>
      store.transact('stock', ({ stock }) => stock.turn({ freed, isQueueing: false }));
    expect([await turn([key]), await turn([{ ...key, item: 'JAM' }]), await turn([])]).toEqual([
      ...[true, false, false],
    ]);
    const listed = await store.stock.waiting({}, undefined, 2);
    expect(listed).toEqual([rows[2], rows[4]]);
    const after = await store.stock.waiting({ item: 'TEA' }, listed[1], 9);
    expect(after).toEqual([rows[3], rows[0]]);
    expect(await store.stock.waiting({ warehouse: 'W2' }, undefined, 9)).toEqual([]);
    expect(await store.upkeep.faults()).toContainEqual(expect.stringContaining(`${late} waits`));
  });

  it('lets a turn that frees what is waited for be alone', async () => {
    const { store, again } = await open();
    const stores = [store, await again()];
    await store.transact('stock', async ({ stock }) => {
      await stock.turn({ freed: [], isQueueing: true });
      await stock.await([waits(newId(), 'a', 1n)]);
    });
    let inside = 0;
    const most: number[] = [];
    const take = (on: Store | undefined, freed: readonly StockKey[]) =>
      on?.transact('stock', async ({ stock }) => {
        const isAlone = await stock.turn({ freed, isQueueing: false });
        inside++;
        // locks in an order of its own, which only one that is alone may
        await stock.lock([freed.length ? { ...key, item: 'Z' } : { ...key, item: 'B' }]);
        if (isAlone) most.push(inside);
        inside--;
      });
    await Promise.all(
      Array.from({ length: 30 }, (_, at) => take(stores[at % 2], at % 3 ? [] : [key])),
    );
    expect(most).toEqual(Array(10).fill(1));
  });
}
