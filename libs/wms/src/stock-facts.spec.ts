/** What events of stock say: to the ledger about value, and to a replay about movements. */
import fc from 'fast-check';
import { codecOf, type HandledEvent } from '@morrow/contract';
import { wireValues } from '@morrow/contract/suite';
import { parseQuantity } from '@morrow/kernel';
import { Stock } from '@morrow/protocol-stock';
import { describe, expect, it } from 'vitest';
import { valueEntriesOf } from './post-values.ts';
import { stockFacts } from './stock-facts.ts';

const id = '01900000-0000-7000-8000-000000000001';
const event = (type: string, data: unknown, streamVersion = 1): HandledEvent => ({
  protocol: 'stock',
  type,
  data,
  number: 1,
  streamId: id,
  streamVersion,
  at: new Date('2010-12-01T09:00:00Z'),
  actor: 'person:ada',
  trace: 'trace',
});
const entriesOf = (told: HandledEvent) =>
  valueEntriesOf(told as Parameters<typeof valueEntriesOf>[0]);
const document = {
  documentId: id,
  number: '7',
  warehouse: 'MAIN',
  currency: 'GBP',
  effectiveAt: new Date('2010-12-01T08:26:00Z'),
};
const received = {
  ...document,
  value: 1530n,
  lines: [
    { item: 'A', quantity: parseQuantity('6'), cost: 2_500_000n, value: 1500n },
    { item: 'B', quantity: parseQuantity('0.5'), cost: 600_000n, value: 30n },
  ],
};
const reserved = {
  reservationId: id,
  number: 'order:1',
  warehouse: 'MAIN',
  lines: [{ item: 'A', quantity: parseQuantity('2') }],
};
const place = '2010-12-01T08:26:00.000Z|7|';
const movement = {
  fact: 'movement',
  minorUnits: 2,
  warehouse: 'MAIN',
  documentId: id,
  kind: 'receipt',
};

describe('facts of a stream', () => {
  it('are its movements, each in its place, at the cost that the receipt stated', () => {
    expect(stockFacts([event('goodsReceived', received)])).toEqual([
      { ...movement, item: 'A', quantity: 6_000_000n, cost: 2_500_000n, place: `${place}00000` },
      { ...movement, item: 'B', quantity: 500_000n, cost: 600_000n, place: `${place}00001` },
    ]);
  });
  it('are the movements alone where their value was corrected later', () => {
    const issued = {
      ...document,
      value: -30n,
      cause: 'order:1',
      lines: [{ item: 'B', quantity: parseQuantity('-0.5'), value: -30n }],
    };
    const corrected = { documentId: id, currency: 'GBP', differences: [] };
    const stream = [event('stockIssued', issued), event('valuationCorrected', corrected, 2)];
    const fact = { ...movement, kind: 'issue', item: 'B', quantity: -500_000n };
    expect(stockFacts(stream)).toEqual([{ ...fact, cost: undefined, place: `${place}00000` }]);
  });
  it('are what a reservation holds, while it is open', () => {
    const held = { fact: 'reserved', item: 'A', warehouse: 'MAIN', quantity: 2_000_000n };
    const released = event('reservationReleased', { reservationId: id, number: 'order:1' }, 2);
    expect(stockFacts([event('stockReserved', reserved)])).toEqual([held]);
    expect(stockFacts([event('stockReserved', reserved), released])).toEqual([]);
  });
  it('are what an order waits for, one line for each item, in its place', () => {
    const wanted = {
      ...reserved,
      promisedOn: '2010-12-09',
      since: new Date('2010-12-01T09:00:00Z'),
      lines: [...reserved.lines, ...reserved.lines],
    };
    const rank = '2010-12-09|2010-12-01T09:00:00.000Z|order:1';
    const line = { fact: 'waiting', item: 'A', warehouse: 'MAIN', quantity: 4_000_000n, rank };
    const waits = event('reservationWanted', wanted, 2);
    expect(stockFacts([waits])).toEqual([line]);
    expect(stockFacts([waits, event('stockReserved', reserved, 3)])).toMatchObject([
      { fact: 'reserved', item: 'A' },
    ]);
    expect(stockFacts([waits, event('reservationWithdrawn', {}, 3)])).toEqual([]);
  });
});

describe('entries of the value that moved', () => {
  it.each([
    ['goodsReceived', '@goodsReceived', 'Stock receipt 7'],
    ['stockIssued', '@costOfGoodsSold', 'Stock issue 7'],
    ['goodsReturned', '@costOfGoodsSold', 'Stock return 7'],
    ['stockAdjusted', '@stockAdjustments', 'Stock adjustment 7'],
  ])('stand against the account of what moved: %s', (type, contra, memo) => {
    expect(entriesOf(event(type, received))).toEqual([
      {
        source: `wms:${id}:1`,
        date: '2010-12-01',
        currency: 'GBP',
        memo,
        contra,
        value: 1530n,
      },
    ]);
  });
  it('are one for each day and kind that a late movement changed', () => {
    const differences = [
      { date: '2010-12-01', kind: 'issue', value: -500n },
      { date: '2010-12-09', kind: 'adjustment', value: 20n },
    ];
    const corrected = { documentId: id, currency: 'GBP', differences };
    expect(entriesOf(event('valuationCorrected', corrected, 2))).toMatchObject([
      { source: `wms:${id}:2:2010-12-01:issue`, contra: '@costOfGoodsSold', value: -500n },
      { source: `wms:${id}:2:2010-12-09:adjustment`, contra: '@stockAdjustments', value: 20n },
    ]);
  });
  it('are none where no value changed', () => {
    expect(entriesOf(event('goodsReceived', { ...received, value: 0n }))).toEqual([]);
  });
});

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
const types = ['goodsReceived', 'stockIssued', 'goodsReturned', 'stockAdjusted'] as const;
const anyEvent = fc.oneof(
  ...[...types, 'valuationCorrected' as const].map((type) => {
    const { data } = Stock.spec.events[type];
    return wireValues(data).map((wire) => event(type, codecOf(data).decode(wire)));
  }),
);

describe(`any event of stock, seed ${seed}`, () => {
  it('gives entries that add up to the value that it tells of', () => {
    fc.assert(
      fc.property(anyEvent, (told) => {
        const { value, differences } = told.data as {
          readonly value?: bigint;
          readonly differences?: readonly { readonly value: bigint }[];
        };
        const moved = differences?.reduce((sum, each) => sum + each.value, 0n) ?? value;
        const entries = entriesOf(told);
        expect(entries.reduce((sum, each) => sum + each.value, 0n)).toBe(moved);
      }),
      { seed },
    );
  });
});
