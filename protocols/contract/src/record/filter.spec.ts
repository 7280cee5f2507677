/** What a filter may ask of a record, and the sentence for what it may not. */
import type { Json } from '@morrow/kernel';
import { describe, expect, it } from 'vitest';
import { matches, plainLower, readFilter } from './filter.ts';
import * as fields from './fields.ts';

const record = {
  code: fields.code({ max: 8, label: 'Code', unique: true }),
  name: fields.text({ max: 40, label: 'Name', indexed: true, optional: true }),
  total: fields.money({ label: 'Total', indexed: true }),
  weight: fields.quantity({ label: 'Weight', indexed: true }),
  kind: fields.choice({ of: { a: 'A', b: 'B' }, label: 'Kind', indexed: true }),
  day: fields.date({ label: 'Day', indexed: true }),
  note: fields.text({ max: 40, label: 'Note' }),
  facts: fields.json<Json>()({ label: 'Facts', indexed: true }),
};
const row = {
  state: 'open',
  fields: {
    code: 'A1',
    name: null,
    total: '1250',
    weight: '2.500000',
    kind: 'a',
    day: '2026-03-01',
  },
};
const keeps = (filter: unknown) => matches(record, readFilter(record, filter), row);

describe('a filter', () => {
  it.each([
    [{ field: 'code', is: 'A1' }, true],
    [{ field: 'code', starts: 'a' }, false],
    [{ field: 'code', like: 'a' }, true],
    [{ field: 'total', from: '999', to: '1250' }, true],
    [{ field: 'weight', is: '2.5' }, true],
    [{ field: 'weight', in: ['2', '3'] }, false],
    [{ field: 'name', empty: true }, true],
    [{ field: 'name', is: '' }, false],
    [{ not: { field: 'name', is: '' } }, true],
    [{ all: [] }, true],
    [{ any: [] }, false],
    [
      {
        any: [
          { field: 'kind', is: 'b' },
          { field: 'state', is: 'open' },
        ],
      },
      true,
    ],
    [{ field: 'day', from: '2026-03-02' }, false],
  ])('%j', (filter, isKept) => expect(keeps(filter)).toBe(isKept));

  it.each([
    [{ field: 'size', is: 1 }, 'There is no field size.'],
    [{ field: 'constructor', is: 1 }, 'There is no field constructor.'],
    [{ field: 'note', is: 'x' }, 'Lists are neither filtered nor sorted by note.'],
    [{ field: 'code' }, 'A condition on code states one of is, in, empty, from, to, starts, like.'],
    [{ field: 'kind', starts: 'a' }, 'kind takes is, in, empty, and not starts.'],
    [{ field: 'kind', is: 'c' }, /^kind: /],
    [{ field: 'total', from: '12.5' }, /^total: Not a whole number of minor units/],
    [{ field: 'day', is: '2026-02-30' }, /^day: Not a day of the calendar/],
    [{ field: 'code', is: 'A', in: ['A'] }, /^A condition on code states one of/],
    [{ field: 'facts', empty: true }, /^facts takes /],
    [{ field: 'code', is: 'a\0' }, 'code is a text of at most 200 characters.'],
    [{ all: {} }, 'all takes a list of filters.'],
    [{ all: [], any: [] }, 'A condition names its field.'],
    ['code', 'A filter is an object, at most 6 deep.'],
    [
      { all: Array.from({ length: 61 }, () => ({ field: 'code', is: 'A' })) },
      'A filter has at most 60 conditions.',
    ],
  ])('refuses %j', (filter, sentence) => expect(() => keeps(filter)).toThrow(sentence));

  it('is bounded in its depth', () => {
    const deep = (levels: number): unknown =>
      levels ? { not: deep(levels - 1) } : { field: 'code', is: 'A' };
    expect(() => keeps(deep(5))).not.toThrow();
    expect(() => keeps(deep(6))).toThrow('at most 6 deep');
  });
});

it('compares letters without their case one by one, as the database does', () => {
  expect(plainLower('ÄİΣΑΣ')).toBe('äiσασ');
});
