/** What every store does with journal entries: lines and balances come with them, in one commit. */
import { describe, expect, it } from 'vitest';
import { CommitRefused } from '../unit.ts';
import { newId, sale, unit, type OpenBooks } from './notes.ts';

export function ledgerSuite(engine: string, open: OpenBooks): void {
  describe(`the ledger ${engine}`, () => {
    postsEntries(open);
    readsLines(open);
  });
}

function postsEntries(open: OpenBooks): void {
  it('posts entries, their lines and the balances in one commit', async () => {
    const { store } = await open();
    const march = sale('s-1', 700n);
    const april = sale('s-2', 300n, '2026-04-02');
    const back = sale('s-3', -50n, '2026-04-03');
    await store.commit(unit([], { entries: [march, april] }));
    await store.commit(unit([], { entries: [back] }));
    const { event: _, ...stored } = march;
    expect(await store.ledger.entry(march.id)).toEqual(stored);
    expect(await store.ledger.entry(newId())).toBeUndefined();
    expect(await store.ledger.entryOf('s-1')).toEqual(stored);
    expect(await store.ledger.entriesOf(['s-0', 's-1'])).toEqual([stored]);
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
    expect(await store.ledger.totals('EUR', undefined, '2026-04-03')).toEqual([
      { account: '1000', debit: 0n, credit: 50n },
      { account: '4000', debit: 50n, credit: 0n },
    ]);
    expect(await store.ledger.totals('USD')).toEqual([]);
    expect(await store.ledger.totalsByPeriod()).toContainEqual({
      account: '1000',
      currency: 'EUR',
      period: '2026-04',
      debit: 300n,
      credit: 50n,
    });
    expect(await store.upkeep.faults()).toEqual([]);
  });

  it('adds many postings to a few balances without losing one', async () => {
    const { store, again } = await open();
    const stores = [store, await again()];
    const postings = Array.from({ length: 300 }, (_, at) =>
      stores[at % 2]?.commit(unit([], { entries: [sale(`s-${at}`, BigInt(at))] })),
    );
    await Promise.all(postings);
    expect(await store.ledger.totals('EUR')).toEqual([
      { account: '1000', debit: 44_850n, credit: 0n },
      { account: '4000', debit: 0n, credit: 44_850n },
    ]);
    expect(await store.upkeep.faults()).toEqual([]);
  });

  it('posts once under one id', async () => {
    const { store } = await open();
    const entry = sale('s-1', 5n);
    await store.commit(unit([], { entries: [entry] }));
    const again = store.commit(unit([], { entries: [{ ...entry, source: 's-2' }] }));
    await expect(again).rejects.toEqual(new CommitRefused('alreadyPosted', entry.id));
  });

  it('names an entry that does not add up, and the books that it unbalances', async () => {
    const { store } = await open();
    const { lines, ...entry } = sale('s-1', 5n);
    await store.commit(unit([], { entries: [{ ...entry, lines: lines.slice(1) }] }));
    expect(await store.upkeep.faults()).toEqual([
      'The books of EUR do not add up to zero but to -5',
      `The entry ${entry.id} (s-1) adds up to -5 over 1 lines`,
    ]);
  });
}

function readsLines(open: OpenBooks): void {
  const posted = async () => {
    const { store } = await open();
    const entries = ['2026-03-02', '2026-03-01', '2026-03-02'].map((date, at) =>
      sale(`s-${at}`, 5n, date),
    );
    await store.commit(unit([], { entries }));
    return store.ledger;
  };

  it('pages the lines of an account in order of date', async () => {
    const { linesOf } = await posted();
    const sources: string[] = [];
    for (let after: string | undefined; ;) {
      const [line] = await linesOf('1000', after, 1);
      if (!line) break;
      sources.push(line.source);
      after = line.cursor;
    }
    expect(sources).toEqual(['s-1', 's-0', 's-2']);
  });

  it('gives lines within days, and what the account stood at before them', async () => {
    const { linesOf, balanceBefore } = await posted();
    const [line, ...rest] = await linesOf('4000', undefined, 9, { upTo: '2026-03-01' });
    expect([line, rest]).toMatchObject([
      { account: '4000', amount: '-5', date: '2026-03-01', source: 's-1', memo: 'sale s-1' },
      [],
    ]);
    expect(await linesOf('4000', undefined, 9, { from: '2026-03-02' })).toHaveLength(2);
    expect(await balanceBefore('4000', '2026-03-02')).toBe(-5n);
    expect(await balanceBefore('4000', '2026-03-01')).toBe(0n);
  });

  it('refuses a cursor that no page has given', async () => {
    const { linesOf, entries } = await posted();
    const made = [`2026-03-01|${newId()}|0`, 'tomorrow'];
    for (const cursor of made) await expect(linesOf('1000', cursor, 1)).rejects.toThrow(/cursor/);
    await expect(entries(newId(), 1)).rejects.toThrow(/cursor/);
  });
}
