/** The table of figures: what is met, what is missed, what did not run. */
import { expect, it } from 'vitest';
import { documentOf, isMet, median, percentile, shown, tableOf, type Figure } from './figures.ts';

const figure = (value: number, bar?: Figure['bar']): Figure => ({
  name: 'x',
  value,
  unit: '×',
  bar,
});

it('knows whether a bar is met, and says nothing where there is none', () => {
  expect(isMet(figure(2, { atLeast: 2 }))).toBe(true);
  expect(isMet(figure(1.9, { atLeast: 2 }))).toBe(false);
  expect(isMet(figure(3.1, { atMost: 3 }))).toBe(false);
  expect(isMet(figure(Number.NaN, { atLeast: 2 }))).toBe(false);
  expect(isMet(figure(1))).toBeUndefined();
});
it('shows the figures of a section, or why there are none', () => {
  const text = tableOf([
    {
      name: 'a',
      title: 'Calls',
      figures: [
        figure(1234.5, { atLeast: 1000 }),
        figure(0.123456),
        { ...figure(3.5, { atMost: 3 }), detail: '7 over 2', boundBy: 'the disk' },
      ],
    },
    { name: 'b', title: 'Books', figures: [], problem: 'there is no base.' },
  ]);
  const lines = text.split('\n').map((line) => line.replace(/ +/g, ' '));
  expect(lines).toEqual([
    'Calls',
    ' x 1,235 × ≥ 1000 × met',
    ' x 0.123 ×',
    ' x 3.5 × ≤ 3 × MISSED 7 over 2',
    ' bound by the disk',
    '',
    'Books',
    ' not run: there is no base.',
  ]);
});
it('gives the same as one JSON document', () => {
  const machine = { cores: 2, cpu: 'any', node: 'v24' };
  const figures = [figure(1, { atLeast: 2 }), figure(1)];
  const text = documentOf(machine, [
    { name: 'a', title: 'Calls', figures },
    { name: 'b', title: 'Books', figures: [], problem: 'there is no base.' },
  ]);
  expect(JSON.parse(text)).toEqual({
    machine,
    sections: [
      {
        name: 'a',
        title: 'Calls',
        figures: [
          { name: 'x', value: 1, unit: '×', bar: { atLeast: 2 }, isMet: false },
          { name: 'x', value: 1, unit: '×' },
        ],
      },
      { name: 'b', title: 'Books', figures: [], problem: 'there is no base.' },
    ],
  });
});
it('rounds, and takes medians and percentiles', () => {
  expect([shown(99.96), shown(12345.6), shown(0.2)]).toEqual(['100', '12,346', '0.2']);
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
  expect(percentile([5, 1, 4, 2, 3], 0.99)).toBe(5);
});
