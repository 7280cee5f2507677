/** Tables for a terminal: every line as wide as the others, whatever the cells hold. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortened, tableLines, widthOf } from './text-table.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 1e9);
const cell = fc.string({ unit: 'binary', maxLength: 12 });

describe(`a table, seed ${seed}`, () => {
  it('has lines of one width, without a character that a terminal obeys', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { maxLength: 8 }), (rows) => {
        const lines = [...tableLines(['A', 'B', 'C'], rows, { figures: [2], widths: { 1: 5 } })];
        expect(lines).toHaveLength(rows.length + (rows.length ? 4 : 3));
        expect(new Set(lines.map(widthOf)).size).toBe(1);
        expect(lines.join('')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
      { seed },
    );
  });
  it('cuts the middle of a long text', () => {
    expect(shortened('sale:0196b0a4-0000', 9)).toBe('sale…0000');
    expect(shortened('漢字漢字漢字', 6)).toBe('漢…字');
    expect(shortened('short', 5)).toBe('short');
  });
  it('aligns figures to the right', () => {
    const rows = [
      ['Tea', '1.50'],
      ['漢', '-10.00'],
    ];
    const lines = [...tableLines(['Name', 'Sum'], rows, { figures: [1] })];
    expect(lines.slice(3, 5)).toEqual(['│ Tea  │   1.50 │', '│ 漢   │ -10.00 │']);
  });
});
