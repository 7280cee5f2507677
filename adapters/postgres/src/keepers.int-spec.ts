/** The keepers' tables: journal and balances, stock and movements, and the laws that upkeep checks
 * on them. */
import type { BalanceRow, DigestPage, MovementRow, Store } from '@morrow/engines';
import { expect, it } from 'vitest';
import { newId, noteRow, opens, publishAll, receiptOf, sale, unit, world } from './store-world.ts';

const linesOf = async (store: Store) => {
  const lines: string[] = [];
  // a line in each page, and a place for every line
  for (let from: string | undefined = ''; from !== undefined;) {
    const page: DigestPage | undefined = await store.upkeep.digestLines(from, 1);
    lines.push(...(page?.lines ?? []));
    from = page?.next;
  }
  expect(await store.upkeep.digestLines('', 1e6)).toEqual({ lines });
  return lines.sort();
};

it('posts entries, their lines and the balances in one commit', async () => {
  const { store } = await world();
  const march = sale('s-1', 700n);
  const april = sale('s-2', 300n, '2026-04-02');
  const back = sale('s-3', -50n, '2026-04-03');
  await store.commit(unit([], { entries: [march, april] }));
  await store.commit(unit([], { entries: [back] }));
  const { event: _, ...stored } = march;
  expect(await store.ledger.entry(march.id)).toEqual(stored);
  expect(await store.ledger.entryOf('s-1')).toEqual(stored);
  expect((await store.ledger.entries(undefined, 10)).map(({ source }) => source)).toEqual([
    's-1',
    's-2',
    's-3',
  ]);
  expect((await store.ledger.entries(march.id, 1)).map(({ source }) => source)).toEqual(['s-2']);
  expect(await store.ledger.posted(['s-0', 's-1'])).toEqual(['s-1']);
  expect(await store.ledger.totals('EUR')).toEqual([
    { account: '1000', debit: 1000n, credit: 50n },
    { account: '4000', debit: 50n, credit: 1000n },
  ]);
  expect(await store.ledger.totals('EUR', '2026-04-02')).toEqual([
    { account: '1000', debit: 1000n, credit: 0n },
    { account: '4000', debit: 0n, credit: 1000n },
  ]);
  expect(await store.ledger.totalsByPeriod()).toContainEqual({
    account: '1000',
    currency: 'EUR',
    period: '2026-04',
    debit: 300n,
    credit: 50n,
  });
  expect(await store.upkeep.faults()).toEqual([]);
});

it('pages the lines of an account in order of date', async () => {
  const { store } = await world();
  const entries = ['2026-03-02', '2026-03-01', '2026-03-02'].map((date, at) =>
    sale(`s-${at}`, 5n, date),
  );
  await store.commit(unit([], { entries }));
  const sources: string[] = [];
  for (let after: string | undefined; ;) {
    const [line] = await store.ledger.linesOf('1000', after, 1);
    if (!line) break;
    sources.push(line.source);
    after = line.cursor;
  }
  expect(sources).toEqual(['s-1', 's-0', 's-2']);
});

it('adds many postings to a few balances without losing one', async () => {
  const first = await world();
  const stores = [first.store, await first.again()];
  const postings = Array.from({ length: 300 }, (_, at) =>
    stores[at % 2]?.commit(unit([], { entries: [sale(`s-${at}`, BigInt(at))] })),
  );
  await Promise.all(postings);
  expect(await first.store.ledger.totals('EUR')).toEqual([
    { account: '1000', debit: 44_850n, credit: 0n },
    { account: '4000', debit: 0n, credit: 44_850n },
  ]);
  expect(await first.store.upkeep.faults()).toEqual([]);
});

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

it('begins a balance at zero and finds the movements around a place', async () => {
  const { store } = await world();
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
  expect(await store.stock.totals()).toEqual({ onHand: 7n, value: 14n, movements: 2 });
  expect(await store.upkeep.faults()).toEqual([]);
});

it('adds stock up, however much it is worth', async () => {
  const { store } = await world();
  const value = 10n ** 18n - 1n;
  const balances = ['A', 'B', 'C'].map((item) => balance({ item, value }));
  await store.transact('stock', async ({ stock }) => {
    await stock.lock(balances);
    await stock.save({ balances, inserted: [], revalued: [] });
  });
  expect((await store.stock.totals()).value).toBe(3n * value);
});

it('lets 40 reservations in two processes take 10 pieces once each', async () => {
  const first = await world();
  const stores = [first.store, await first.again()];
  await first.store.transact('stock', async ({ stock }) => {
    await stock.lock([key]);
    const place = '2026-03-01';
    await stock.save({
      balances: [balance({ onHand: 10n, value: 20n, lastPlace: place })],
      inserted: [received(place, 10n, 10n)],
      revalued: [],
    });
  });
  const reserve = (store: Store | undefined) =>
    store?.transact('reserve', async ({ stock }) => {
      const [held = balance()] = await stock.lock([key]);
      if (held.reserved >= held.onHand) return false;
      const balances = [{ ...held, reserved: held.reserved + 1n }];
      await stock.save({ balances, inserted: [], revalued: [] });
      return true;
    });
  const granted = await Promise.all(Array.from({ length: 40 }, (_, at) => reserve(stores[at % 2])));
  expect(granted.filter(Boolean)).toHaveLength(10);
  expect(await first.store.stock.balances([key])).toMatchObject([{ reserved: 10n }]);
});

const waits = (reservation: string, rank: string, quantity: bigint, item = key.item) => ({
  ...{ reservation, rank, quantity },
  ...{ warehouse: key.warehouse, item },
});
it('names those that wait and could be served, in the order of service', async () => {
  const { store } = await world();
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
    await stock.save({
      balances: [balance({ onHand: 12n, reserved: 2n })],
      inserted: [],
      revalued: [],
    });
    await stock.await(rows);
    const ids = [await stock.servable([key], 9), await stock.servable([key], 1)];
    await stock.forget([early]);
    return { isWaited, ids: [...ids, await stock.servable([key], 9)] };
  });
  expect(found).toEqual({ isWaited: [false], ids: [[early, late], [early], [late]] });
  const turn = (freed: readonly (typeof key)[]) =>
    store.transact('stock', ({ stock }) => stock.turn({ freed, isQueueing: false }));
  expect([await turn([key]), await turn([{ ...key, item: 'JAM' }]), await turn([])]).toEqual([
    ...[true, false, false],
  ]);
  const listed = await store.stock.waiting({}, undefined, 2);
  expect(listed).toEqual([rows[2], rows[4]]);
  const after = await store.stock.waiting({ item: 'TEA' }, listed[1], 9);
  expect(after).toEqual([rows[3], rows[0]]);
  expect(await store.upkeep.faults()).toContainEqual(expect.stringContaining(`${late} waits`));
});

it('lets a turn that frees what is waited for be alone', async () => {
  const first = await world();
  const stores = [first.store, await first.again()];
  await first.store.transact('stock', async ({ stock }) => {
    await stock.turn({ freed: [], isQueueing: true });
    await stock.await([waits(newId(), 'a', 1n)]);
  });
  let inside = 0;
  const most: number[] = [];
  const take = (store: Store | undefined, freed: readonly (typeof key)[]) =>
    store?.transact('stock', async ({ stock }) => {
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

it('locks many balances in one order, so that opposite orders do not deadlock', async () => {
  const { store } = await world();
  const keys = ['A', 'B', 'C', 'D'].map((item) => ({ item, warehouse: 'W1' }));
  const take = (wanted: typeof keys) =>
    store.transact('stock', async ({ stock }) => (await stock.lock(wanted)).length);
  const counts = await Promise.all(
    Array.from({ length: 20 }, (_, at) => take(at % 2 ? keys : keys.toReversed())),
  );
  expect(counts).toEqual(Array(20).fill(4));
});

it.each([
  [
    'an account balance',
    `update account_balance set debit = debit + 1 where account = '1000'`,
    /1000/,
  ],
  ['a line of an entry', `update entry_line set amount = amount + 1 where account = '1000'`, /s-1/],
  ['stock on hand', 'update stock_balance set on_hand = on_hand + 1', /TEA/],
  ['a running figure', 'update stock_movement set value_after = value_after + 1', /TEA/],
  ['reserved stock', 'update stock_balance set reserved = -1', /reserved/],
  ['the version of a document', 'update note set version = 9', /note/],
  ['an event', `delete from event where document_type = 'note'`, /note/],
  ['a published number', 'update publication set first_number = 10 where first_number = 1', /\d/],
])('names the row when %s is changed by hand', async (_what, change, sentence) => {
  const { store, query } = await world();
  await store.commit(unit([opens(noteRow('N-1'))]));
  await store.commit(unit([], { entries: [sale('s-1', 5n)] }));
  await store.transact('stock', async ({ stock }) => {
    await stock.lock([key]);
    const balances = [balance({ onHand: 5n, value: 10n })];
    await stock.save({ balances, inserted: [received('2026-03-01', 5n, 5n)], revalued: [] });
  });
  await publishAll(store);
  expect(await store.upkeep.faults()).toEqual([]);
  await query(change);
  const faults = await store.upkeep.faults();
  expect(faults.join('\n')).toMatch(sentence);
});

it('digests two databases with the same business to the same lines', async () => {
  const filled = async (order: readonly string[]) => {
    const { store } = await world();
    for (const number of order)
      await store.commit(unit([opens(noteRow(number, { total: '5', owner: newId() }))]));
    await store.commit(unit([], { entries: [sale('s-1', 5n)] }));
    return linesOf(store);
  };
  const lines = await filled(['a', 'b', 'C']);
  expect(lines).toEqual(await filled(['C', 'b', 'a']));
  expect(lines.filter((line) => line.startsWith('document note'))).toHaveLength(3);
  expect(lines.filter((line) => line.startsWith('balance'))).toHaveLength(2);
});

it('prunes old receipts some at a time, by the moments of their commits', async () => {
  const { store, query } = await world();
  const keep = (day: number) => {
    const at = `2026-03-0${day}T08:00:00.000Z`;
    const keys = Array.from({ length: 5 }, (_, n) => `k-${day}-${n}`);
    return keys.map((key) => store.commit(unit([], { at, receipt: receiptOf(key) })));
  };
  await Promise.all([1, 2, 3].flatMap(keep));
  const pruned = [];
  for (let n = -1; n; pruned.push(n))
    n = await store.upkeep.pruneReceipts('2026-03-03T08:00:00.000Z', 4);
  expect(pruned).toEqual([4, 4, 2, 0]);
  expect(await query(`select key from receipt where key not like 'k-3-%'`)).toEqual([]);
  expect(await query('select count(*)::int as n from receipt')).toEqual([{ n: 5 }]);
});
