/** What every store knows of itself: canonical lines, counts by lifecycle, old answers and what a
 * replay has come to. */
import { pinOf } from '@morrow/kernel';
import { describe, expect, it } from 'vitest';
import type { Store } from '../store.ts';
import type { DigestPage } from '../upkeep.ts';
import {
  closes,
  newId,
  note,
  noteRow,
  opens,
  receiptOf,
  sale,
  unit,
  type OpenBooks,
} from './notes.ts';

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

export function upkeepSuite(engine: string, open: OpenBooks): void {
  describe(`upkeep ${engine}`, () => {
    it('digests two databases with the same business to the same lines', async () => {
      const ids = () => ({ total: '5', owner: newId(), customer: `of ${newId()}` });
      const filled = async (order: readonly string[]) => {
        const { store } = await open();
        for (const number of order) await store.commit(unit([opens(noteRow(number, ids()))]));
        await store.commit(unit([], { entries: [sale('s-1', 5n)] }));
        await store.transact('stock', ({ stock }) => stock.lock([{ item: 'T', warehouse: 'W' }]));
        return linesOf(store);
      };
      const lines = await filled(['a', 'b', 'C']);
      expect(lines).toEqual(await filled(['C', 'b', 'a']));
      expect(lines.filter((line) => !line.startsWith('document'))).toEqual([
        'balance 1000 EUR 2026-03 5',
        'balance 4000 EUR 2026-03 -5',
        'stock W T 0 0 0',
      ]);
      expect(lines.filter((line) => line.startsWith('document note open {'))).toHaveLength(3);
      expect(lines[3]).toBe(
        'document note open {"customer":"of *","day":null,"facts":null,"isUrgent":null,' +
          '"lines":null,"number":"a","pieces":null,"sentAt":null,"total":"5","unitPrice":null,' +
          '"way":null,"weight":null}',
      );
    });

    it('has no page at a place that it has not given', async () => {
      const { store } = await open();
      expect(await store.upkeep.digestLines('nowhere', 10)).toBeUndefined();
    });

    it('counts documents by lifecycle and state', async () => {
      const { store } = await open();
      const rows = ['a', 'b', 'c'].map((number) => noteRow(number));
      await store.commit(unit(rows.map(opens)));
      await store.commit(unit(rows.slice(1).map((row) => closes(row))));
      const [lifecycle] = note.lifecycles.map(pinOf);
      expect(await store.upkeep.lifecycles()).toEqual([
        { documentType: 'note', lifecycle, state: 'closed', documents: 2 },
        { documentType: 'note', lifecycle, state: 'open', documents: 1 },
      ]);
    });

    it('prunes old receipts some at a time, by the moments of their commits', async () => {
      const { store } = await open();
      const keysOf = (day: number) => Array.from({ length: 5 }, (_, n) => `k-${day}-${n}`);
      const keep = (day: number) => {
        const at = `2026-03-0${day}T08:00:00.000Z`;
        return keysOf(day).map((key) => store.commit(unit([], { at, receipt: receiptOf(key) })));
      };
      await Promise.all([1, 2, 3].flatMap(keep));
      const pruned = [];
      for (let n = -1; n; pruned.push(n))
        n = await store.upkeep.pruneReceipts('2026-03-03T08:00:00.000Z', 4);
      expect(pruned).toEqual([4, 4, 2, 0]);
      const left = await Promise.all(
        [1, 2, 3].flatMap(keysOf).map((key) => store.findReceipt(key)),
      );
      expect(left.flatMap((receipt) => receipt?.key ?? [])).toEqual(keysOf(3));
    });

    it('keeps the state of the last replay, and knows while one is under way', async () => {
      const { store, again } = await open();
      expect(await store.upkeep.lastReplay()).toBeUndefined();
      await store.upkeep.noteReplay({ phase: 'running' });
      const rebuild = await store.rebuild();
      const other = await again();
      expect(await other.upkeep.lastReplay()).toEqual({
        state: { phase: 'running' },
        isUnderWay: true,
      });
      await rebuild?.close();
      await store.upkeep.noteReplay({ phase: 'done' });
      expect(await other.upkeep.lastReplay()).toEqual({
        state: { phase: 'done' },
        isUnderWay: false,
      });
    });
  });
}
