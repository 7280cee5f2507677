/** Entries: their rows and the events that tell of them say the same, and refusals are declared. */
import fc from 'fast-check';
import { codecOf, isProtocolError, type RecordedEvent } from '@morrow/contract';
import type { CalendarDate } from '@morrow/kernel';
import { Ledger } from '@morrow/protocol-ledger';
import type { AskedEntry } from '@morrow/book-keeper';
import { describe, expect, it } from 'vitest';
import { defaultChart } from './default-chart.ts';
import { entriesOf, entryFor } from './entries.ts';
import type { Facts } from './facts.ts';

const facts: Facts = {
  version: 1,
  currency: 'GBP',
  chart: defaultChart,
  accounts: new Map(defaultChart.map((account) => [account.code, account])),
  roles: new Map(defaultChart.flatMap(({ code, role }) => (role ? [[role, code] as const] : []))),
  locked: new Set(['2010-11']),
};
const id = '01900000-0000-7000-8000-000000000001';
const asked = (change: Partial<AskedEntry> = {}): AskedEntry => ({
  source: 'sale:1',
  date: '2010-12-01' as CalendarDate,
  currency: 'GBP',
  memo: 'Sale 1',
  lines: [
    { account: '@receivable', amount: 1250n },
    { account: '4100', amount: -1250n },
  ],
  ...change,
});

/** The entry as its event gives it back after it was stored. */
function toldBy(entry: ReturnType<typeof entryFor>) {
  const { protocol = '', type = '', data = {} } = entry.event ?? {};
  const event: RecordedEvent = {
    protocol,
    type,
    data: codecOf(Ledger.spec.events.entryPosted.data).decode(JSON.parse(JSON.stringify(data))),
    streamId: id,
    streamVersion: 1,
    at: new Date('2010-12-01T09:00:00Z'),
  };
  return entriesOf([event]);
}

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
const leaves = defaultChart.filter(({ isPostable }) => isPostable).map(({ code }) => code);
const amounts = fc.array(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), {
  minLength: 1,
  maxLength: 20,
});

describe(`an entry, seed ${seed}`, () => {
  it('is told whole by its event, and its lines add up to zero', () => {
    fc.assert(
      fc.property(amounts, fc.infiniteStream(fc.constantFrom(...leaves)), (given, accounts) => {
        fc.pre(given.some((amount) => amount !== 0n));
        const sum = given.reduce((total, amount) => total + amount, 0n);
        const lines = [...given, -sum].map((amount) => ({
          account: accounts.next().value ?? '1100',
          amount,
        }));
        const entry = entryFor(facts, asked({ lines }), id);
        const { event: _, ...row } = entry;
        expect(row.lines.reduce((total, { amount }) => total + BigInt(amount), 0n)).toBe(0n);
        expect(toldBy(entry)).toEqual([row]);
      }),
      { seed },
    );
  });
  it('is refused with the error that the protocol declares', () => {
    const refusalOf = (change: Partial<AskedEntry>) => {
      try {
        return entryFor(facts, asked(change), id);
      } catch (error) {
        if (!isProtocolError(error)) throw error;
        return { code: error.code, data: error.data, sentence: error.message };
      }
    };
    expect(refusalOf({ lines: [{ account: '1100', amount: 5n }] })).toEqual({
      code: 'unbalanced',
      data: { source: 'sale:1', difference: 5n },
      sentence: 'The lines of sale:1 do not add up to zero but to 5.',
    });
    expect(refusalOf({ lines: [{ account: '@nobody', amount: 0n }] })).toMatchObject({
      code: 'unknownAccount',
      sentence: 'There is no account @nobody.',
    });
    expect(refusalOf({ date: '2010-11-30' as CalendarDate })).toMatchObject({
      code: 'periodLocked',
      data: { period: '2010-11' },
    });
  });
});

describe('the stream of a document', () => {
  it('tells of no entry', () => {
    const event = { protocol: 'ledger', type: 'periodLocked', data: { period: '2011-01' } };
    const at = new Date('2011-02-01T00:00:00Z');
    expect(entriesOf([{ ...event, streamId: id, streamVersion: 1, at }])).toEqual([]);
  });
});
