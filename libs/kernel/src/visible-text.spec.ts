/** What a terminal or a spreadsheet would carry out is shown as it stands. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spreadsheetCell, visibleLine, visibleText } from './visible-text.ts';

describe('a text', () => {
  it('keeps its letters, tabs and lines', () => {
    const text = 'Käse\t№ 7\nשלום 😀';
    expect(visibleText(text)).toBe(text);
  });

  it.each([
    ['\u001b[31mred\u001b[0m', '\\u001b[31mred\\u001b[0m'],
    ['over\rwritten', 'over\\u000dwritten'],
    ['\u009b2J', '\\u009b2J'],
    ['\u0007\u0008\u007f', '\\u0007\\u0008\\u007f'],
    ['abc\u202egpj.exe\u202c', 'abc\\u202egpj.exe\\u202c'],
    ['a\u2028b\u2029', 'a\\u2028b\\u2029'],
    ['\u2066\u2069\u200e\u200f\u061c', '\\u2066\\u2069\\u200e\\u200f\\u061c'],
  ])('%j has no command left', (text, shown) => {
    expect(visibleText(text)).toBe(shown);
  });

  it('within JSON stays the same value', () => {
    const anyText = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(anyText, (text) => JSON.parse(visibleText(JSON.stringify(text))) === text),
    );
  });
});

describe('a cell', () => {
  it('is one line in a terminal', () =>
    expect(visibleLine('two\nlines\tand\r')).toBe('two lines and\\u000d'));
  it.each(['=1+1', '+1', '-', '-1+1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '--1', '-1e5'])(
    '%j is text in a spreadsheet',
    (cell) => expect(spreadsheetCell(cell)).toBe(`'${cell}`),
  );
  it.each(['', '-5', '-5.25', '7', 'a=b', ' x', "'"])('%j stays as it is', (cell) =>
    expect(spreadsheetCell(cell)).toBe(cell),
  );
});
